"""Who may do what."""

from __future__ import annotations

from sse_spec.actions import (
    CopyObject,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetObject,
    PutBucketEncryption,
    PutObject,
    UploadPart,
)
from sse_spec.exploration.theorems.looking import KMS, Encrypting, of_account
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem

__all__ = ["THEOREMS"]

CONFIGURES = PutBucketEncryption | DeleteBucketEncryption | GetBucketEncryption

MAY_NOT_ENCRYPT = frozenset({"main/no-kms", "main/no-generate"})
MAY_NOT_DECRYPT = frozenset({"main/no-kms", "main/no-decrypt"})
"""The principals that lack a right on the keys of their account."""


@theorem(CONFIGURES, ("PRM-01", "PRM-02", "PRM-03"))
def only_who_may_configure_a_bucket_does(step: Step) -> Says:
    """A principal without the right to encryption configurations neither reads, sets nor deletes one."""
    return step.action.principal == "main/no-config" and (not step.accepted or "it was answered")


@theorem(CONFIGURES, ("PRM-04",))
def a_bucket_is_configured_only_if_it_is_whose_it_is_thought_to_be(step: Step) -> Says:
    """A request about an encryption configuration that expects another owner than the bucket has is refused."""
    expected = step.action.expected_owner
    if expected is None or step.bucket is None or expected == step.bucket.owner:
        return False
    return not step.accepted or f"answered, though {expected} is not the owner"


@theorem(Encrypting, ("PRM-06", "PRM-07", "PRM-17"))
def only_who_may_encrypt_under_a_key_writes_under_it(step: Step) -> Says:
    """A principal without kms:GenerateDataKey writes nothing under a customer managed key, whoever names the key."""
    stored = step.made
    if stored is None or step.action.principal not in MAY_NOT_ENCRYPT:
        return False
    return stored.key not in step.before.keys or f"written under {stored.key}"


@theorem(GetObject | CopyObject, ("PRM-08",))
def only_who_may_decrypt_under_a_key_reads_under_it(step: Step) -> Says:
    """A principal without kms:Decrypt neither reads nor copies an object under a customer managed key."""
    stored = step.object if isinstance(step.action, GetObject) else step.source
    if stored is None or not step.accepted or step.action.principal not in MAY_NOT_DECRYPT:
        return False
    return stored.key not in step.before.keys or f"read under {stored.key}"


@theorem(PutObject | CopyObject, ("PRM-14", "PRM-16"))
def a_policy_about_headers_is_not_satisfied_by_a_default(step: Step) -> Says:
    """A bucket policy that demands the encryption header, or aws:kms in it, lets no write through without, whatever the
    bucket default is."""
    policy = None if step.bucket is None else step.bucket.policy
    if policy not in {"require-header", "require-kms"}:
        return False
    named = step.action.headers.algorithm
    satisfied = named == "aws:kms" if policy == "require-kms" else named is not None
    return satisfied or not step.accepted or f"accepted with {named} under {policy}"


@theorem(Encrypting, ("XAC-10", "XAC-12"))
def a_request_means_the_keys_of_its_own_account(step: Step) -> Says:
    """An alias or a bare key id in a request never leads to a key of another account than the requester's."""
    stored, headers = step.made, step.action.headers
    if stored is None or headers.key is None or headers.algorithm not in KMS or headers.key.form == "arn":
        return False
    return of_account(step, stored.key) or f"under {stored.key}, which is another account's"


@theorem(UploadPart, ("PRM-18",))
def only_who_may_decrypt_under_a_key_sends_parts_under_it(step: Step) -> Says:
    """A principal without kms:Decrypt sends no part of an upload under a customer managed key."""
    upload = step.before.uploads.get(step.action.upload)
    if upload is None or not step.accepted or step.action.principal not in MAY_NOT_DECRYPT:
        return False
    return upload.candidates[0].key not in step.before.keys or f"sent under {upload.candidates[0].key}"


THEOREMS: tuple[Theorem, ...] = (
    a_bucket_is_configured_only_if_it_is_whose_it_is_thought_to_be,
    only_who_may_decrypt_under_a_key_sends_parts_under_it,
    only_who_may_configure_a_bucket_does,
    only_who_may_encrypt_under_a_key_writes_under_it,
    only_who_may_decrypt_under_a_key_reads_under_it,
    a_policy_about_headers_is_not_satisfied_by_a_default,
    a_request_means_the_keys_of_its_own_account,
)
