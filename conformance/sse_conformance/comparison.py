"""One comparison for one question: does this answer fit this permitted outcome, and if not, where does it differ?"""

from __future__ import annotations

from typing import NamedTuple

from sse_spec.actions import (
    Action,
    CreateMultipartUpload,
    HeadObject,
    HeadReplica,
    KeyRef,
    Write,
    account_of,
    customer_of,
)
from sse_spec.model import Looked
from sse_spec.names import KeyNames, customer_key_md5, is_key_arn, shape_of_key
from sse_spec.observations import Observation, byte_length
from sse_spec.outcomes import EACH_WRITE, FEWER, NO_CALL, AsPut, Field, KeyArn, KeyAsGiven, Outcome, Refusal, Want
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import managed_key

from sse_conformance.bodies import etag_of_parts, expected_body, known_content, md5
from sse_conformance.replicas import REPLICATION_FIELDS, expected_replication, observed_replication, replication_fits

__all__ = [
    "ACCEPTANCE",
    "CODE",
    "FIELDS",
    "PLAIN_FIELDS",
    "STORED_FIELDS",
    "Compared",
    "Comparison",
    "as_given",
    "calls_words",
    "compare",
    "customer_key_sent",
    "expected_shape",
    "fits",
    "header_key",
    "md5",
    "observed_shape",
]

ACCEPTANCE = "acceptance"
CODE = "code"
FIELDS = "fields"
STORED_FIELDS = frozenset({"algorithm", "kms_key", "bucket_key", "customer_algorithm", "customer_key_md5"})
"""The fields of an answer that say how an object is stored."""

PLAIN_FIELDS = frozenset({"customer_algorithm", "delivered", "kms_context"})
"""The fields of which the wanted value is what an observation has."""

NOTHING: frozenset[str] = frozenset()

Binding = tuple[str, str] | None
"""A symbol and the ARN that an outcome would bind it to."""


class Comparison(NamedTuple):
    """Where an answer differs from an outcome: nowhere, in being accepted, in the error, or in some fields."""

    differs: str | None
    fields: tuple[Field, ...] = ()
    binding: Binding = None

    @property
    def distance(self) -> int:
        """How far the answer is from the outcome, for choosing the nearest."""
        return {ACCEPTANCE: 1_000, CODE: 100}.get(self.differs or FIELDS, len(self.fields))

    @property
    def missed(self) -> frozenset[str]:
        """The names of the fields in which the answer differs."""
        return frozenset(field.name for field in self.fields) if self.fields else NOTHING


FITS = Comparison(None)


class Compared(NamedTuple):
    """A permitted outcome in one reading of the world, and how the answer compares with it."""

    looked: Looked
    outcome: Outcome
    comparison: Comparison


def compare(outcome: Outcome, observation: Observation, scene: Scene, action: Action, names: KeyNames) -> Comparison:
    """Compare accepted or refused, then the code, then the fields."""
    refusal = outcome.refusal
    if refusal is not None:
        if not observation.refused:
            return Comparison(ACCEPTANCE)
        return FITS if _same_error(refusal, observation, action) else Comparison(CODE)
    if observation.refused:
        return Comparison(ACCEPTANCE)
    differing: list[Field] = []
    binding: Binding = None
    for field in outcome.fields:
        fitting = fits(field, observation, scene, action, names)
        if fitting is False:
            differing.append(field)
        elif fitting is not True:
            binding = fitting
    if differing:
        return Comparison(FIELDS, tuple(differing), binding)
    return FITS if binding is None else Comparison(None, (), binding)


def _same_error(refusal: Refusal, observation: Observation, action: Action) -> bool:
    if observation.status != refusal.status:
        return False
    bodiless = isinstance(action, HeadObject | HeadReplica) and observation.code is None
    return bodiless or not refusal.codes or observation.code in refusal.codes


def fits(field: Field, seen: Observation, scene: Scene, action: Action, names: KeyNames) -> bool | tuple[str, str]:
    """Whether one field of an answer is as wanted; a binding where it is, if a symbol stands for what it shows."""
    name, want = field.name, field.want
    if name == "algorithm":
        return seen.algorithm == want
    if name == "kms_key":
        return _key_fits(want, seen.kms_key, scene, action, names)
    if name == "bucket_key":
        return (seen.bucket_key is not None and seen.bucket_key.lower() == "true") == want
    if name == "etag":
        return _etag_fits(want, seen.etag, scene, action)
    if name == "body":
        return _body_fits(want, seen.body, scene, action)
    if name == "length":
        return _length_fits(want, seen.length, scene, action)
    return _rarer_fits(field, seen, scene, action, names)


