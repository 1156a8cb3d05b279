"""Which KMS key an object is under, and what can be done with it."""

from __future__ import annotations

from sse_spec.actions import CopyObject, GetObject, account_of
from sse_spec.exploration.theorems.looking import KMS, Encrypting, Sending, leads_to, named_key, of_account, usable
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem
from sse_spec.outcomes import KeyArn, KeyAsGiven
from sse_spec.world import managed_key

__all__ = ["THEOREMS"]


@theorem(Encrypting, ("KMS-22", "KMS-03", "KMS-04"))
def an_sse_kms_object_has_a_key_and_no_other_object_has(step: Step) -> Says:
    """An object under a KMS algorithm always has a KMS key, and no other object has one."""
    stored = step.made
    if stored is None:
        return False
    return (stored.key is not None) == (stored.algorithm in KMS) or f"{stored.algorithm} with the key {stored.key}"


@theorem(Encrypting | GetObject, ("KMS-08",))
def a_key_is_always_named_by_its_arn(step: Step) -> Says:
    """Whoever named the key, and however: an answer names it by its key ARN."""
    key = step.want("kms_key")
    return isinstance(key, KeyArn) or (isinstance(key, KeyAsGiven) and f"the key is named as {key.by} wrote it")


@theorem(Sending, ("KMS-01", "DSS-04"))
def the_key_that_the_request_names_is_used(step: Step) -> Says:
    """An object written with a KMS algorithm and a key id in the headers is under the key that the requester means."""
    stored, headers = step.made, step.action.headers
    if stored is None or headers.key is None or headers.algorithm not in KMS or stored.algorithm not in KMS:
        return False
    meant = leads_to(step.before, step.action.principal, headers.key)
    if headers.key.form != "arn" and not of_account(step, stored.key):
        return False  # which another theorem excludes
    return stored.key == meant or f"the request means {meant}, the object is under {stored.key}"


@theorem(Sending, ("KMS-02", "KMS-09", "XAC-11"))
def without_headers_the_key_of_the_default_is_used(step: Step) -> Says:
    """Where the default names a key, an object written without encryption headers is under the key to which that leads
    when it is written."""
    stored, headers, rule = step.made, step.action.headers, step.default
    if stored is None or headers != type(headers)(bucket_key=headers.bucket_key, context=headers.context):
        return False
    if rule is None or rule.algorithm not in KMS or rule.key is None:
        return False
    # Whose alias is meant, the requester's or the bucket owner's, the documents do not agree about.
    owners = [step.bucket.owner] if step.bucket is not None and rule.key.form in {"alias", "alias-arn"} else []
    means = {leads_to(step.before, who, rule.key) for who in (step.action.principal, *owners)}
    return stored.key in means or f"the default means {means}, the object is under {stored.key}"


@theorem(Sending, ("KMS-03", "KMS-04", "KMS-06", "XAC-01"))
def where_nobody_names_a_key_it_is_the_one_aws_managed_key(step: Step) -> Says:
    """An SSE-KMS object for which neither the request nor the default names a key is under aws/s3 of the requester's
    account, one key for every bucket."""
    stored, headers, rule = step.made, step.action.headers, step.default
    if stored is None or stored.algorithm not in KMS or headers.key is not None:
        return False
    if rule is not None and rule.algorithm in KMS and rule.key is not None:
        return False
    expected = managed_key(account_of(step.action.principal))
    return stored.key == expected or f"the object is under {stored.key}"


@theorem(
    Encrypting,
    ("KMS-10", "KMS-11", "KMS-12", "KMS-13", "KMS-14", "KMS-15", "KMS-16", "KMS-21", "XAC-07", "XAC-08", "BAT-05"),
)
def a_write_never_succeeds_under_a_key_that_cannot_be_used(step: Step) -> Says:
    """No object is written under a key that does not exist, is disabled, awaits deletion, is in another Region, or is
    another account's and not shared."""
    stored = step.made
    if stored is None or stored.algorithm not in KMS or named_key(step) is None:
        return False
    return usable(step.before, step.action.principal, stored.key) or f"written under {stored.key}"


@theorem(GetObject | CopyObject, ("KMS-17", "KMS-18", "KMS-21", "CPY-16", "XAC-03", "XAC-09"))
def content_is_never_read_under_a_key_that_cannot_be_used(step: Step) -> Says:
    """An object is neither read nor copied while its key cannot be used by the requester's account."""
    stored = step.object if isinstance(step.action, GetObject) else step.source
    if not step.accepted or stored is None or stored.key is None:
        return False
    return usable(step.before, step.action.principal, stored.key) or f"read under {stored.key}"


THEOREMS: tuple[Theorem, ...] = (
    an_sse_kms_object_has_a_key_and_no_other_object_has,
    a_key_is_always_named_by_its_arn,
    the_key_that_the_request_names_is_used,
    without_headers_the_key_of_the_default_is_used,
    where_nobody_names_a_key_it_is_the_one_aws_managed_key,
    a_write_never_succeeds_under_a_key_that_cannot_be_used,
    content_is_never_read_under_a_key_that_cannot_be_used,
)
