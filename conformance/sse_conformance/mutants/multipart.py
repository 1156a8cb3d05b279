"""Mutants that mistake how a multipart upload is encrypted, or do not say it."""

from __future__ import annotations

from sse_spec.clauses import FIRST_DAY
from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules.record import RULES
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _begun_without_headers(s: Situation) -> bool:
    return s.action == "CreateMultipartUpload" and s.header_algorithm is None


def _sse_s3_over_kms_default(s: Situation) -> bool:
    return s.header_algorithm == "AES256" and s.default_algorithm == "aws:kms"


def _begun_as_sse_s3_over_kms_default(s: Situation) -> bool:
    return s.object_algorithm == "AES256" and s.default_algorithm == "aws:kms"


def _copied_part(s: Situation) -> bool:
    return s.action == "UploadPartCopy"


def _sse_kms_upload(s: Situation) -> bool:
    return s.object_algorithm == "aws:kms"


def _etag_without_hyphen(s: Situation, law: Law, algorithm: str | None) -> tuple[Decided[str], ...]:
    if s.action != "CompleteMultipartUpload" or algorithm != "aws:kms":
        return RULES.etag(s, law, algorithm)
    return (Decided("not-md5", ("MPU-12",)),)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "ForgetsDefaultOnMultipartUpload",
        "MPU-01",
        "It begins an upload without headers as if the bucket had no default.",
        disregarding("algorithm", "MPU-01"),
    ),
    Mutant(
        "LeavesMultipartUploadsUnencrypted",
        "MPU-01",
        "It encrypts single writes by an SSE-S3 default, and leaves uploads in parts unencrypted.",
        disregarding("algorithm", "MPU-01", lambda s: s.default_algorithm == "AES256"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "IgnoresHeadersOfMultipartUpload",
        "MPU-02",
        "It lets the default decide on an upload whatever the headers of its beginning say.",
        disregarding("algorithm", "MPU-02"),
    ),
    Mutant(
        "LetsKmsDefaultBeatHeaderOfMultipartUpload",
        "MPU-02",
        "It begins an upload with AES256 as SSE-KMS where the default is SSE-KMS.",
        disregarding("algorithm", "MPU-02", _sse_s3_over_kms_default),
    ),
    Mutant(
        "IgnoresKmsHeaderOfMultipartUpload",
        "MPU-02",
        "It begins an upload with aws:kms as SSE-S3 where no default is configured.",
        disregarding("algorithm", "MPU-02", lambda s: s.header_algorithm == "aws:kms" and s.default_algorithm is None),
    ),
    Mutant(
        "EncryptsUploadByDefaultAtCompletion",
        "MPU-03",
        "It encrypts the object by the default that it finds when the upload is completed.",
        disregarding("as_begun", "MPU-03"),
    ),
    Mutant(
        "LetsKmsDefaultTakeOverSseS3Upload",
        "MPU-03",
        "It completes an upload that was begun with AES256 as SSE-KMS where the default is SSE-KMS.",
        disregarding("as_begun", "MPU-03", _begun_as_sse_s3_over_kms_default),
    ),
    Mutant(
        "HidesEncryptionOfBegunUpload",
        "MPU-05",
        "Its answer to CreateMultipartUpload names no encryption.",
        disregarding("answered", "MPU-05"),
    ),
    Mutant(
        "NamesOnlyAskedEncryptionOfBegunUpload",
        "MPU-05",
        "Its answer to CreateMultipartUpload repeats the headers, and names no encryption that the default chose.",
        disregarding("answered", "MPU-05", _begun_without_headers),
    ),
    Mutant(
        "HidesEncryptionOfParts",
        "MPU-06",
        "Its answers to parts name no encryption.",
        disregarding("answered", "MPU-06"),
    ),
    Mutant(
        "HidesEncryptionOfCopiedParts",
        "MPU-06",
        "Its answers to parts that are copied name no encryption.",
        disregarding("answered", "MPU-06", _copied_part),
    ),
    Mutant(
        "HidesEncryptionOfKmsParts",
        "MPU-06",
        "Its answers to the parts of an SSE-KMS upload name no encryption.",
        disregarding("answered", "MPU-06", _sse_kms_upload),
    ),
    Mutant(
        "HidesEncryptionOfCompletedUpload",
        "MPU-07",
        "Its answer to CompleteMultipartUpload names no encryption.",
        disregarding("answered", "MPU-07"),
    ),
    Mutant(
        "HidesEncryptionOfCompletedKmsUpload",
        "MPU-07",
        "Its answer to CompleteMultipartUpload names SSE-S3, and nothing where the object is SSE-KMS.",
        disregarding("answered", "MPU-07", _sse_kms_upload),
    ),
    Mutant(
        "AcceptsEncryptionHeaderOnPart",
        "MPU-08",
        "It accepts UploadPart with the encryption header.",
        disregarding("upload_checks", "MPU-08", lambda s: s.action == "UploadPart"),
    ),
    Mutant(
        "AcceptsEncryptionHeaderOnCopiedPart",
        "MPU-08",
        "It accepts UploadPartCopy with the encryption header.",
        disregarding("upload_checks", "MPU-08", _copied_part),
    ),
    Mutant(
        "AcceptsEncryptionHeaderOnCompletion",
        "MPU-08",
        "It accepts CompleteMultipartUpload with the encryption header.",
        disregarding("upload_checks", "MPU-08", lambda s: s.action == "CompleteMultipartUpload"),
    ),
    Mutant(
        "AcceptsHeaderThatRepeatsUpload",
        "MPU-08",
        "It accepts the encryption header on the parts and the end of an upload if it names the upload's encryption.",
        disregarding("upload_checks", "MPU-08", lambda s: s.header_algorithm == s.object_algorithm),
    ),
    Mutant(
        "EncryptsCopiedPartAsItsSource",
        "MPU-09",
        "Its answer to UploadPartCopy names the encryption of the source.",
        disregarding("part_algorithm", "MPU-09"),
    ),
    Mutant(
        "CarriesKmsIntoUploadWithCopiedPart",
        "MPU-09",
        "Its answer to UploadPartCopy names aws:kms where the source is SSE-KMS and the upload is not.",
        disregarding("part_algorithm", "MPU-09", lambda s: s.source_algorithm == "aws:kms"),
    ),
    Mutant(
        "GivesPartARandomETag",
        "MPU-10",
        "It gives a part of an SSE-S3 upload an ETag that is not the MD5 of its content.",
        disregarding("part_etag", "MPU-10"),
    ),
    Mutant(
        "GivesCopiedPartARandomETag",
        "MPU-10",
        "It gives a part that is copied into an SSE-S3 upload an ETag that is not the MD5 of its content.",
        disregarding("part_etag", "MPU-10", _copied_part),
    ),
    Mutant(
        "GivesKmsPartAnMd5ETag",
        "MPU-11",
        "It gives a part of an SSE-KMS upload the MD5 of its content as its ETag.",
        disregarding("part_etag", "MPU-11"),
    ),
    Mutant(
        "GivesCompletedUploadAnMd5ETag",
        "MPU-12",
        "It gives an object that was uploaded in parts the MD5 of its content as its ETag.",
        disregarding("etag", "MPU-12"),
    ),
    Mutant(
        "GivesCompletedKmsUploadARandomETag",
        "MPU-12",
        "It gives an SSE-KMS object that was uploaded in parts an ETag that is not made of those of its parts.",
        replacing("etag", _etag_without_hyphen),
    ),
    Mutant(
        "KeepsETagOfPartsOnCopy",
        "MPU-13",
        "It gives a copy of an object that was uploaded in parts the ETag of its source.",
        disregarding("etag", "MPU-13"),
    ),
)
"""The mutants of the chapter on multipart uploads."""
