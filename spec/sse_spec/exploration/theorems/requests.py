"""Which requests go through."""

from __future__ import annotations

from sse_spec.actions import (
    DSSE,
    SSE_C,
    Action,
    CopyObject,
    CreateBucket,
    CreateMultipartUpload,
    EncryptionHeaders,
    GetObject,
    PostObject,
    PutObject,
    Read,
)
from sse_spec.exploration.days import baseline, known_algorithms
from sse_spec.exploration.steps import NOTHING
from sse_spec.exploration.theorems.looking import (
    KMS,
    Encrypting,
    as_put,
    encryption,
    leads_to,
    may_be_refused,
    may_read,
    may_write,
    usable,
)
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem
from sse_spec.scene import VALID_CONTEXT

__all__ = ["THEOREMS"]

UNSURE = frozenset({DSSE, SSE_C})
"""The algorithms for which no document says when a copy in place is legal."""


@theorem(Encrypting, ("HDR-01", "HDR-02", "HDR-04", "HDR-06", "HDR-10", "PST-05"))
def a_write_with_wrong_encryption_headers_is_refused(step: Step) -> Says:
    """A write with an unknown or empty algorithm, with a key id next to AES256 or where nothing asks for a KMS key, or
    with an encryption context that is no map of strings, is always refused."""
    wrong = _flaw(step)
    return wrong is not None and (not step.accepted or f"accepted: {wrong}")


def _flaw(step: Step) -> str | None:
    headers, rule = step.action.headers, step.default
    if headers.algorithm not in {None, *known_algorithms(step.model.as_of)}:
        return f"the algorithm {headers.algorithm!r}"
    meant = headers.algorithm or (None if rule is None else rule.algorithm)
    if headers.key is not None and meant not in KMS:
        return f"a key with {meant}"
    if headers.context not in {None, VALID_CONTEXT} and headers.algorithm in KMS:
        return f"the context {headers.context!r}"
    return None


@theorem(Action, ())
def a_permitted_outcome_always_exists(step: Step) -> Says:
    """Whatever was done before: to every request that the specification describes, some answer is permitted."""
    return step.outcome is not NOTHING or "no answer is permitted"


@theorem(
    PutObject | PostObject | CreateMultipartUpload,
    ("KMS-20", "HDR-11", "PRM-13", "PRM-15", "XAC-02", "XAC-04", "XAC-05", "DSS-02"),
)
def a_legal_write_under_a_usable_key_is_never_refused(step: Step) -> Says:
    """A write is accepted if its headers are right, the requester may do what it asks for, and the key that the headers
    or the default lead to can be used."""
    action, rule = step.action, step.default
    algorithm = action.headers.algorithm or (None if rule is None else rule.algorithm)
    if not _plain(step) or not may_write(step, algorithm):
        return False
    if algorithm in KMS:
        of_default = rule.key if rule is not None and rule.algorithm in KMS else None
        means = {leads_to(step.before, action.principal, one) for one in (action.headers.key,) if one is not None}
        if not means and of_default is not None and step.bucket is not None:
            means = {leads_to(step.before, who, of_default) for who in (action.principal, step.bucket.owner)}
        if not all(usable(step.before, action.principal, key) for key in means):
            return False
    return step.accepted or f"refused: {step.outcome.refusal}"


def _plain(step: Step) -> bool:
    """Whether the headers of a write are right, and of those that all documents describe."""
    headers: EncryptionHeaders = step.action.headers
    if headers.customer is not None or _flaw(step) is not None:
        return False
    if headers.algorithm in KMS:
        return headers.context is None or headers.context == VALID_CONTEXT
    return headers == EncryptionHeaders(headers.algorithm)


