"""Dual-layer encryption with KMS keys: what is as for SSE-KMS, and what is not."""

from __future__ import annotations

from sse_spec.actions import DSSE
from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.situation import Situation

__all__ = ["bucket_key", "default_checks", "etag", "header_checks", "key_as_for_sse_kms", "known", "shown_name"]


def known(law: Law) -> bool:
    """Whether S3 knows aws:kms:dsse on this day. Before, it is an algorithm like any other that nobody knows."""
    return law.begun("DSS-01")


def default_checks(s: Situation, law: Law) -> Checks:
    """May DSSE-KMS be the default?"""
    yield accept(law, "DSS-01")
    if s.new_key == "empty":
        yield Objection(400, ("InvalidArgument",), (), may=True)  # not reached: told of aws:kms only
    if s.new_bucket_key and law.holds("DSS-06"):
        yield Objection(400, (), ("DSS-06",), may=True)


def header_checks(law: Law) -> Checks:
    """May a write ask for DSSE-KMS?"""
    yield accept(law, "DSS-02")


def shown_name(law: Law) -> Decided[str | None]:
    """How answers name the algorithm of a DSSE-KMS object."""
    return Decided(DSSE if law.holds("DSS-03") else "aws:kms", ("DSS-03",))


def key_as_for_sse_kms(law: Law) -> bool:
    """Whether the key of a DSSE-KMS object is chosen in the same way as that of an SSE-KMS object."""
    return law.holds("DSS-04")


def bucket_key(s: Situation, law: Law) -> Decided[bool]:
    """The bucket-key flag of a DSSE-KMS object that is written now."""
    if law.holds("DSS-05"):
        return Decided(False, ("DSS-05",))
    asked = s.default_bucket_key if s.header_bucket_key is None else s.header_bucket_key
    return Decided(bool(asked), ("DSS-05",))


def etag(law: Law) -> tuple[Decided[str], ...]:
    """The kinds of ETag that a DSSE-KMS object may have; none where nothing is known."""
    if not law.holds("DSS-07"):
        return ()
    return Decided("not-md5", ("DSS-07",)), Decided("md5", ("DSS-07",))
