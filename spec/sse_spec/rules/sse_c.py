"""Objects under keys of the customer's: what their requests must carry, and when a bucket refuses them."""

from __future__ import annotations

from sse_spec.actions import SSE_C, Blocked
from sse_spec.checks import Acceptance, Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Field, Objection
from sse_spec.situation import Situation

__all__ = [
    "algorithm",
    "confirmed",
    "default_checks",
    "delete_checks",
    "etag",
    "ignored",
    "list_checks",
    "list_known",
    "part_checks",
    "read_checks",
    "shown_list",
    "source_checks",
    "write_checks",
]

INVALID = ("InvalidArgument",)
INVALID_ALGORITHM = ("InvalidEncryptionAlgorithmError",)
INVALID_REQUEST = ("InvalidRequest",)
DENIED = ("AccessDenied",)
ANY_CODE: tuple[str, ...] = ()

FLAWS = {"no-algorithm": "SSC-06", "no-key": "SSC-07", "length": "SSC-08", "md5": "SSC-09"}
"""The clause by which a write is refused for what is wrong with its headers, the algorithm apart."""


# --- writes -----------------------------------------------------------------------------------------------------------


def algorithm(s: Situation, law: Law) -> Decided[str | None] | None:
    """That the object is encrypted under a customer key; None where the headers do not ask for that."""
    if s.customer is None or not law.holds("SSC-01"):
        return None
    return Decided(SSE_C, ("SSC-01",))


def write_checks(s: Situation, law: Law) -> Checks:
    """The SSE-C headers of a write."""
    sound = s.header_algorithm is None and s.customer == "whole"
    if s.header_algorithm is not None:
        if law.holds("SSC-04"):
            yield Objection(400, INVALID, ("SSC-04",))
    elif s.customer == "algorithm":
        if law.holds("SSC-05"):
            yield Objection(400, INVALID_ALGORITHM, ("SSC-05",))
    elif s.customer in FLAWS:
        clause = FLAWS[s.customer]
        if law.holds(clause):
            yield Objection(400, INVALID, (clause,))
    refused, by = _blocked(s, law)
    if refused:
        # No document says which of two reasons to refuse comes first.
        yield Objection(403, DENIED, by if sound else ())
    elif sound and s.blocked is not None:
        yield from map(Acceptance, by)


def confirmed(law: Law, clause: str, also: tuple[str, ...]) -> tuple[Field, ...]:
    """How an answer tells of the encryption of an SSE-C object, where this clause says that it does."""
    holds = law.holds(clause)
    return (
        Field("algorithm", None, (*also, clause)),
        Field("kms_key", None, (clause,)),
        Field("bucket_key", False, (clause,)),
        Field("customer_algorithm", "AES256" if holds else None, (*also, clause)),
        Field("customer_key_md5", "as sent" if holds else None, (*also, clause)),
    )


def ignored() -> tuple[Field, ...]:
    """What the answer to a write lacks whose SSE-C headers counted for nothing."""
    return Field("customer_algorithm", None, ("SSC-01",)), Field("customer_key_md5", None, ("SSC-01",))


def etag(law: Law) -> Decided[str]:
    """The ETag of an object that is written under a customer key now."""
    return Decided("not-md5" if law.holds("SSC-19") else "md5", ("SSC-19",))


# --- blocking ---------------------------------------------------------------------------------------------------------


def list_known(law: Law) -> bool:
    """Whether a configuration may have a list of blocked types on this day."""
    return law.begun("SSC-25")


def _list_in_force(s: Situation, law: Law) -> tuple[Blocked | None, tuple[str, ...]]:
    """The list of blocked types, None where none was ever put, and the clause by which an older one still holds."""
    if s.blocked is None or s.blocked_kept is None:
        return s.blocked, ()
    clause = {"put": "SSC-31", "deletion": "SSC-32"}[s.blocked_kept]
    return s.blocked if law.holds(clause) else None, (clause,)


def _blocked(s: Situation, law: Law) -> tuple[bool, tuple[str, ...]]:
    """Whether the bucket refuses writes with SSE-C headers, and the clauses that say so; none before it could."""
    if not list_known(law):
        return False, ()
    blocked, kept = _list_in_force(s, law)
    if blocked == "SSE-C":
        return law.holds("SSC-26"), ("SSC-26", *kept)
    if blocked == "NONE":
        return not law.holds("SSC-27"), ("SSC-27", *kept)
    return law.holds("SSC-29"), ("SSC-29", *kept)


def list_checks(s: Situation, law: Law) -> Checks:
    """May the configuration have this list of blocked types?"""
    if s.new_blocked is not None:
        yield accept(law, "SSC-25")


