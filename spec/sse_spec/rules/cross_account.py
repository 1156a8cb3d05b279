"""Which key is used, and who may use it, where the bucket or the key belongs to another account than the requester's.

What a reference leads to is decided here only as far as the two accounts differ; the rest is as for every write.
"""

from __future__ import annotations

from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.rules import kms
from sse_spec.rules.kms import KeyChoice
from sse_spec.situation import MANAGED, OTHERS_MANAGED, UNUSABLE, Situation

__all__ = ["ALIASES", "DENIED", "key", "read_checks", "shared_key_checks"]

DENIED = ("AccessDenied",)
NOT_FOUND = ("KMS.NotFoundException",)
ALIASES = frozenset({"alias", "alias-arn", "aws/s3"})


def key(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[KeyChoice], ...]:
    """The key of an object that is written now, also into a bucket of another account."""
    choices = kms.key(s, law, algorithm)
    if not s.foreign:
        return choices
    return tuple(found for choice in choices for found in _across(s, law, choice))


def _across(s: Situation, law: Law, choice: Decided[KeyChoice]) -> tuple[Decided[KeyChoice], ...]:
    if choice.value.by == "header":
        return (_key_of_request(s, law, choice),)
    if choice.value.by == "default":
        return _key_of_default(s, law, choice)
    if choice.value == KeyChoice(MANAGED, "managed"):
        label = MANAGED if law.holds("XAC-01") else OTHERS_MANAGED
        return (Decided(KeyChoice(label, "managed"), (*choice.clauses, "XAC-01")),)
    return (choice,)


def _key_of_request(s: Situation, law: Law, choice: Decided[KeyChoice]) -> Decided[KeyChoice]:
    """A bare key id and an alias say nothing of an account: the requester's is meant."""
    if s.header_key in {"alias", "aws/s3"} and s.header_owner_key_label != choice.value.label:
        label = choice.value if law.holds("XAC-12") else KeyChoice(s.header_owner_key_label, "owner")
        return Decided(label, (*choice.clauses, "XAC-12"))
    if _id_of_another_account(s) and not law.holds("XAC-10"):
        return Decided(KeyChoice(s.header_owner_key_label, "owner"), (*choice.clauses, "XAC-10"))
    return choice


def _id_of_another_account(s: Situation) -> bool:
    return s.header_key == "id" and s.header_key_label is None and s.header_owner_key_label is not None


def _default_id_of_another_account(s: Situation) -> bool:
    return s.default_key == "id" and s.default_key_label is None and s.default_owner_key_label is not None


def _key_of_default(s: Situation, law: Law, choice: Decided[KeyChoice]) -> tuple[Decided[KeyChoice], ...]:
    owners = KeyChoice(s.default_owner_key_label, "owner")
    if s.default_key in ALIASES:
        if owners.label == choice.value.label or not law.holds("XAC-13"):
            return (choice,)
        by = (*choice.clauses, "XAC-13")
        return (Decided(choice.value, by), Decided(owners, by))
    if _default_id_of_another_account(s) and not law.holds("XAC-11"):
        return (Decided(owners, (*choice.clauses, "XAC-11")),)
    return (choice,)


def shared_key_checks(s: Situation, law: Law, choice: KeyChoice) -> Checks:
    """May the requester's account use the chosen key?"""
    if choice.by == "header":
        if s.header_key_state == "foreign":
            yield from _refused(law, "XAC-07")
        elif s.header_key_state == "shared":
            yield accept(law, "XAC-04")
        elif _id_of_another_account(s):
            yield from _refused(law, "XAC-10")
    elif choice.by == "default":
        yield from _default_checks(s, law)
    elif choice.by == "owner":
        yield from _owners_key_checks(s)
    elif choice.by == "managed" and s.foreign:
        yield accept(law, "XAC-02")


def _default_checks(s: Situation, law: Law) -> Checks:
    if s.default_key_state == "foreign":
        yield from _refused(law, "XAC-08")
    elif s.default_key_state == "shared":
        yield accept(law, "XAC-05")
    elif s.foreign and s.default_key_state == "missing":
        if s.default_key in ALIASES:
            yield from _refused(law, "XAC-13")
        elif _default_id_of_another_account(s):  # not reached: no other missing key is tried across accounts
            yield from _refused(law, "XAC-11")


def _owners_key_checks(s: Situation) -> Checks:
    """The key to which a reference leads in the other account."""
    state = s.header_owner_key_state if s.header_key_given else s.default_owner_key_state
    if state == "foreign" or state in UNUSABLE:
        clauses = ("XAC-13",) if s.default_key in ALIASES and not s.header_key_given else ()
        yield Objection(403, DENIED, clauses)
        yield Objection(400, kms.CODES.get(state, NOT_FOUND), clauses)


def _refused(law: Law, clause: str) -> Checks:
    """Refused with one error or the other: AWS was seen to send both."""
    if law.holds(clause):
        yield Objection(403, DENIED, (clause,))
        yield Objection(400, NOT_FOUND, (clause,))


def read_checks(s: Situation, law: Law) -> Checks:
    """May the requester's account use the key of the object that is read or copied?"""
    if s.others_object:
        # Whether a bucket's owner may read what another account wrote into it is decided by Object Ownership, which is
        # not this edition's subject.
        yield Objection(403, DENIED, (), may=True)
    if s.action not in {"GetObject", "CopyObject"}:
        return
    if s.object_key_state == "foreign":
        clause = "XAC-03" if s.object_key_label == OTHERS_MANAGED else "XAC-09"
        if law.holds(clause):
            yield Objection(403, DENIED, (clause,))
    elif s.action == "GetObject":
        if s.object_key_state == "shared":
            yield accept(law, "XAC-06")
        elif s.foreign and s.object_key_label == MANAGED:
            yield accept(law, "XAC-02")
