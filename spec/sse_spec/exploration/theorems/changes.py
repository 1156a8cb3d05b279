"""What is encrypted anew: by an update where it is, and by a batch job."""

from __future__ import annotations

from sse_spec.actions import SSE_C, BatchCopy, HeadObject, UpdateObjectEncryption
from sse_spec.exploration.theorems.looking import (
    Encryption,
    encryption,
    leads_to,
    may_be_refused,
    may_read,
    may_write,
    own,
    usable,
)
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, object_at, theorem, wanted

__all__ = ["THEOREMS"]


@theorem(UpdateObjectEncryption, ("UPD-05", "UPD-06", "UPD-07", "UPD-08", "UPD-09"))
def an_update_puts_an_object_under_a_key_that_can_be_used(step: Step) -> Says:
    """An object that was updated is SSE-KMS under the key that the update named by its ARN, and it was SSE-S3 or
    SSE-KMS before."""
    action = step.action
    before, stored = step.object, object_at(step.after, action.bucket, action.key, action.version)
    if not step.accepted:
        return False
    if before is None or stored is None or before.algorithm not in {"AES256", "aws:kms"}:
        return f"updated: {before}"
    meant = leads_to(step.before, action.principal, action.kms_key) if action.kms_key.form == "arn" else None
    if encryption(stored) != ("aws:kms", meant, bool(action.bucket_key)):
        return f"the object is {encryption(stored)}"
    return usable(step.before, action.principal, meant) or f"{meant} cannot be used"


@theorem(UpdateObjectEncryption, ("UPD-01",))
def a_legal_update_is_never_refused(step: Step) -> Says:
    """An update of an SSE-S3 or SSE-KMS object of the requester's own is accepted, if it names by its ARN a key of the
    same account that can be used, changes something, and the key of the object can be used too."""
    action, before = step.action, step.object
    if not own(step) or before is None or before.algorithm not in {"AES256", "aws:kms"}:
        return False
    if not may_read(step, action.bucket, action.key, action.version) or action.kms_key.form != "arn":
        return False
    key = step.before.keys.get(action.kms_key.name)
    if key is None or key.account != action.principal or encryption(before) == _asked(action):
        return False
    named = {action.kms_key.name, *({before.key} if before.key is not None else ())}
    if not all(usable(step.before, action.principal, one) for one in named):
        return False
    return step.accepted or f"refused: {step.outcome.refusal}"


@theorem(UpdateObjectEncryption, ("UPD-10",))
def an_update_makes_no_new_version(step: Step) -> Says:
    """HeadObject after an update shows the version id that the write answered."""
    action = step.action
    head = HeadObject(bucket=action.bucket, key=action.key, version=action.version)
    shown = {wanted(one, "version_id") for _, one in step.asks(step.after, head) if one.refusal is None}
    if not step.accepted or shown <= {None}:
        return False
    return shown == {"kept"} or "another version id is shown"


def _asked(action: UpdateObjectEncryption) -> Encryption:
    return "aws:kms", action.kms_key.name, bool(action.bucket_key)


@theorem(BatchCopy, ("BAT-01",))
def a_legal_job_completes(step: Step) -> Says:
    """A job that names an encryption completes if the object is there and the key of the copy can be used."""
    action, source, algorithm = step.action, step.source, step.action.headers.algorithm
    if algorithm is None or source is None or source.algorithm == SSE_C or not may_write(step, algorithm):
        return False
    if not may_read(step, action.source_bucket, action.source_key, None) or may_be_refused(step):
        return False
    return step.accepted or f"failed: {step.outcome.refusal}"


THEOREMS: tuple[Theorem, ...] = (
    an_update_makes_no_new_version,
    an_update_puts_an_object_under_a_key_that_can_be_used,
    a_legal_update_is_never_refused,
    a_legal_job_completes,
)
