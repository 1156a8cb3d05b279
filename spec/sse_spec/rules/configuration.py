"""Putting, reading and deleting the bucket default."""

from __future__ import annotations

from sse_spec.actions import DSSE, SSE_C
from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import AsPut, Field, KeyArn, Objection, Refusal, Want
from sse_spec.rules import dsse, sse_c
from sse_spec.situation import MANAGED, UNUSABLE, Situation

__all__ = ["bucket_checks", "default_in_force", "deletion", "deletion_status", "put_checks", "shown_default"]

NOT_FOUND = "ServerSideEncryptionConfigurationNotFoundError"


def bucket_checks(s: Situation, law: Law) -> Checks:
    """The bucket must exist, whatever else the request says."""
    if not s.bucket and law.holds("CFG-22"):
        yield Objection(404, ("NoSuchBucket",), ("CFG-22",))


def put_checks(s: Situation, law: Law) -> Checks:
    """Is this configuration one that a bucket may have?"""
    if s.rules == "malformed":
        if law.holds("CFG-23"):
            yield Objection(400, ("MalformedXML",), ("CFG-23",))
    elif s.rules == "none":
        if law.holds("CFG-09"):
            yield Objection(400, ("MalformedXML",), ("CFG-09",))
    elif s.rules == "two":
        if law.holds("CFG-10"):
            yield Objection(400, ("MalformedXML",), ("CFG-10",))
    elif not s.new_apply:
        if law.holds("CFG-13"):
            yield Objection(400, ("MalformedXML",), ("CFG-13",), may=True)
    else:
        yield from _rule_checks(s, law)


def _rule_checks(s: Situation, law: Law) -> Checks:
    if s.new_algorithm is None:
        if law.holds("CFG-12"):
            yield Objection(400, ("MalformedXML", "InvalidArgument"), ("CFG-12",))
    elif s.new_algorithm == "AES256":
        yield from _sse_s3_checks(s, law)
    elif s.new_algorithm == "aws:kms":
        yield from _sse_kms_checks(s, law)
    elif s.new_algorithm == DSSE and dsse.known(law):
        yield from dsse.default_checks(s, law)
    elif s.new_algorithm == SSE_C:
        yield from sse_c.default_checks(law)
    elif law.holds("CFG-11"):
        yield Objection(400, ("MalformedXML", "InvalidArgument"), ("CFG-11",))


def _sse_s3_checks(s: Situation, law: Law) -> Checks:
    yield accept(law, "CFG-01")
    if s.new_key is not None and law.holds("CFG-14"):
        yield Objection(400, ("InvalidArgument",), ("CFG-14",), may=s.new_key == "empty")
    if s.new_bucket_key:
        yield accept(law, "CFG-20")


def _sse_kms_checks(s: Situation, law: Law) -> Checks:
    yield accept(law, "CFG-01")
    if s.new_key is None:
        yield accept(law, "CFG-18")
    elif s.new_key == "empty":
        if law.holds("CFG-15"):
            yield Objection(400, ("InvalidArgument",), ("CFG-15",))
    elif s.new_key_state in UNUSABLE:
        yield accept(law, "CFG-16")  # the key is looked at when an object is written, not now


def default_in_force(s: Situation, law: Law) -> str | None:
    """The algorithm of the configured default, None where there is none (any more)."""
    if s.default_algorithm is None and not _deletion_counts(law):
        return s.previous_algorithm
    return s.default_algorithm


def _deletion_counts(law: Law) -> bool:
    return law.holds("CFG-07") or law.holds("CFG-08")


def deletion(s: Situation, law: Law) -> tuple[str, ...]:
    """The clause by which a default that was deleted is not there any more, where one was deleted."""
    if s.default_algorithm is not None or s.previous_algorithm is None:
        return ()
    _, clause = law.succession("CFG-07", "CFG-08")
    return (clause,)


def deletion_status(law: Law) -> Field:
    """What DeleteBucketEncryption answers, whether there was a default or not."""
    return Field("status", "204" if law.holds("CFG-06") else "404", ("CFG-06",))


def shown_default(s: Situation, law: Law) -> Refusal | tuple[Field, ...]:
    """What GetBucketEncryption answers."""
    algorithm = default_in_force(s, law)
    if algorithm is None:
        return _shown_without_default(s, law)
    if s.default_algorithm is None:
        return (Field("default_algorithm", algorithm, ()),)
    return (
        Field("default_algorithm", algorithm if law.holds("CFG-03") else None, ("CFG-03",)),
        _shown_key(s, law),
        *_shown_bucket_key(s, law),
    )


def _shown_without_default(s: Situation, law: Law) -> Refusal | tuple[Field, ...]:
    baseline, _ = law.succession("CFG-04", "CFG-05")
    if not baseline:
        return Refusal(404, (NOT_FOUND,))
    by = ("CFG-05", *deletion(s, law))
    return (
        Field("default_algorithm", "AES256", by),
        Field("default_key", None, by),
        Field("default_bucket_key", False, by),
    )


def _shown_key(s: Situation, law: Law) -> Field:
    if s.default_key is None:
        named_none: Want = None if s.default_algorithm != "aws:kms" or law.holds("CFG-18") else KeyArn(MANAGED)
        return Field("default_key", named_none, ("CFG-18",) if s.default_algorithm == "aws:kms" else ("CFG-03",))
    if law.holds("CFG-17"):
        return Field("default_key", AsPut(), ("CFG-17",))
    resolved = s.default_key_label if s.default_key != "arn" else None
    return Field("default_key", None if resolved is None else KeyArn(resolved), ("CFG-17",))


def _shown_bucket_key(s: Situation, law: Law) -> tuple[Field, ...]:
    if s.default_algorithm == DSSE and s.default_bucket_key:
        # not reached: DSSE-KMS has no bucket keys, and no document says what is shown of one put all the same
        return ()
    return (_bucket_key_as_put(s, law),)


def _bucket_key_as_put(s: Situation, law: Law) -> Field:
    put = s.default_bucket_key
    also: tuple[str, ...] = ()
    if s.override not in {None, bool(put)}:
        if not law.holds("BKT-10"):
            return Field("default_bucket_key", s.override, ("BKT-10",))
        also = ("BKT-10",)
    if put is None:
        if s.previous_bucket_key and not law.holds("CFG-02"):
            return Field("default_bucket_key", True, ("CFG-02",))
        by = ("CFG-02", "CFG-19") if s.previous_bucket_key else ("CFG-19",)
        return Field("default_bucket_key", False if law.holds("CFG-19") else None, (*by, *also))
    clause = "CFG-20" if put and s.default_algorithm == "AES256" else "CFG-21" if put else "CFG-19"
    return Field("default_bucket_key", put if law.holds(clause) else None, (clause, *also))
