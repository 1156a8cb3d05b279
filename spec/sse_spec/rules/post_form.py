"""How an object that a form uploads is encrypted: as by PutObject, with fields in the place of headers."""

from __future__ import annotations

from sse_spec.checks import Checks
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection

__all__ = ["etag", "unknown_algorithm_checks"]

ANY_CODE: tuple[str, ...] = ()


def unknown_algorithm_checks(law: Law) -> Checks:
    """A field for the encryption whose value S3 does not know."""
    if law.holds("PST-05"):
        yield Objection(400, ANY_CODE, ("PST-05",))


def etag(law: Law, algorithm: str | None) -> Decided[str] | None:
    """The kind of ETag of an object that a form uploads; None where nothing is known."""
    if algorithm in (None, "AES256"):
        return Decided("md5" if law.holds("PST-04") else "not-md5", ("PST-04",))
    if algorithm != "aws:kms":
        return None
    return Decided("not-md5" if law.holds("PST-04") else "md5", ("PST-04",))
