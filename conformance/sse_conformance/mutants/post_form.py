"""Mutants that treat an upload by form otherwise than PutObject."""

from __future__ import annotations

from sse_spec.clauses import FIRST_DAY
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding

__all__ = ["MUTANTS"]


def _form(s: Situation) -> bool:
    return s.action == "PostObject"


def _form_without_fields(s: Situation) -> bool:
    return _form(s) and s.header_algorithm is None


def _form_under_kms(s: Situation) -> bool:
    """Whether it is to be SSE-KMS."""
    return _form(s) and (s.header_algorithm or s.default_algorithm) == "aws:kms"


def _form_not_under_kms(s: Situation) -> bool:
    return _form(s) and not _form_under_kms(s)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "ForgetsDefaultOnForm",
        "PST-01",
        "It writes what a form without encryption fields uploads as if the bucket had no default.",
        disregarding("algorithm", "PST-01"),
    ),
    Mutant(
        "LeavesFormUploadsUnencrypted",
        "PST-01",
        "It encrypts what PutObject writes by an SSE-S3 default, and leaves what a form uploads unencrypted.",
        disregarding("algorithm", "PST-01", lambda s: s.default_algorithm == "AES256"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "IgnoresFieldsOfForm",
        "PST-02",
        "It lets the default decide on what a form uploads, whatever the fields of the form say.",
        disregarding("algorithm", "PST-02"),
    ),
    Mutant(
        "LetsKmsDefaultBeatFieldsOfForm",
        "PST-02",
        "It encrypts what a form with AES256 uploads as SSE-KMS where the default is SSE-KMS.",
        disregarding("algorithm", "PST-02", lambda s: s.default_algorithm == "aws:kms"),
    ),
    Mutant(
        "IgnoresKmsFieldOfForm",
        "PST-02",
        "It encrypts what a form with aws:kms uploads as SSE-S3 where no default is configured.",
        disregarding("algorithm", "PST-02", lambda s: s.header_algorithm == "aws:kms" and s.default_algorithm is None),
    ),
    Mutant(
        "HidesEncryptionOfForm",
        "PST-03",
        "Its answer to a form names no encryption.",
        disregarding("answered", "PST-03"),
    ),
    Mutant(
        "NamesOnlyAskedEncryptionOfForm",
        "PST-03",
        "Its answer to a form repeats the fields, and names no encryption that the default chose.",
        disregarding("answered", "PST-03", _form_without_fields),
    ),
    Mutant(
        "GivesKmsFormAnMd5ETag",
        "PST-04",
        "It gives an SSE-KMS object that a form uploaded the MD5 of its content as its ETag.",
        disregarding("etag", "PST-04", _form_under_kms),
    ),
    Mutant(
        "GivesFormARandomETag",
        "PST-04",
        "It gives an SSE-S3 object that a form uploaded an ETag that is not the MD5 of its content.",
        disregarding("etag", "PST-04", _form_not_under_kms),
    ),
    Mutant(
        "AcceptsUnknownAlgorithmInForm",
        "PST-05",
        "It accepts a form whose encryption field holds an algorithm that S3 does not know.",
        disregarding("write_checks", "PST-05"),
    ),
)
"""The mutants of the chapter on uploads by form."""
