"""Mutants that let someone without the right, or keep someone with it from what they may do."""

from __future__ import annotations

from sse_spec.situation import Situation

from sse_conformance.mutants.errors import misnaming
from sse_conformance.mutants.mutant import Mutant, disregarding

__all__ = ["MUTANTS"]


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


def _deleting_default(s: Situation) -> bool:
    return s.action == "DeleteBucketEncryption"


def _reading_default(s: Situation) -> bool:
    return s.action == "GetBucketEncryption"


def _without_header(s: Situation) -> bool:
    return s.header_algorithm is None


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "LetsAnyoneSetDefault",
        "PRM-01",
        "It sets a default for a requester without the right to configure encryption.",
        disregarding("configuring_checks", "PRM-01"),
    ),
    Mutant(
        "LetsAnyoneDeleteDefault",
        "PRM-02",
        "It deletes a default for a requester without the right to configure encryption.",
        disregarding("configuring_checks", "PRM-02"),
    ),
    Mutant(
        "ShowsDefaultToAnyone",
        "PRM-03",
        "It shows a default to a requester without the right to read the encryption configuration.",
        disregarding("configuring_checks", "PRM-03"),
    ),
    Mutant(
        "IgnoresExpectedOwner",
        "PRM-04",
        "It configures a bucket although the requester expects another owner.",
        disregarding("configuring_checks", "PRM-04"),
    ),
    Mutant(
        "IgnoresExpectedOwnerOnDeletion",
        "PRM-04",
        "It deletes the default of a bucket although the requester expects another owner.",
        disregarding("configuring_checks", "PRM-04", _deleting_default),
    ),
    Mutant(
        "IgnoresExpectedOwnerOnRead",
        "PRM-04",
        "It shows the default of a bucket although the requester expects another owner.",
        disregarding("configuring_checks", "PRM-04", _reading_default),
    ),
    Mutant(
        "HidesBucketOfUnexpectedOwner",
        "PRM-04",
        "It answers NoSuchBucket where the requester expects another owner.",
        misnaming("configuring_checks", "PRM-04", 404, "NoSuchBucket"),
    ),
    Mutant(
        "RefusesExpectedOwner",
        "PRM-05",
        "It refuses a configuration that names the owner of the bucket as the expected one.",
        disregarding("configuring_checks", "PRM-05"),
    ),
    Mutant(
        "RefusesExpectedOwnerOnDeletion",
        "PRM-05",
        "It refuses a deletion of the default that names the owner of the bucket as the expected one.",
        disregarding("configuring_checks", "PRM-05", _deleting_default),
    ),
    Mutant(
        "WritesUnderNamedKeyWithoutRight",
        "PRM-06",
        "It encrypts a write under the key that the request names for a requester without kms:GenerateDataKey.",
        disregarding("write_right_checks", "PRM-06"),
    ),
    Mutant(
        "GrantsRightToKeyByDefault",
        "PRM-07",
        "It encrypts a write under the key of the default for a requester without kms:GenerateDataKey.",
        disregarding("write_right_checks", "PRM-07"),
    ),
    Mutant(
        "ReadsWithoutRightToDecrypt",
        "PRM-08",
        "It reads an SSE-KMS object for a requester without kms:Decrypt.",
        disregarding("read_right_checks", "PRM-08"),
    ),
    Mutant(
        "CopiesWithoutRightToDecrypt",
        "PRM-08",
        "It demands kms:Decrypt for GetObject, and not for a copy from the object.",
        disregarding("read_right_checks", "PRM-08", _copying),
    ),
    Mutant(
        "DemandsKmsForSseS3Write",
        "PRM-13",
        "It refuses a write with AES256 by a requester without rights in KMS.",
        disregarding("write_right_checks", "PRM-13"),
    ),
    Mutant(
        "DemandsKmsForSseS3Read",
        "PRM-13",
        "It refuses a read of an SSE-S3 object by a requester without rights in KMS.",
        disregarding("read_right_checks", "PRM-13"),
    ),
    Mutant(
        "TakesDefaultForHeaderThatPolicyDemands",
        "PRM-14",
        "It takes the default of a bucket for the encryption header that the bucket policy demands.",
        disregarding("policy_checks", "PRM-14"),
    ),
    Mutant(
        "IgnoresPolicyOnCopy",
        "PRM-14",
        "It looks for the encryption header that the bucket policy demands in PutObject, and not in CopyObject.",
        disregarding("policy_checks", "PRM-14", _copying),
    ),
    Mutant(
        "RefusesHeaderThatPolicyDemands",
        "PRM-15",
        "It refuses a write with the very header that the bucket policy demands.",
        disregarding("policy_checks", "PRM-15"),
    ),
    Mutant(
        "RefusesHeaderThatPolicyDemandsOnCopy",
        "PRM-15",
        "It refuses a copy with the very header that the bucket policy demands.",
        disregarding("policy_checks", "PRM-15", _copying),
    ),
    Mutant(
        "TakesKmsDefaultForHeaderThatPolicyDemands",
        "PRM-16",
        "It takes an SSE-KMS default for the header aws:kms that the bucket policy demands.",
        disregarding("policy_checks", "PRM-16", _without_header),
    ),
    Mutant(
        "BeginsUploadWithoutRightToKey",
        "PRM-17",
        "It begins an SSE-KMS upload for a requester without kms:GenerateDataKey.",
        disregarding("write_right_checks", "PRM-17"),
    ),
    Mutant(
        "GrantsRightToKeyOfUploadByDefault",
        "PRM-17",
        "It begins an upload under the key of the default for a requester without kms:GenerateDataKey.",
        disregarding("write_right_checks", "PRM-17", _without_header),
    ),
    Mutant(
        "AcceptsPartWithoutRightToDecrypt",
        "PRM-18",
        "It accepts a part of an SSE-KMS upload from a requester without kms:Decrypt.",
        disregarding("part_right_checks", "PRM-18"),
    ),
)
"""The mutants of the chapter on rights."""
