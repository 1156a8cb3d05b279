"""Does an answer of which only a part was recorded fit a permitted outcome?

What was not recorded fits everything. A symbol stands for one value throughout a trace, and no two symbols of a kind
stand for the same: the first answer that needs to know binds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from msgspec import UNSET
from msgspec.structs import replace
from rpds import HashTrieMap
from sse_spec.actions import Action, CustomerKey, HeadObject, HeadReplica, KeyRef, PostObject, PutObject, UploadPart
from sse_spec.contents import content_of
from sse_spec.evidence.format import PRESENT, Answer, Event, IdOf, Md5Of, ReplicationAnswer, RuleAnswer, is_symbol
from sse_spec.names import KeyNames, absent_key_id, customer_key_md5, is_key_arn
from sse_spec.observations import Observation, ShownReplication, ShownRule, shown_content
from sse_spec.outcomes import AsPut, Field, Outcome
from sse_spec.scene import Scene

from sse_conformance.comparison import fits, md5

__all__ = [
    "KEY",
    "NO_ID",
    "Bound",
    "Meanings",
    "Recorded",
    "bound_to",
    "fitting",
    "opaque",
    "recorded",
    "refused",
    "symbol_text",
]

Meanings: TypeAlias = "HashTrieMap[tuple[str, str], str]"
"""What symbols stand for, by kind and symbol, and back, by kind with a `=` and value."""

Bound = tuple[tuple[str, str, str], ...]
"""What an outcome would bind: kind, symbol and value; the kind `key` binds the name of a KMS key to its ARN."""

LOST = Answer(status="unknown")
NO_ID = "? not recorded"
"""The id of a version whose id was not recorded. Each version has one, and none that S3 gives is like this."""

SEE_OTHER = 303
"""With this a form that was accepted sends the browser on to another page."""

KEY = "key"
KNOWN_WANTS = frozenset({"md5", "not-md5", "fresh", "kept", "other"})
"""What may be wanted of an ETag such that a symbol for it can be told from others."""

CERTAINLY_NOT_MD5 = frozenset({"not-md5", "fresh"})


class Recorded(NamedTuple):
    """An action and what was recorded of the answer to it.

    `refused` is None where it is not known. `fields` are the names of the fields of which something is known, `present`
    those of which only that they were there; `symbols` maps fields to texts that stand for values not known by
    themselves.
    """

    action: Action
    seen: Observation
    refused: bool | None
    status: int | None
    coded: bool
    fields: frozenset[str]
    present: frozenset[str]
    symbols: Mapping[str, str]
    known_content: bool


def opaque(symbol: str) -> str:
    """A value for a symbol of which nothing is known: it looks like an ETag, and is like no other."""
    return hashlib.md5(f"symbol {symbol}".encode(), usedforsecurity=False).hexdigest()


def perhaps_known(symbol: str) -> str:
    """A value for a symbol that may still turn out to stand for one that the model knows."""
    return opaque(f"{symbol}, perhaps known")


def symbol_text(text: str | IdOf, names: KeyNames) -> str:
    """A text that names a KMS key, with an ARN made up for a symbol, one for each."""
    if isinstance(text, IdOf):
        return symbol_text(text.id_of, names).rpartition("/")[2]
    return f"{_prefix(names)}key/{absent_key_id(text)}" if is_symbol(text) else text


def _prefix(names: KeyNames) -> str:
    return names.text(KeyRef("alias-arn", ""), "main").removesuffix("alias/")


# --- what was recorded -----------------------------------------------------------------------------------------------


def recorded(action: Action, event: Event, names: KeyNames) -> Recorded:
    """What was recorded of the answer to an action, in the form in which it can be compared."""
    # After a 5xx nobody knows whether the request took effect: nothing was recorded, then.
    answer = LOST if _lost(event.answer) else event.answer
    if isinstance(action, PostObject) and answer.status == SEE_OTHER:
        answer = replace(answer, status="accepted")
    fields: dict[str, Any] = {}
    present: set[str] = set()
    symbols: dict[str, str] = {}
    for name in answer.__struct_fields__:
        value = getattr(answer, name)
        if value is UNSET or name in {"status", "message"}:
            continue
        if name == "configuration" and value != PRESENT:
            fields |= _rules(value or (), names, present)
        elif name == "replication" and value != PRESENT:
            fields |= _replication(value, names, present)
        elif value == PRESENT:
            present.add(name)
        else:
            fields[name] = _plain(name, value, names)
            # Which key of a customer a trace means by its symbol is the trace's affair, so its MD5 is a symbol too.
            if (name == "etag" and is_symbol(value)) or (name == "customer_key_md5" and value is not None):
                symbols[name] = value
    denied = _refused(answer)
    status = answer.status if isinstance(answer.status, int) else None
    if event.content == "unknown" and isinstance(action, PutObject | PostObject):
        # The comparison and what follows the answer know None for content that no answer has shown.
        action = replace(action, body=None)
    return Recorded(
        action,
        Observation(
            status if status is not None else 400 if denied else 200,
            **{name: value for name, value in fields.items() if name in Observation.__struct_fields__},
        ),
        denied,
        status,
        "code" in fields,
        frozenset(fields) | present,
        frozenset(present),
        symbols,
        event.content == "known" or not isinstance(action, UploadPart),
    )


def refused(answer: Answer) -> bool | None:
    """Whether an answer refused the request; None where nobody knows."""
    return None if _lost(answer) else _refused(answer)


def _lost(answer: Answer) -> bool:
    return isinstance(answer.status, int) and answer.status >= 500 and answer.status != 501


def _refused(answer: Answer) -> bool | None:
    if answer.status == "unknown":
        return None
    if isinstance(answer.status, int):
        return answer.status >= 300 or isinstance(answer.code, str)
    return answer.status == "refused" or (answer.status is UNSET and isinstance(answer.code, str))


def _plain(name: str, value: Any, names: KeyNames) -> Any:
    if value is None:
        return None
    if isinstance(value, Md5Of):
        return value.text
    if name in {"kms_key", "key_arn"}:
        return symbol_text(value, names)
    if name == "bucket_key":
        return str(value).lower()
    if name == "body":
        return shown_content(value[1:] if value.startswith(PRESENT * 2) else value)
    return value


def _rules(rules: tuple[RuleAnswer, ...], names: KeyNames, present: set[str]) -> dict[str, Any]:
    """A configuration, under the names that the fields of a prediction have for its one rule."""
    shown: list[ShownRule] = []
    fields: dict[str, Any] = {}
    for rule in rules:
        found = _members(rule, "default_", "key", names, present)
        fields |= found
        shown.append(ShownRule(**{name.removeprefix("default_"): value for name, value in found.items()}))
    if len(rules) != 1:
        # No permitted outcome shows another number of rules, whatever is in them.
        fields |= {f"default_{name}": None for name in ShownRule.__struct_fields__}
        present.difference_update(fields)
    return fields | {"configuration": tuple(shown)}


def _replication(answer: ReplicationAnswer | None, names: KeyNames, present: set[str]) -> dict[str, Any]:
    if answer is None:
        return {f"replication_{name}": None for name in ShownReplication.__struct_fields__}
    found = _members(answer, "replication_", "replica_key", names, present)
    shown = ShownReplication(**{name.removeprefix("replication_"): value for name, value in found.items()})
    return found | {"replication": shown}


def _members(
    answer: RuleAnswer | ReplicationAnswer, prefix: str, key: str, names: KeyNames, present: set[str]
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in answer.__struct_fields__:
        value = getattr(answer, name)
        if value == PRESENT:
            present.add(f"{prefix}{name}")
        elif value is not UNSET:
            fields[f"{prefix}{name}"] = symbol_text(value, names) if name == key and value is not None else value
    return fields


# --- comparing -------------------------------------------------------------------------------------------------------


def fitting(outcome: Outcome, one: Recorded, scene: Scene, names: KeyNames, meanings: Meanings) -> Bound | str:
    """What is bound if the answer has this outcome; else the name of the first field in which it differs."""
    refusal = outcome.refusal
    if refusal is not None:
        if one.refused is False:
            return "acceptance"
        if one.status is not None and one.status != refusal.status:
            return "status"
        bodiless = isinstance(one.action, HeadObject | HeadReplica) and one.seen.code is None
        free = bodiless or not one.coded or one.refused is None or not refusal.codes
        return () if free or one.seen.code in refusal.codes else "code"
    if one.refused:
        return "acceptance"
    bound: list[tuple[str, str, str]] = []
    for field in outcome.fields:
        found = _field_fits(field, one, scene, names, meanings)
        if found is False:
            return field.name
        if found is not True:
            bound.append(found)
    return tuple(bound)


def bound_to(one: Recorded, bound: Bound, meanings: Meanings) -> Observation:
    """The answer with what its symbols stand for in the place of the symbols."""
    if not one.symbols:
        return one.seen
    values = {kind: value for kind, _, value in bound if kind in one.symbols}
    for kind, symbol in one.symbols.items():
        values.setdefault(kind, meanings.get((kind, symbol)) or perhaps_known(symbol))
    return replace(one.seen, **values)


def _field_fits(
    field: Field, one: Recorded, scene: Scene, names: KeyNames, meanings: Meanings
) -> bool | tuple[str, str, str]:
    name = field.name
    if name == "status":
        return one.status is None or str(one.status) == field.want
    if name in one.present:
        return field.want is not None
    if name not in one.fields or (name == "etag" and not one.known_content):
        return True
    if name == "version_id" and scene.version_id == NO_ID:
        return True
    if name in one.symbols:
        return _symbol_fits(field, one, scene, names, meanings)
    found = fits(field, one.seen, scene, one.action, names)
    if found is False:
        found = _unseen_key(field, one, scene, names)
    return found if isinstance(found, bool) else (KEY, *found)


def _unseen_key(field: Field, one: Recorded, scene: Scene, names: KeyNames) -> bool | tuple[str, str]:
    """Whether a configuration shows, by its id or ARN, a key whose ARN no answer has shown before: this binds it."""
    text, reference = _shown_and_put(field.name, one.seen, scene)
    if field.want != AsPut() or text is None or reference is None or reference.name in names.arns:
        return False
    arn = {"arn": text, "id": f"{_prefix(names)}key/{text}"}.get(reference.form, "")
    return (reference.name, arn) if is_key_arn(arn) and arn not in names.symbols else False


def _shown_and_put(name: str, seen: Observation, scene: Scene) -> tuple[str | None, KeyRef | None]:
    """The key that a configuration shows, and the reference by which it was put."""
    if name == "default_key" and seen.configuration and scene.setting.rule is not None:
        return seen.configuration[0].key, scene.setting.rule.key
    if name == "replication_replica_key" and seen.replication is not None and scene.replication is not None:
        return seen.replication.replica_key, scene.replication.replica_key
    return None, None


def _symbol_fits(
    field: Field, one: Recorded, scene: Scene, names: KeyNames, meanings: Meanings
) -> bool | tuple[str, str, str]:
    """Whether a symbol may stand for a value that is as wanted, and the first such value if it is not bound yet."""
    kind, symbol = field.name, one.symbols[field.name]

    def suits(value: str) -> bool:
        return fits(field, replace(one.seen, **{kind: value}), scene, one.action, names) is True

    known = meanings.get((kind, symbol))
    if known is not None and (suits(known) or known != perhaps_known(symbol)):
        return suits(known)
    for value in _candidates(field, one.action, scene):
        if (f"{kind}=", value) not in meanings and suits(value):
            return True if known is not None else (kind, symbol, value)
    if known is not None:
        return False
    certain = field.want in CERTAINLY_NOT_MD5 and content_of(scene, one.action) is not None
    value = opaque(symbol) if certain else perhaps_known(symbol)
    return (kind, symbol, value) if suits(value) or (kind == "etag" and field.want not in KNOWN_WANTS) else False


def _candidates(field: Field, action: Action, scene: Scene) -> Iterator[str]:
    """The values that the model knows and for which a symbol may stand here."""
    if field.name == "customer_key_md5":
        yield from map(customer_key_md5, _customer_keys(action))
        return
    before, content = None if scene.object is None else scene.object.etag, content_of(scene, action)
    if field.want == "kept" and before is not None:
        yield before
    if field.want == "md5" and content is not None:
        yield md5(content)


def _customer_keys(action: Action) -> Iterator[str]:
    headers = getattr(action, "headers", None)
    for holder in (action, headers):
        customer = getattr(holder, "customer", None)
        if isinstance(customer, CustomerKey) and customer.key is not None:
            yield customer.key
