"""Which encryption headers a request may carry."""

from __future__ import annotations

from sse_spec.actions import ALGORITHMS, DSSE, KMS_ALGORITHMS, SSE_C
from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Objection
from sse_spec.rules import dsse, post_form
from sse_spec.situation import Situation

__all__ = ["context_checks", "read_checks", "write_checks"]

INVALID = ("InvalidArgument",)
ANY_CODE: tuple[str, ...] = ()


def write_checks(s: Situation, law: Law, algorithm: str | None) -> Checks:
    """The headers of a write whose object is to get `algorithm`."""
    named = s.header_algorithm
    if named == "":
        if law.holds("HDR-02"):
            yield Objection(400, INVALID, ("HDR-02",))
    elif named == DSSE and dsse.known(law):
        yield from dsse.header_checks(law)
    elif named is not None and named not in ALGORITHMS:
        yield from _unknown_algorithm_checks(s, law)
    if s.header_key_given:
        yield from _key_header_checks(s, law)
    if s.header_bucket_key is not None and algorithm != "aws:kms" and law.holds("HDR-07"):
        yield Objection(400, ANY_CODE, ("HDR-07",), may=True)


def _unknown_algorithm_checks(s: Situation, law: Law) -> Checks:
    if s.action == "PostObject":
        yield from post_form.unknown_algorithm_checks(law)
    elif law.holds("HDR-01"):
        yield Objection(400, INVALID, ("HDR-01",))


def _key_header_checks(s: Situation, law: Law) -> Checks:
    if s.header_algorithm is None:
        if s.default_algorithm in KMS_ALGORITHMS:
            if law.holds("HDR-05"):
                yield Objection(400, INVALID, ("HDR-05",), may=True)
        elif law.holds("HDR-04"):
            yield Objection(400, INVALID, ("HDR-04",))
    elif s.header_algorithm == "AES256" and law.holds("HDR-06"):
        yield Objection(400, INVALID, ("HDR-06",))


def context_checks(s: Situation, law: Law, algorithm: str | None) -> Checks:
    """The encryption context, which goes with the header aws:kms."""
    if algorithm == SSE_C or s.header_context is None:
        return
    if algorithm != "aws:kms" or s.header_algorithm is None:
        yield Objection(400, ANY_CODE, (), may=True)  # no document says what a context means without that header
    elif s.header_context == "valid":
        yield accept(law, "HDR-11")
    elif law.holds("HDR-10"):
        yield Objection(400, ANY_CODE, ("HDR-10",))


def read_checks(s: Situation, law: Law) -> Checks:
    """A read of an encrypted object may not name an encryption."""
    if s.header_algorithm is None:
        return
    if s.object_algorithm is None:
        # Objects from before the baseline are still there after it, and no document speaks of them.
        if law.holds("HDR-09"):
            yield Objection(400, ANY_CODE, ("HDR-09",), may=True)
        elif law.broken != "HDR-09":
            yield Objection(400, ANY_CODE, (), may=True)  # not reached: no clause decides, so the cover does not ask
    elif s.object_algorithm == SSE_C:
        # not reached: the documents speak of the encryption that S3 has keys for
        yield Objection(400, ANY_CODE, (), may=True)
    elif law.holds("HDR-08"):
        yield Objection(400, ANY_CODE, ("HDR-08",))
