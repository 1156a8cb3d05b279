"""What is encrypted under a key of the customer's."""

from __future__ import annotations

from sse_spec.actions import (
    SSE_C,
    CopyObject,
    CreateMultipartUpload,
    CustomerKey,
    DeleteObject,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutObject,
)
from sse_spec.exploration.days import BLOCKED_ON_NEW_BUCKETS, BLOCKING_KNOWN
from sse_spec.exploration.theorems.looking import may_read, may_write, own
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem
from sse_spec.world import Stored

__all__ = ["THEOREMS"]

WRITES = PutObject | CopyObject | CreateMultipartUpload
READS = GetObject | HeadObject


def _whole(headers: CustomerKey | None, key: str | None) -> bool:
    """Whether the headers carry this key, and nothing is wrong with them."""
    return headers is not None and key is not None and headers == CustomerKey(key)


@theorem(WRITES, ("SSC-01",))
def a_customer_key_beats_the_default(step: Step) -> Says:
    """An object that is written with a customer key is under that key, whatever the bucket default is, and no other
    object is under one."""
    stored, headers = step.made, step.action.headers.customer
    if stored is None or (headers is None and stored.customer is None):
        return False
    sent = None if headers is None else headers.key
    under = (stored.algorithm == SSE_C, stored.customer)
    return under == (sent is not None, sent) or f"sent with {sent}, stored under {stored.customer or stored.algorithm}"


@theorem(WRITES, ("SSC-04", "SSC-05", "SSC-06", "SSC-07", "SSC-08", "SSC-09"))
def a_write_with_flawed_customer_headers_is_refused(step: Step) -> Says:
    """A write whose SSE-C headers are incomplete, name another algorithm or an MD5 that is not the key's, or come with
    the encryption header, is refused."""
    headers = step.action.headers
    if headers.customer is None or (_whole(headers.customer, headers.customer.key) and headers.algorithm is None):
        return False
    return not step.accepted or "it was accepted"


@theorem(READS, ("SSC-10", "SSC-11", "SSC-12", "SSC-13", "SSC-14"))
def an_object_is_read_with_its_own_customer_key_only(step: Step) -> Says:
    """A read of an object under a customer key is answered only with that key, and a read of any other object only
    without one."""
    stored = step.object
    if stored is None or (stored.customer is None and step.action.customer is None) or not step.accepted:
        return False
    if stored.customer is None:
        # Of a flawed key no document says what it means for an object that has none.
        sent = step.action.customer
        return _whole(sent, sent.key) and "answered with a key that the object has not"
    return _whole(step.action.customer, stored.customer) or f"read with {step.action.customer}, not {stored.customer}"


@theorem(READS, ("SSC-16", "SSC-28"))
def with_its_customer_key_an_object_can_always_be_read(step: Step) -> Says:
    """A read with the customer key of the object is answered, also where the bucket has come to block SSE-C since."""
    stored, action = step.object, step.action
    if stored is None or stored.customer is None or not _whole(action.customer, stored.customer):
        return False
    if action.algorithm is not None or not may_read(step, action.bucket, action.key, action.version):
        return False
    return step.accepted or f"refused: {step.outcome.refusal}"


@theorem(CopyObject, ("SSC-17", "SSC-18"))
def an_object_is_copied_with_its_own_customer_key_only(step: Step) -> Says:
    """A copy of an object under a customer key is accepted only with that key as the key of the source."""
    source = step.source
    if source is None or source.customer is None or not step.accepted:
        return False
    sent = step.action.source_customer
    return _whole(sent, source.customer) or f"copied with {sent}, not {source.customer}"


