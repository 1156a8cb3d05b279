"""Mutants that mistake what goes with keys of the customer's, or that do not keep to a block of such keys."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Field
from sse_spec.rules import sse_c
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

from sse_conformance.mutants.errors import misnaming
from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _beginning_upload(s: Situation) -> bool:
    return s.action == "CreateMultipartUpload"


def _heading(s: Situation) -> bool:
    return s.action == "HeadObject"


def _kms_default(s: Situation) -> bool:
    return s.default_algorithm == "aws:kms"


def _confirming(clause: str, **instead: str | None) -> Rules:
    """The rules of an S3 whose answers confirm customer keys, by one clause, with other fields than they should."""

    def confirmed(law: Law, by: str, also: tuple[str, ...]) -> tuple[Field, ...]:
        right = sse_c.confirmed(law, by, also)
        if by != clause:
            return right
        return tuple(Field(one.name, instead.get(one.name, one.want), one.clauses) for one in right)

    return replacing("customer_confirmed", confirmed)


_WRITES = (
    Mutant(
        "PrefersDefaultToCustomerKey",
        "SSC-01",
        "It encrypts a write with SSE-C headers by the default of the bucket.",
        disregarding("algorithm", "SSC-01"),
    ),
    Mutant(
        "PrefersKmsDefaultToCustomerKey",
        "SSC-01",
        "It encrypts a write with SSE-C headers as SSE-KMS where that is the default.",
        disregarding("algorithm", "SSC-01", _kms_default),
    ),
    Mutant(
        "IgnoresCustomerKeyOnCopy",
        "SSC-01",
        "It ignores the SSE-C headers of a copy.",
        disregarding("algorithm", "SSC-01", _copying),
    ),
    Mutant(
        "ConcealsCustomerKeyOfWrite",
        "SSC-02",
        "Its answer to a write with SSE-C headers does not confirm them.",
        disregarding("customer_confirmed", "SSC-02"),
    ),
    Mutant(
        "LeavesOutMd5OfCustomerKeyOfWrite",
        "SSC-02",
        "Its answer to a write with SSE-C headers repeats the algorithm, and not the MD5 of the key.",
        _confirming("SSC-02", customer_key_md5=None),
    ),
    Mutant(
        "NamesSseS3BesideCustomerKeyOfWrite",
        "SSC-02",
        "Its answer to a write with SSE-C headers names AES256 in the encryption header too.",
        _confirming("SSC-02", algorithm="AES256"),
    ),
    Mutant(
        "AcceptsCustomerKeyBesideEncryptionHeader",
        "SSC-04",
        "It accepts a write with both SSE-C headers and the encryption header.",
        disregarding("customer_checks", "SSC-04"),
    ),
    Mutant(
        "AcceptsCustomerKeyBesideEncryptionHeaderOfUpload",
        "SSC-04",
        "It accepts the beginning of an upload with both SSE-C headers and the encryption header.",
        disregarding("customer_checks", "SSC-04", _beginning_upload),
    ),
    Mutant(
        "AcceptsUnknownCustomerAlgorithm",
        "SSC-05",
        "It accepts a write whose customer algorithm is not AES256.",
        disregarding("customer_checks", "SSC-05"),
    ),
    Mutant(
        "MisnamesErrorOfCustomerAlgorithm",
        "SSC-05",
        "It refuses a write whose customer algorithm is not AES256 with the code InvalidArgument.",
        misnaming("customer_checks", "SSC-05", 400, "InvalidArgument"),
    ),
    Mutant(
        "AcceptsCustomerKeyWithoutAlgorithm",
        "SSC-06",
        "It accepts a write with a customer key that names no customer algorithm.",
        disregarding("customer_checks", "SSC-06"),
    ),
    Mutant(
        "AcceptsCustomerAlgorithmWithoutKey",
        "SSC-07",
        "It accepts a write that names a customer algorithm and carries no key.",
        disregarding("customer_checks", "SSC-07"),
    ),
    Mutant(
        "AcceptsShortCustomerKey",
        "SSC-08",
        "It accepts a write whose customer key does not have 256 bits.",
        disregarding("customer_checks", "SSC-08"),
    ),
    Mutant(
        "SkipsMd5OfCustomerKeyOnWrite",
        "SSC-09",
        "It does not compare the customer key of a write with its MD5.",
        disregarding("customer_checks", "SSC-09"),
    ),
    Mutant(
        "TakesWrongMd5OfCustomerKeyForDamage",
        "SSC-09",
        "It refuses a write whose customer-key-MD5 is not that of the key with the code BadDigest.",
        misnaming("customer_checks", "SSC-09", 400, "BadDigest"),
    ),
    Mutant(
        "GivesCustomerObjectAnMd5ETag",
        "SSC-19",
        "It gives an SSE-C object the MD5 of its content as its ETag.",
        disregarding("etag", "SSC-19"),
    ),
    Mutant(
        "GivesCustomerCopyAnMd5ETag",
        "SSC-19",
        "It gives an SSE-C copy the MD5 of its content as its ETag.",
        disregarding("etag", "SSC-19", _copying),
    ),
    Mutant(
        "GivesCopyFromCustomerKeyARandomETag",
        "SSC-20",
        "It gives an SSE-S3 copy of an SSE-C object an ETag that is not the MD5 of its content.",
        disregarding("etag", "SSC-20"),
    ),
)

_READS = (
    Mutant(
        "ConcealsCustomerKeyOfRead",
        "SSC-03",
        "Its answer to a read of an SSE-C object does not confirm the key.",
        disregarding("customer_confirmed", "SSC-03"),
    ),
    Mutant(
        "NamesSseS3BesideCustomerKeyOfRead",
        "SSC-03",
        "Its answer to a read of an SSE-C object names AES256 in the encryption header too.",
        _confirming("SSC-03", algorithm="AES256"),
    ),
    Mutant(
        "AcceptsUnknownCustomerAlgorithmOnRead",
        "SSC-05",
        "It answers a read whose customer algorithm is not AES256.",
        disregarding("customer_read_checks", "SSC-05"),
    ),
    Mutant(
        "ReadsCustomerObjectWithoutKey",
        "SSC-10",
        "It answers a read of an SSE-C object that carries no key.",
        disregarding("customer_read_checks", "SSC-10"),
    ),
    Mutant(
        "HeadsCustomerObjectWithoutKey",
        "SSC-10",
        "It demands the key of an SSE-C object for GetObject, and not for HeadObject.",
        disregarding("customer_read_checks", "SSC-10", _heading),
    ),
    Mutant(
        "DeniesReadWithoutCustomerKey",
        "SSC-10",
        "It refuses a read of an SSE-C object that carries no key with 403, as one with a wrong key.",
        misnaming("customer_read_checks", "SSC-10", 403, "AccessDenied"),
    ),
    Mutant(
        "ReadsCustomerObjectWithAnyKey",
        "SSC-11",
        "It answers a read of an SSE-C object with another key than the object's.",
        disregarding("customer_read_checks", "SSC-11"),
    ),
    Mutant(
        "HeadsCustomerObjectWithAnyKey",
        "SSC-11",
        "It compares the key of an SSE-C object for GetObject, and not for HeadObject.",
        disregarding("customer_read_checks", "SSC-11", _heading),
    ),
    Mutant(
        "AnswersWrongCustomerKeyWith400",
        "SSC-11",
        "It refuses a read of an SSE-C object with another key with status 400.",
        misnaming("customer_read_checks", "SSC-11", 400, "InvalidRequest"),
    ),
    Mutant(
        "ReadsCustomerObjectWithShortKey",
        "SSC-12",
        "It answers a read of an SSE-C object with a key that does not have 256 bits.",
        disregarding("customer_read_checks", "SSC-12"),
    ),
    Mutant(
        "AnswersShortCustomerKeyOfReadAsOfWrite",
        "SSC-12",
        "It refuses a read of an SSE-C object with a key of another length with 400, as a write would be.",
        misnaming("customer_read_checks", "SSC-12", 400, "InvalidArgument"),
    ),
    Mutant(
        "SkipsMd5OfCustomerKeyOnRead",
        "SSC-13",
        "It does not compare the customer key of a read with its MD5.",
        disregarding("customer_read_checks", "SSC-13"),
    ),
    Mutant(
        "IgnoresCustomerKeyOnPlainRead",
        "SSC-14",
        "It answers a read with SSE-C headers of an object that is not SSE-C.",
        disregarding("customer_read_checks", "SSC-14"),
    ),
    Mutant(
        "KeepsCustomerObjectFromDeletion",
        "SSC-15",
        "It refuses to delete an SSE-C object, since the request carries no key.",
        disregarding("delete_checks", "SSC-15"),
    ),
    Mutant(
        "ComparesOldVersionWithNewestCustomerKey",
        "SSC-16",
        "It refuses a read of an older SSE-C version with its key where the newest version has another.",
        disregarding("customer_read_checks", "SSC-16"),
    ),
)

_COPIES = (
    Mutant(
        "AcceptsUnknownCustomerAlgorithmOfSource",
        "SSC-05",
        "It accepts a copy whose source SSE-C headers name another algorithm than AES256.",
        disregarding("source_checks", "SSC-05"),
    ),
    Mutant(
        "CopiesCustomerObjectWithoutKey",
        "SSC-17",
        "It copies an SSE-C object for a request without source SSE-C headers.",
        disregarding("source_checks", "SSC-17"),
    ),
    Mutant(
        "CopiesCustomerObjectWithAnyKey",
        "SSC-18",
        "It copies an SSE-C object for a request with another key than the object's.",
        disregarding("source_checks", "SSC-18"),
    ),
)

_PARTS = (
    Mutant(
        "AcceptsPartWithoutCustomerKey",
        "SSC-21",
        "It accepts a part without SSE-C headers in an upload that was begun with them.",
        disregarding("customer_part_checks", "SSC-21"),
    ),
    Mutant(
        "AcceptsPartWithNeedlessCustomerKey",
        "SSC-22",
        "It accepts a part with SSE-C headers in an upload that was begun without them.",
        disregarding("customer_part_checks", "SSC-22"),
    ),
    Mutant(
        "AcceptsPartWithAnotherCustomerKey",
        "SSC-23",
        "It accepts a part with another customer key than its upload was begun with.",
        disregarding("customer_part_checks", "SSC-23"),
    ),
)

_BLOCKING = (
    Mutant(
        "AcceptsSseCAsDefault",
        "SSC-24",
        "It accepts a default of SSE-C.",
        disregarding("put_checks", "SSC-24"),
    ),
    Mutant(
        "RefusesListOfBlockedTypes",
        "SSC-25",
        "It refuses a configuration with a list of blocked types.",
        disregarding("list_checks", "SSC-25"),
    ),
    Mutant(
        "RefusesListThatBlocksNothing",
        "SSC-25",
        "It refuses a list of blocked types that holds NONE.",
        disregarding("list_checks", "SSC-25", lambda s: s.new_blocked == "NONE"),
    ),
    Mutant(
        "ConcealsListOfBlockedTypes",
        "SSC-25",
        "It does not show the list of blocked types that was put.",
        disregarding("shown_list", "SSC-25"),
    ),
    Mutant(
        "AcceptsBlockedCustomerKey",
        "SSC-26",
        "It accepts writes with SSE-C headers into a bucket that was told to block them.",
        disregarding("customer_checks", "SSC-26"),
    ),
    Mutant(
        "AcceptsBlockedCustomerKeyOnCopy",
        "SSC-26",
        "It blocks SSE-C headers of PutObject, and not those of CopyObject.",
        disregarding("customer_checks", "SSC-26", _copying),
    ),
    Mutant(
        "AcceptsBlockedCustomerKeyOnUpload",
        "SSC-26",
        "It blocks SSE-C headers of PutObject, and not those of CreateMultipartUpload.",
        disregarding("customer_checks", "SSC-26", _beginning_upload),
    ),
    Mutant(
        "BlocksCustomerKeyThatIsAllowed",
        "SSC-27",
        "It refuses writes with SSE-C headers into a bucket whose present configuration allows them.",
        disregarding("customer_checks", "SSC-27", lambda s: s.blocked_kept is None),
    ),
    Mutant(
        "BlocksAllowedCustomerKeyOnCopy",
        "SSC-27",
        "It refuses copies with SSE-C headers into a bucket that was told to allow them.",
        disregarding("customer_checks", "SSC-27", _copying),
    ),
    Mutant(
        "BlocksReadsOfCustomerObjects",
        "SSC-28",
        "It refuses to read an SSE-C object once its bucket blocks SSE-C.",
        disregarding("customer_read_checks", "SSC-28"),
    ),
    Mutant(
        "BlocksHeadsOfCustomerObjects",
        "SSC-28",
        "It refuses HeadObject of an SSE-C object once its bucket blocks SSE-C.",
        disregarding("customer_read_checks", "SSC-28", _heading),
    ),
    Mutant(
        "AllowsCustomerKeyInNewBucket",
        "SSC-29",
        "It accepts writes with SSE-C headers into a bucket that was never told to allow them.",
        disregarding("customer_checks", "SSC-29"),
    ),
    Mutant(
        "AllowsCustomerKeyOnUploadIntoNewBucket",
        "SSC-29",
        "It accepts the beginning of an SSE-C upload into a bucket that was never told to allow it.",
        disregarding("customer_checks", "SSC-29", _beginning_upload),
    ),
    Mutant(
        "ConcealsThatNewBucketBlocks",
        "SSC-30",
        "It shows no list of blocked types for a bucket for which none was ever put.",
        disregarding("shown_list", "SSC-30"),
    ),
    Mutant(
        "ForgetsListOfBlockedTypesOnNextDefault",
        "SSC-31",
        "It takes a configuration without a list of blocked types as the wish to forget the former list.",
        disregarding("customer_checks", "SSC-31"),
    ),
    Mutant(
        "HidesListOfBlockedTypesAfterNextDefault",
        "SSC-31",
        "It does not show the list of blocked types any more once a configuration without one was put.",
        disregarding("shown_list", "SSC-31"),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_WRITES, *_READS, *_COPIES, *_PARTS, *_BLOCKING)
"""The mutants of the chapter on customer keys."""