@theorem(CopyObject, ("CPY-05", "CPY-06", "CPY-07", "CPY-10", "CPY-12", "CPY-17"))
def a_copy_in_place_that_changes_something_is_legal(step: Step) -> Says:
    """A copy of a readable object onto itself is legal if it names an encryption, replaces metadata or names a version,
    if the default is AES256, or if the object gets another encryption."""
    action, stored = step.action, step.source
    rule = step.default
    place, source = (action.bucket, action.key), (action.source_bucket, action.source_key)
    if place != source or stored is None or stored.algorithm in UNSURE or action.source_customer is not None:
        return False
    algorithm = action.headers.algorithm or (None if rule is None else rule.algorithm)
    if not _plain(step) or not may_write(step, algorithm) or not may_read(step, *place, action.source_version):
        return False
    becomes = as_put(step)
    if (
        may_be_refused(step)
        or any(one[0] in UNSURE for one in becomes)
        or (stored.key is not None and not usable(step.before, action.principal, stored.key))
    ):
        return False
    changes = action.headers.algorithm or action.metadata_directive or action.source_version is not None
    other = encryption(stored) not in becomes and (rule is not None or baseline(step.model.as_of) is not None)
    legal = changes or other or (rule is not None and rule.algorithm == "AES256")
    return bool(legal) and (step.accepted or f"refused: {step.outcome.refusal}")


@theorem(CopyObject, ("CPY-04",))
def a_copy_in_place_that_changes_nothing_is_refused(step: Step) -> Says:
    """Where no default was ever configured, a copy of an object onto itself that names nothing and leaves its
    encryption as it is, is refused."""
    action, stored, bucket = step.action, step.source, step.bucket
    plain = CopyObject(
        principal=action.principal,
        bucket=action.bucket,
        key=action.key,
        source_bucket=action.bucket,
        source_key=action.key,
    )
    if action != plain or bucket is None or bucket.settings[0].configured or stored is None:
        return False
    same = encryption(stored) == (baseline(step.model.as_of), None, False)
    return same and (not step.accepted or "accepted")


@theorem(Read, ("HDR-08",))
def a_read_of_an_encrypted_object_that_names_an_encryption_is_refused(step: Step) -> Says:
    """A read of an object that S3 encrypts with keys of its own or of KMS is refused if it carries the encryption
    header of writes."""
    action = step.action
    stored = step.object
    if action.algorithm is None or stored is None or stored.algorithm in {None, SSE_C}:
        return False
    return not step.accepted or "answered"


@theorem(GetObject, ("KMS-20", "XAC-06", "PRM-13"))
def an_object_under_a_usable_key_can_always_be_read(step: Step) -> Says:
    """GetObject of an object that is there is answered to whoever may read it while its key can be used, whatever was
    done to the bucket, its default or the key meanwhile."""
    action = step.action
    stored = step.object
    if stored is None or action.algorithm is not None or not may_read(step, action.bucket, action.key, action.version):
        return False
    if stored.algorithm == SSE_C or action.customer is not None or action.span is not None or action.part is not None:
        return False
    if stored.key is not None and not usable(step.before, action.principal, stored.key):
        return False
    return step.accepted or f"refused: {step.outcome.refusal}"


@theorem(Action, ("CFG-22",))
def nothing_is_done_in_a_bucket_that_does_not_exist(step: Step) -> Says:
    """A request about a bucket that does not exist is answered 404, whatever else it says."""
    name = getattr(step.action, "bucket", None)
    if name is None or isinstance(step.action, CreateBucket) or name in step.before.buckets:
        return False
    refusal = step.outcome.refusal
    return (refusal is not None and refusal.status == 404) or f"answered {refusal}"


THEOREMS: tuple[Theorem, ...] = (
    a_permitted_outcome_always_exists,
    a_write_with_wrong_encryption_headers_is_refused,
    a_legal_write_under_a_usable_key_is_never_refused,
    a_copy_in_place_that_changes_something_is_legal,
    a_copy_in_place_that_changes_nothing_is_refused,
    a_read_of_an_encrypted_object_that_names_an_encryption_is_refused,
    an_object_under_a_usable_key_can_always_be_read,
    nothing_is_done_in_a_bucket_that_does_not_exist,
)