def _rarer_fits(
    field: Field, seen: Observation, scene: Scene, action: Action, names: KeyNames
) -> bool | tuple[str, str]:
    name, want = field.name, field.want
    if name == "status":
        return str(seen.status) == want
    if name == "customer_key_md5":
        return seen.customer_key_md5 == (None if want is None else customer_key_sent(action))
    if name in REPLICATION_FIELDS:
        return replication_fits(name, want, seen, scene, action, names)
    if name in PLAIN_FIELDS:
        return bool(getattr(seen, name) == want)
    if name == "kms_calls":
        return calls_words(seen.kms_calls, action) == want
    if name == "logged_in":
        return seen.logged_in == (scene.logging if isinstance(want, AsPut) else None)
    if name == "version_id":
        return scene.version_id is None or (seen.version_id == scene.version_id) == (want == "kept")
    return _default_fits(name, want, seen, scene, action, names)


def calls_words(calls: int | None, action: Action) -> str | None:
    """So many calls to KMS beside the writes that they are about, as a prediction says it."""
    if not calls:
        return None if calls is None else NO_CALL
    writes = 1 + len(getattr(action, "others", ()))
    return FEWER if calls < writes else EACH_WRITE


def _body_fits(want: Want, body: str | None, scene: Scene, action: Action) -> bool:
    content = expected_body(scene, action, whole=want == "written")
    if content is None:
        return body is not None or want is None
    return (body == content) == (want is not None)


def _length_fits(want: Want, length: int | None, scene: Scene, action: Action) -> bool:
    content = known_content(scene, action)
    return content is None or (length is not None and (length == byte_length(content)) == (want == "written"))


def _key_fits(want: Want, text: str | None, scene: Scene, action: Action, names: KeyNames) -> bool | tuple[str, str]:
    if isinstance(want, KeyAsGiven):
        reference = as_given(want, scene, action)
        return reference is not None and text == names.text(reference, action.principal)
    if not isinstance(want, KeyArn):
        return text is None
    if text is None:
        return False
    symbol = scene.keys.get(want.label)
    if symbol is None:
        if want.label != MANAGED:
            return _is_new(text, scene, action, names)
        symbol = managed_key(account_of(action.principal))
    if symbol.startswith("="):
        return text == symbol[1:]
    bound = names.arns.get(symbol)
    if bound is not None:
        return text == bound
    return (symbol, text) if _is_new(text, scene, action, names) else False


def _is_new(text: str, scene: Scene, action: Action, names: KeyNames) -> bool:
    """Whether this is the ARN of a key that a target invented and nobody has seen before.

    An ARN that the program itself named may be that of a key that does not exist.
    """
    sent = (header_key(action), _default_key(scene))
    named = any(reference is not None and names.text(reference, action.principal) == text for reference in sent)
    return is_key_arn(text) and text not in names.symbols and not named


def as_given(want: KeyAsGiven, scene: Scene, action: Action) -> KeyRef | None:
    """The key as the request or the default wrote it; the AWS managed key, that nobody wrote, by its alias."""
    if want.by == "header":
        return header_key(action)
    return _default_key(scene) if want.by == "default" else KeyRef("alias", "aws/s3")


def header_key(action: Action) -> KeyRef | None:
    """The key that the headers of a write name."""
    return action.headers.key if isinstance(action, Write | CreateMultipartUpload) else None


def customer_key_sent(action: Action) -> str | None:
    """The MD5 of the customer key that a request carries."""
    sent = customer_of(action)
    return None if sent is None or sent.key is None else customer_key_md5(sent.key)


def _default_key(scene: Scene) -> KeyRef | None:
    return None if scene.setting.rule is None else scene.setting.rule.key


def _etag_fits(want: Want, etag: str | None, scene: Scene, action: Action) -> bool:
    if etag is None:
        return want == "kept-if-shown"
    before = None if scene.object is None else scene.object.etag
    if want == "kept-if-shown":
        return before is None or etag == before
    if want in {"kept", "other"}:
        return before is None or (etag == before) == (want == "kept")
    if want == "of-parts":
        expected = etag_of_parts(scene.parts)
        return etag.endswith(f"-{len(scene.parts)}") if expected is None else etag == expected
    body = known_content(scene, action)
    if want == "md5":
        return body is None or etag == md5(body)
    return (body is None or etag != md5(body)) and (want == "not-md5" or before is None or etag != before)


