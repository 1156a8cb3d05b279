"""Which KMS key an object is encrypted under, whether it can be used, and how it is named."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sse_spec.actions import DSSE, SSE_C
from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import EACH_WRITE, FEWER, NO_CALL, Decided, KeyArn, KeyAsGiven, Objection, Want
from sse_spec.rules import dsse
from sse_spec.situation import MANAGED, MANAGED_HERE, NOT_A_KEY, UNUSABLE, Label, Situation, State

__all__ = [
    "NO_KEY",
    "KeyChoice",
    "context",
    "data_key_calls",
    "key",
    "key_checks",
    "named_key",
    "read_key_checks",
    "used_key",
]

NOT_FOUND = ("KMS.NotFoundException",)
DISABLED = ("KMS.DisabledException",)
PENDING = ("KMS.KMSInvalidStateException", "KMS.DisabledException")  # KMS names both; S3 was seen to send the first
CODES: dict[State, tuple[str, ...]] = {
    "missing": NOT_FOUND,
    "away": NOT_FOUND,
    "disabled": DISABLED,
    "cancelled": DISABLED,
    "pending": PENDING,
}


class KeyChoice(NamedTuple):
    """A key (None where the object has none), and who named it.

    `owner` is what the request or the default names, followed in another account than the requester's.
    """

    label: Label | None
    by: Literal["header", "default", "owner", "managed", "source", "upload", "nobody"]


NO_KEY = KeyChoice(None, "nobody")
AWS_S3 = KeyChoice(MANAGED, "managed")


def key(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[KeyChoice], ...]:
    """The key of an object that is written now; several where the documents contradict each other."""
    if algorithm == SSE_C:
        return (Decided(NO_KEY, ("SSC-02",)),)
    if algorithm == DSSE:
        as_for_sse_kms = key(s, law, "aws:kms") if dsse.key_as_for_sse_kms(law) else (Decided(AWS_S3, ()),)
        return tuple(Decided(one.value, (*one.clauses, "DSS-04")) for one in as_for_sse_kms)
    if algorithm != "aws:kms":
        return (Decided(NO_KEY if law.holds("KMS-22") else KeyChoice(MANAGED, "managed"), ("KMS-22",)),)
    if s.header_key_given and law.holds("KMS-01"):
        return (Decided(KeyChoice(s.header_key_label, "header"), ("KMS-01",)),)
    if s.header_algorithm is None:
        if s.default_names_key and law.holds("KMS-02"):
            return (_default_key(s, law, ("KMS-02",)),)
        return (_managed_key(s, law, "KMS-03", ()),)
    if s.action == "CopyObject" and s.object_key_label is not None and not law.holds("CPY-03"):
        return (Decided(KeyChoice(s.object_key_label, "source"), ("CPY-03",)),)
    also = ("CPY-03",) if s.action == "CopyObject" else ()
    if s.default_names_key:
        # The documents contradict each other; AWS was seen to take aws/s3.
        either = _managed_key(s, law, "KMS-05", also)
        return (either, _default_key(s, law, ("KMS-05", *also))) if law.holds("KMS-05") else (either,)
    return (_managed_key(s, law, "KMS-04", also),)


def _default_key(s: Situation, law: Law, by: tuple[str, ...]) -> Decided[KeyChoice]:
    if s.default_key_then is None:
        return Decided(KeyChoice(s.default_key_label, "default"), by)
    label = s.default_key_label if law.holds("KMS-09") else s.default_key_then
    return Decided(KeyChoice(label, "default"), (*by, "KMS-09"))


def _managed_key(s: Situation, law: Law, clause: str, also: tuple[str, ...]) -> Decided[KeyChoice]:
    if clause != "KMS-05" and not law.holds(clause):
        return Decided(NO_KEY, (clause,))
    if not s.managed_elsewhere:
        return Decided(KeyChoice(MANAGED, "managed"), (clause, *also))
    return Decided(KeyChoice(MANAGED if law.holds("KMS-06") else MANAGED_HERE, "managed"), (clause, "KMS-06", *also))


def named_key(s: Situation, law: Law, choice: KeyChoice) -> Decided[Want]:
    """How an answer names the key."""
    if choice.label is None and choice.by == "nobody":
        return Decided(None, ())
    if choice.label is None:
        return Decided(KeyAsGiven(choice.by), ())
    by = ("header" if s.header_key_given else "default") if choice.by == "owner" else choice.by
    if by == "upload" or {"header": s.header_key, "default": s.default_key}.get(by) == "arn":
        return Decided(KeyArn(choice.label), ())
    return Decided(KeyArn(choice.label) if law.holds("KMS-08") else KeyAsGiven(by), ("KMS-08",))


def key_checks(s: Situation, law: Law, choice: KeyChoice) -> Checks:
    """Can the chosen key encrypt?"""
    if choice.by == "header":
        yield from _usable(s.header_key_state, law, _write_clause(s))
    elif choice.by == "default":
        yield from _usable(s.default_key_state, law, "KMS-16")


def _write_clause(s: Situation) -> str:
    if s.header_key_state == "missing":
        return {"text": "KMS-11", "alias": "KMS-13", "alias-arn": "KMS-13"}.get(s.header_key or "", "KMS-10")
    return {"away": "KMS-12", "disabled": "KMS-14", "cancelled": "KMS-21"}.get(s.header_key_state, "KMS-15")


def _usable(state: State, law: Law, clause: str) -> Checks:
    if state == "restored":
        yield accept(law, "KMS-20")
    elif state in UNUSABLE and law.holds(clause):
        yield Objection(400, CODES[state], (clause,))


def read_key_checks(s: Situation, law: Law) -> Checks:
    """Can the key of an existing object decrypt? HeadObject needs no key, by what the documents imply."""
    state = s.object_key_state
    if state == "restored":
        yield accept(law, "KMS-20")
    elif state in NOT_A_KEY:
        yield Objection(400, (), (), may=True)  # not reached: only a wrong S3 stores an object so
    elif state in UNUSABLE:
        if s.action == "HeadObject":
            if law.holds("KMS-19"):
                yield Objection(400, (), ("KMS-19",), may=True)
            return
        clause = {"pending": "KMS-18", "cancelled": "KMS-21"}.get(state, "KMS-17")
        if law.holds(clause):
            yield Objection(400, CODES[state], (clause,))


def data_key_calls(s: Situation, law: Law) -> Decided[str]:
    """How often KMS is asked for a data key under a key of the customer's while objects without bucket key are written.

    Who does not give each object a data key of its own uses the first one again.
    """
    if s.object_algorithm == "AES256":
        return Decided(NO_CALL if law.holds("KMS-26") else EACH_WRITE, ("KMS-26",))
    if law.holds("KMS-24"):
        return Decided(EACH_WRITE, ("KMS-24",))
    return Decided(FEWER if s.several_writes else NO_CALL, ("KMS-24",))


def used_key(s: Situation, law: Law) -> Decided[Want]:
    """The key under which KMS is asked for a data key."""
    label = s.object_key_label if law.holds("KMS-23") else MANAGED_HERE
    return Decided(None if label is None else KeyArn(label), ("KMS-23",))


def context(law: Law) -> Decided[str]:
    """What the encryption context of such a call names."""
    return Decided("object" if law.holds("KMS-25") else "none", ("KMS-25",))