def shown_list(s: Situation, law: Law) -> tuple[Field, ...]:
    """The list of blocked types that GetBucketEncryption shows; nothing where nothing is said of it."""
    if not list_known(law):
        return ()
    blocked, kept = _list_in_force(s, law)
    if blocked is not None:
        return (Field("default_blocked", blocked if law.holds("SSC-25") else None, ("SSC-25", *kept)),)
    if law.holds("SSC-30"):
        return (Field("default_blocked", "SSE-C", ("SSC-30", *kept)),)
    forgotten = kept or law.broken == "SSC-30"
    return (Field("default_blocked", None, kept or ("SSC-30",)),) if forgotten else ()


def default_checks(law: Law) -> Checks:
    """SSE-C is no default that a bucket may have."""
    if law.holds("SSC-24"):
        yield Objection(400, ("MalformedXML", *INVALID), ("SSC-24",))


# --- reads and copies -------------------------------------------------------------------------------------------------


def read_checks(s: Situation, law: Law) -> Checks:
    """Does a read carry the key of the object, and no key where the object has none?"""
    if s.object_algorithm != SSE_C:
        if s.customer == "whole":
            if law.holds("SSC-14"):
                yield Objection(400, INVALID_REQUEST, ("SSC-14",))
        else:
            yield Objection(400, ANY_CODE, (), may=True)  # not reached: no clause decides, so the cover does not ask
    elif s.customer is None:
        if law.holds("SSC-10"):
            yield Objection(400, INVALID_REQUEST, ("SSC-10",))
    elif s.customer == "whole":
        yield from _key_checks(s, law)
    else:
        yield from _flaw_checks(s, law)


def _key_checks(s: Situation, law: Law) -> Checks:
    """The headers are in order; is the key that of the object?"""
    if not s.customer_same:
        if law.holds("SSC-11"):
            yield Objection(403, DENIED, ("SSC-11",))
        return
    if s.newer_customer:
        yield Acceptance("SSC-16") if law.holds("SSC-16") else Objection(403, DENIED, ("SSC-16",))
    if list_known(law) and s.blocked == "SSE-C":
        yield Acceptance("SSC-28") if law.holds("SSC-28") else Objection(403, DENIED, ("SSC-28",))


def _flaw_checks(s: Situation, law: Law) -> Checks:
    if s.customer == "algorithm":
        if law.holds("SSC-05"):
            yield Objection(400, INVALID_ALGORITHM, ("SSC-05",))
    elif s.customer == "length":
        if law.holds("SSC-12"):
            yield Objection(403, DENIED, ("SSC-12",))
    elif s.customer == "md5":
        if law.holds("SSC-13"):
            yield Objection(400, ANY_CODE, ("SSC-13",))
            yield Objection(403, ANY_CODE, ("SSC-13",))
    else:
        # not reached: no document says what a read is answered that has but one of algorithm and key
        yield Objection(400, ANY_CODE, (), may=True)
        yield Objection(403, ANY_CODE, (), may=True)


def source_checks(s: Situation, law: Law) -> Checks:
    """Does a copy carry the key of its source, and no key where the source has none?"""
    if s.object_algorithm != SSE_C:
        yield Objection(400, ANY_CODE, (), may=True)  # not reached: no clause decides, so the cover does not ask
    elif s.source_customer is None:
        if law.holds("SSC-17"):
            yield Objection(400, INVALID_REQUEST, ("SSC-17",))
    elif s.source_customer == "algorithm":
        if law.holds("SSC-05"):
            yield Objection(400, INVALID_ALGORITHM, ("SSC-05",))
    elif s.source_customer != "whole":
        # not reached: no clause decides, so the cover does not ask
        yield Objection(400, ANY_CODE, (), may=True)
        yield Objection(403, ANY_CODE, (), may=True)
    elif not s.source_customer_same and law.holds("SSC-18"):
        yield Objection(400, ANY_CODE, ("SSC-18",))
        yield Objection(403, ANY_CODE, ("SSC-18",))


# --- parts, and the end of an object ----------------------------------------------------------------------------------


def part_checks(s: Situation, law: Law) -> Checks:
    """Does a part carry the key of its upload, and no key where the upload was begun without one?"""
    if s.object_algorithm != SSE_C:
        if s.customer == "whole":
            if law.holds("SSC-22"):
                yield Objection(400, INVALID_REQUEST, ("SSC-22",))
        else:
            yield Objection(400, ANY_CODE, ())  # not reached: no clause decides, so the cover does not ask
    elif s.customer is None:
        if law.holds("SSC-21"):
            yield Objection(400, INVALID_REQUEST, ("SSC-21",))
    elif s.customer != "whole":
        yield Objection(400, ANY_CODE, ())  # not reached: no clause decides, so the cover does not ask
    elif not s.customer_same and law.holds("SSC-23"):
        yield Objection(400, INVALID_REQUEST, ("SSC-23",))


def delete_checks(law: Law) -> Checks:
    """DeleteObject cannot carry a key, and needs none."""
    yield accept(law, "SSC-15")