def _default_fits(
    name: str, want: Want, seen: Observation, scene: Scene, action: Action, names: KeyNames
) -> bool | tuple[str, str]:
    if not seen.configuration:
        return False
    (rule, *more) = seen.configuration
    if more:
        return False
    if name == "default_algorithm":
        return rule.algorithm == want
    if name == "default_bucket_key":
        return rule.bucket_key is want
    if name == "default_blocked":
        return (rule.blocked or None) == (None if want is None else (want,))
    if isinstance(want, AsPut):
        reference = _default_key(scene)
        return reference is not None and rule.key == names.text(reference, action.principal)
    return _key_fits(want, rule.key, scene, action, names)


ETAG_WORDS = {
    "md5": "MD5",
    "not-md5": "not the MD5",
    "fresh": "a new one, not the MD5",
    "kept": "as written",
    "kept-if-shown": "as written, or absent",
    "other": "not that of the source",
    "of-parts": "made of those of the parts",
}


def expected_shape(field: Field) -> str:
    """What was wanted of a field, without anything that a target invented."""
    want = field.want
    if isinstance(want, KeyArn):
        return "key ARN of aws/s3" if want.label == MANAGED else "key ARN"
    if isinstance(want, AsPut):
        return "as put"
    if isinstance(want, KeyAsGiven):
        return "as given"
    if field.name == "bucket_key":
        return "true" if want else "false or absent"
    if isinstance(want, bool):
        return "true" if want else "false"
    if field.name == "etag":
        return ETAG_WORDS[str(want)]
    if field.name == "body":
        return "the range of what was written" if want == "range" else "as written"
    if field.name == "length":
        return "that of the content"
    if field.name == "version_id":
        return "as written" if want == "kept" else "a new one"
    words = expected_replication(want) if field.name == "replication_status" else None
    return words or ("absent" if want is None else str(want))


SHAPE_LIMIT = 40
"""Longest value of a target, in characters, that becomes part of a signature."""


def observed_shape(field: Field, seen: Observation, scene: Scene, action: Action, names: KeyNames) -> str:
    """What a field showed, without anything that a target invented."""
    name = field.name
    if name in {"kms_key", "default_key"}:
        text = seen.kms_key if name == "kms_key" else _shown_default_key(seen)
        if text is not None and text in names.symbols and isinstance(field.want, KeyArn):
            return "key ARN of another key"
        return shape_of_key(text)
    if name == "etag":
        return _observed_etag(seen.etag, scene, action)
    if name == "body":
        return "absent" if seen.body is None else "other content"
    if name == "length":
        return "absent" if seen.length is None else "another length"
    if name == "customer_key_md5" and seen.customer_key_md5 is not None:
        return "as sent" if seen.customer_key_md5 == customer_key_sent(action) else "that of another key"
    if name.startswith("default_"):
        return _observed_default(name, seen)
    if name in REPLICATION_FIELDS:
        return observed_replication(name, seen)[:SHAPE_LIMIT]
    return _observed_value(name, seen, action)


def _observed_value(name: str, seen: Observation, action: Action) -> str:
    value = seen.status if name == "status" else getattr(seen, name)
    if name == "kms_calls":
        value = calls_words(value, action)
    if value is not None and name in {"version_id", "logged_in"}:
        return "another one"
    return "absent" if value is None else str(value).lower() if isinstance(value, bool) else str(value)[:SHAPE_LIMIT]


def _shown_default_key(seen: Observation) -> str | None:
    return seen.configuration[0].key if seen.configuration else None


def _observed_default(name: str, seen: Observation) -> str:
    rules = list(seen.configuration or ())
    if not rules:
        return "no rule"
    if len(rules) > 1:
        return "several rules"
    rule = rules[0]
    if name == "default_blocked":
        return " and ".join(rule.blocked)[:SHAPE_LIMIT] if rule.blocked else "absent"
    if name == "default_bucket_key":
        return "absent" if rule.bucket_key is None else str(rule.bucket_key).lower()
    return "absent" if rule.algorithm is None else rule.algorithm[:SHAPE_LIMIT]


def _observed_etag(etag: str | None, scene: Scene, action: Action) -> str:
    if etag is None:
        return "absent"
    body = known_content(scene, action)
    if body is not None and etag == md5(body):
        return "MD5"
    if etag == etag_of_parts(scene.parts):
        return "made of those of the parts"
    return "the source's" if scene.object is not None and etag == scene.object.etag else "not the MD5"
