"""What S3 asks KMS for while it writes objects."""

from __future__ import annotations

from sse_spec.actions import ReadKmsCalls
from sse_spec.exploration.theorems.looking import named
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, object_at, theorem
from sse_spec.outcomes import EACH_WRITE, FEWER, NO_CALL
from sse_spec.world import Stored

__all__ = ["THEOREMS"]


@theorem(ReadKmsCalls, ("KMS-23",))
def kms_is_asked_for_the_key_that_the_object_names(step: Step) -> Says:
    """Where KMS makes data keys for an SSE-KMS object, they are made under the key that reads of the object name."""
    stored = _written(step)
    if stored is None or step.want("kms_calls") == NO_CALL:
        return False
    return step.want("kms_key") == named(step, stored.key) or f"under {step.want('kms_key')}"


@theorem(ReadKmsCalls, ("KMS-24",))
def without_bucket_key_kms_is_asked_for_each_object(step: Step) -> Says:
    """KMS is asked at least once for each write of an SSE-KMS object that uses no bucket key."""
    stored = _written(step)
    if stored is None or stored.bucket_key or stored.algorithm != "aws:kms":
        return False
    return step.want("kms_calls") == EACH_WRITE or f"calls: {step.want('kms_calls')}"


@theorem(ReadKmsCalls, ("KMS-26",))
def kms_is_not_asked_for_sse_s3_objects(step: Step) -> Says:
    """No key of the customer's is used for an SSE-S3 object, whatever the default of its bucket names."""
    stored = _written(step)
    if stored is None or stored.algorithm != "AES256":
        return False
    return step.want("kms_calls") == NO_CALL or f"calls: {step.want('kms_calls')}"


@theorem(ReadKmsCalls, ("BKT-13",))
def objects_with_a_bucket_key_share_calls_to_kms(step: Step) -> Says:
    """Several objects with a bucket key, written one after the other, need fewer calls to KMS than there are."""
    stored = _written(step)
    if stored is None or not stored.bucket_key or not step.action.others:
        return False
    return step.want("kms_calls") in {NO_CALL, FEWER} or f"calls: {step.want('kms_calls')}"


@theorem(ReadKmsCalls, ("KMS-25", "BKT-12"))
def the_encryption_context_names_the_object_or_with_a_bucket_key_the_bucket(step: Step) -> Says:
    """The encryption context names the object for which KMS is asked, and the bucket where a bucket key is made."""
    stored = _written(step)
    if stored is None or step.want("kms_calls") == NO_CALL:
        return False
    expected = "bucket" if stored.bucket_key else "object"
    return step.want("kms_context") == expected or f"the context names {step.want('kms_context')}"


def _written(step: Step) -> Stored | None:
    return object_at(step.before, step.action.bucket, step.action.key)


THEOREMS: tuple[Theorem, ...] = (
    kms_is_asked_for_the_key_that_the_object_names,
    without_bucket_key_kms_is_asked_for_each_object,
    kms_is_not_asked_for_sse_s3_objects,
    objects_with_a_bucket_key_share_calls_to_kms,
    the_encryption_context_names_the_object_or_with_a_bucket_key_the_bucket,
)
