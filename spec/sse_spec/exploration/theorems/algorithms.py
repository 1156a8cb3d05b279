"""Which algorithm and which bucket-key flag a new object gets."""

from __future__ import annotations

from sse_spec.actions import SSE_C, BatchCopy, CopyObject
from sse_spec.exploration.days import BASELINE, INHERITED_UNDER_OTHER_KEYS, baseline
from sse_spec.exploration.theorems.looking import (
    Encrypting,
    Sending,
    as_put,
    encryption,
)
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem

__all__ = ["THEOREMS"]

COPIES = CopyObject | BatchCopy


@theorem(Sending, ("DEF-02", "DEF-03", "PST-02", "MPU-02"))
def an_explicit_header_beats_the_default(step: Step) -> Says:
    """An object written with an encryption header is encrypted as the header says, whatever the bucket default is."""
    stored, named = step.made, step.action.headers.algorithm
    if stored is None or named is None:
        return False
    return stored.algorithm == named or f"the header says {named}, the object has {stored.algorithm}"


@theorem(Sending, ("DEF-01", "DEF-04", "PST-01", "MPU-01"))
def without_headers_the_default_decides(step: Step) -> Says:
    """An object written without encryption headers gets the algorithm of the bucket default; where there is none, it is
    unencrypted until 2023-01-05, and SSE-S3 from then on."""
    stored, headers = step.made, step.action.headers
    if stored is None or headers.algorithm is not None or headers.customer is not None:
        return False
    rule = step.default
    expected = baseline(step.model.as_of) if rule is None else rule.algorithm
    if stored.algorithm is None and expected is not None:
        return False  # which the next theorem excludes
    return stored.algorithm == expected or f"the default is {expected}, the object has {stored.algorithm}"


@theorem(Encrypting, ("DEF-05",))
def no_new_object_is_unencrypted_where_a_default_is_in_force(step: Step) -> Says:
    """No object is written unencrypted into a bucket that has a default, and from 2023-01-05 on into none at all."""
    stored = step.made
    rule = step.default
    if stored is None or (rule is None and step.model.as_of < BASELINE):
        return False
    return stored.algorithm is not None or "the object is not encrypted"


@theorem(COPIES, ("CPY-01", "CPY-03", "BKT-05"))
def a_copy_never_takes_over_the_encryption_of_its_source_by_itself(step: Step) -> Says:
    """A copy is encrypted as a new object would be that were put in its place with the same headers."""
    stored = step.made
    if stored is None or stored.algorithm == SSE_C:
        return False
    permitted = as_put(step)
    return encryption(stored) in permitted or f"the copy is {encryption(stored)}, a new object would be {permitted}"


@theorem(Sending, ("BKT-02", "BKT-07"))
def a_bucket_key_header_beats_the_default(step: Step) -> Says:
    """An SSE-KMS object written with a bucket-key header uses a bucket key exactly if the header says so."""
    stored, asked = step.made, step.action.headers.bucket_key
    if stored is None or asked is None or stored.algorithm != "aws:kms":
        return False
    return stored.bucket_key == asked or f"the header says {asked}, the object has {stored.bucket_key}"


@theorem(Sending, ("BKT-01", "BKT-03", "BKT-09"))
def an_sse_kms_default_gives_its_bucket_key_to_new_objects(step: Step) -> Says:
    """Under an SSE-KMS default with BucketKeyEnabled, an SSE-KMS object uses a bucket key unless a header says no;
    until the documents said so in 2022, one under another key may or may not."""
    stored, headers = step.made, step.action.headers
    rule = step.default
    if stored is None or rule is None or stored.algorithm != "aws:kms" or headers.bucket_key is not None:
        return False
    if (
        rule.algorithm != "aws:kms"
        or not rule.bucket_key
        or (headers.key and step.model.as_of < INHERITED_UNDER_OTHER_KEYS)
    ):
        return False
    return stored.bucket_key or "the object uses no bucket key"


@theorem(Sending, ("BKT-04", "BKT-06", "DSS-05"))
def a_bucket_key_is_used_by_sse_kms_objects_that_something_asked_for_it(step: Step) -> Says:
    """Only SSE-KMS objects use a bucket key, and only where the request or the default asks for one."""
    stored = step.made
    if stored is None or not stored.bucket_key:
        return stored is not None
    rule = step.default
    if stored.algorithm != "aws:kms":
        return f"an object under {stored.algorithm} uses a bucket key"
    asked = step.action.headers.bucket_key or (rule is not None and rule.bucket_key)
    return bool(asked) or "nothing asked for a bucket key"


THEOREMS: tuple[Theorem, ...] = (
    an_explicit_header_beats_the_default,
    without_headers_the_default_decides,
    no_new_object_is_unencrypted_where_a_default_is_in_force,
    a_copy_never_takes_over_the_encryption_of_its_source_by_itself,
    a_bucket_key_header_beats_the_default,
    an_sse_kms_default_gives_its_bucket_key_to_new_objects,
    a_bucket_key_is_used_by_sse_kms_objects_that_something_asked_for_it,
)