@theorem(READS | WRITES, ("SSC-02", "SSC-03"))
def an_answer_about_a_customer_key_names_no_other_encryption(step: Step) -> Says:
    """The answer to a write or a read of an object under a customer key confirms the customer algorithm and the MD5 of
    the key, and names no other algorithm and no KMS key."""
    reads = isinstance(step.action, READS)
    stored: Stored | None = step.object if reads else step.made
    if not step.accepted or stored is None or stored.customer is None:
        return False
    told = {name: step.want(name) for name in ("algorithm", "kms_key", "customer_algorithm", "customer_key_md5")}
    whole = {"algorithm": None, "kms_key": None, "customer_algorithm": "AES256", "customer_key_md5": "as sent"}
    return told == whole or f"told {told}"


@theorem(WRITES, ("SSC-26", "SSC-29", "SSC-31"))
def a_bucket_that_blocks_sse_c_takes_no_object_under_a_customer_key(step: Step) -> Says:
    """No object is written under a customer key where the last list of blocked types that was put into the bucket
    blocks SSE-C, nor, from 2026-05-01 on, where none was ever put."""
    stored, as_of = step.made, step.model.as_of
    if stored is None or stored.customer is None or step.bucket is None or as_of < BLOCKING_KNOWN:
        return False
    setting = step.bucket.settings[0]
    if setting.blocked_kept == "deletion":
        return False
    blocks = setting.blocked == "SSE-C" or (setting.blocked is None and as_of >= BLOCKED_ON_NEW_BUCKETS)
    return not blocks or f"written under {stored.customer}"


@theorem(PutObject, ("SSC-27",))
def a_bucket_that_allows_sse_c_takes_objects_under_customer_keys(step: Step) -> Says:
    """A write with a customer key is accepted where the last list of blocked types that was put into the bucket blocks
    nothing."""
    headers = step.action.headers
    if headers.customer is None or not _whole(headers.customer, headers.customer.key):
        return False
    if headers.algorithm is not None or headers.customer.key is None or not may_write(step, SSE_C):
        return False
    if step.bucket is None or step.model.as_of < BLOCKING_KNOWN:
        return False
    setting = step.bucket.settings[0]
    if (setting.blocked, setting.blocked_kept) != ("NONE", None):
        return False
    return step.accepted or f"refused: {step.outcome.refusal}"


@theorem(DeleteObject, ("SSC-15",))
def deleting_needs_no_customer_key(step: Step) -> Says:
    """DeleteObject of an object under a customer key is accepted, although it cannot carry the key."""
    stored = step.object
    if stored is None or stored.customer is None or not own(step):
        return False
    return step.accepted or f"refused: {step.outcome.refusal}"


@theorem(GetBucketEncryption, ("SSC-30", "SSC-31"))
def the_list_of_blocked_types_is_shown(step: Step) -> Says:
    """GetBucketEncryption shows the list of blocked types that was put last, also where a default without one was put
    since; and, from 2026-05-01 on, that a bucket into which none was ever put blocks SSE-C."""
    as_of = step.model.as_of
    if not step.accepted or step.bucket is None or as_of < BLOCKING_KNOWN:
        return False
    setting = step.bucket.settings[0]
    expected = setting.blocked or ("SSE-C" if as_of >= BLOCKED_ON_NEW_BUCKETS else None)
    if setting.blocked_kept == "deletion" or expected is None:
        return False
    return step.want("default_blocked") == expected or f"shown: {step.want('default_blocked')}, not {expected}"


THEOREMS: tuple[Theorem, ...] = (
    a_customer_key_beats_the_default,
    a_write_with_flawed_customer_headers_is_refused,
    an_object_is_read_with_its_own_customer_key_only,
    with_its_customer_key_an_object_can_always_be_read,
    an_object_is_copied_with_its_own_customer_key_only,
    an_answer_about_a_customer_key_names_no_other_encryption,
    a_bucket_that_blocks_sse_c_takes_no_object_under_a_customer_key,
    a_bucket_that_allows_sse_c_takes_objects_under_customer_keys,
    deleting_needs_no_customer_key,
    the_list_of_blocked_types_is_shown,
)
