"""Replication: what arrives in the destination, and how it is encrypted."""

from __future__ import annotations

from sse_spec.actions import (
    SSE_C,
    DeleteBucketReplication,
    GetBucketReplication,
    GetObject,
    HeadObject,
    HeadReplica,
    PutBucketReplication,
)
from sse_spec.exploration.days import BLOCKING_KNOWN, SSE_C_REPLICATED, SSE_C_REPLICATED_BY
from sse_spec.exploration.theorems.looking import KMS, leads_to, usable
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, object_at, theorem, wanted
from sse_spec.outcomes import AsPut
from sse_spec.scene import version_of
from sse_spec.world import Replication, Stored

__all__ = ["THEOREMS"]


def _source(step: Step) -> Stored | None:
    """The object of which a replica is asked for."""
    return object_at(step.before, step.action.source, step.action.key)


def _replication(step: Step) -> Replication | None:
    bucket = step.before.buckets.get(step.action.source)
    return None if bucket is None else bucket.replication


@theorem(HeadReplica, ("RPL-21", "RPL-22", "RPL-27", "RPL-28"))
def a_replica_of_an_encrypted_object_never_shows_the_default_of_the_destination(step: Step) -> Says:
    """The replica of an encrypted object has the algorithm of its source, and its bucket key if it has one, whatever
    the default of the destination is."""
    source = _source(step)
    if not step.accepted or source is None or source.algorithm is None:
        return False
    shown = SSE_C if step.want("customer_algorithm") is not None else step.want("algorithm")
    if shown != source.algorithm:
        return f"the source is {source.algorithm}, the replica {shown}"
    return (
        not source.bucket_key or step.want("bucket_key") is True or "the replica has not the bucket key of its source"
    )


@theorem(HeadReplica, ("RPL-30", "RPL-32"))
def a_replica_under_a_customer_key_arrives_only_where_that_is_possible(step: Step) -> Says:
    """No replica of an object under a customer key arrives before the summer of 2022, or where the last list of blocked
    types that was put into the destination blocks SSE-C."""
    source, destination = _source(step), step.bucket
    if source is None or source.algorithm != SSE_C or destination is None:
        return False
    setting = destination.settings[0]
    if step.model.as_of >= SSE_C_REPLICATED and (setting.blocked, setting.blocked_kept) != ("SSE-C", None):
        return False
    return not step.accepted or "a replica arrived"


@theorem(HeadReplica, ("RPL-23", "RPL-26"))
def a_replica_under_a_kms_key_is_under_the_replica_key(step: Step) -> Says:
    """The replica of an object under a KMS key is under the replica key of the configuration, which can be used, and
    not under that of the source or of the destination's default."""
    source, replication = _source(step), _replication(step)
    if not step.accepted or source is None or source.algorithm not in KMS:
        return False
    if replication is None or replication.sse_kms != "Enabled":
        return False
    stored = object_at(step.after, step.action.bucket, step.action.key)
    key = replication.replica_key
    meant = None if key is None else leads_to(step.before, step.action.principal, key)
    if stored is None or stored.key != meant:
        return f"the replica key is {meant}, the replica is under {None if stored is None else stored.key}"
    return usable(step.before, step.action.principal, meant) or f"{meant} cannot be used"


@theorem(HeadReplica, ("RPL-24",))
def without_the_opt_in_no_object_under_a_kms_key_is_replicated(step: Step) -> Says:
    """No replica arrives of an object under a KMS key where the configuration does not select such objects."""
    source, replication = _source(step), _replication(step)
    if source is None or source.algorithm not in KMS or replication is None or replication.sse_kms == "Enabled":
        return False
    return not step.accepted or "a replica arrived"


@theorem(HeadReplica, ("RPL-17", "RPL-18", "RPL-19"))
def a_replica_of_an_unencrypted_object_has_the_default_of_the_destination(step: Step) -> Says:
    """The replica of an unencrypted object has the algorithm and the bucket key of the default of the destination,
    and not the ETag of its source if that makes it SSE-KMS."""
    source, destination = _source(step), step.bucket
    if not step.accepted or source is None or source.algorithm is not None or step.default is None:
        return False
    shown = (step.want("algorithm"), step.want("bucket_key"))
    flag = step.default.algorithm == "aws:kms" and bool(step.default.bucket_key)
    if step.default.algorithm in KMS and step.want("etag") == "kept":
        return "the replica has the ETag of its source"
    return destination is None or shown == (step.default.algorithm, flag) or f"the replica is {shown}"


@theorem(HeadReplica, ("RPL-13",))
def what_was_there_before_is_not_replicated(step: Step) -> Says:
    """No replica arrives of an object that was written before the bucket was replicated."""
    source = step.before.buckets.get(step.action.source)
    versions = () if source is None else source.objects.get(step.action.key, ())
    if not versions or versions[-1].replication is not None:
        return False
    return not step.accepted or "a replica arrived"


@theorem(PutBucketReplication, ("RPL-02", "RPL-03", "RPL-04"))
def only_versioned_buckets_are_replicated(step: Step) -> Says:
    """PutBucketReplication is refused without a rule, and unless versioning is enabled on both buckets."""
    both = [step.before.buckets.get(name) for name in (step.action.bucket, step.action.destination)]
    if not step.action.empty and all(one is not None and one.versioning == "Enabled" for one in both):
        return False
    return not step.accepted or "it was accepted"


@theorem(PutBucketReplication, ("RPL-05", "RPL-06"))
def the_opt_in_and_the_replica_key_go_together(step: Step) -> Says:
    """PutBucketReplication is refused with a replica key and no opt-in, and with the opt-in and no replica key."""
    action = step.action
    if action.empty or (action.sse_kms == "Enabled") == (action.replica_key is not None):
        return False
    return action.sse_kms == "Disabled" or not step.accepted or "it was accepted"


@theorem(PutBucketReplication, ("RPL-01", "RPL-07", "RPL-10"))
def the_replication_that_was_put_is_the_replication_that_is_shown(step: Step) -> Says:
    """A rule between two versioned buckets of one owner is accepted, whatever the state of its key, and shown."""
    action = step.action
    both = [step.before.buckets.get(name) for name in (action.bucket, action.destination)]
    if action.empty or action.bucket == action.destination or action.sse_kms == "Disabled":
        return False
    if not all(one is not None and one.versioning == "Enabled" and one.owner == action.principal for one in both):
        return False
    by_arn = action.replica_key is not None and action.replica_key.form in {"arn", "alias-arn"}
    if (action.sse_kms == "Enabled") != by_arn:
        return False
    if not step.accepted:
        return f"refused: {step.outcome.refusal}"
    for _, shown in step.asks(step.after, GetBucketReplication(bucket=action.bucket)):
        told = {name: wanted(shown, f"replication_{name}") for name in ("destination", "sse_kms", "replica_key")}
        so = {"destination": AsPut(), "sse_kms": action.sse_kms, "replica_key": AsPut() if by_arn else None}
        if shown.refusal is not None or told != so:
            return f"GetBucketReplication shows {told}"
    return True


@theorem(DeleteBucketReplication, ("RPL-09", "RPL-11"))
def deleting_a_replication_leaves_none(step: Step) -> Says:
    """DeleteBucketReplication answers 204, and afterwards there is none to show."""
    if not step.accepted or step.want("status") != "204":
        return f"answered {step.want('status')}"
    shown = [one for _, one in step.asks(step.after, GetBucketReplication(bucket=step.action.bucket))]
    return all(one.refusal is not None for one in shown) or "GetBucketReplication shows one"


@theorem(HeadReplica, ("RPL-12", "RPL-31"))
def what_is_selected_is_replicated(step: Step) -> Says:
    """A replica arrives of every unencrypted, SSE-S3 or opted-in SSE-KMS object that was written under the
    configuration while its replica key can be used."""
    action, source, replication = step.action, _source(step), _replication(step)
    if source is None or replication is None or not _expected(step) or step.bucket is None:
        return False
    if source.algorithm == SSE_C:
        setting = step.bucket.settings[0]
        allowed = (setting.blocked, setting.blocked_kept) == ("NONE", None)
        if step.model.as_of < SSE_C_REPLICATED_BY or not (allowed or step.model.as_of < BLOCKING_KNOWN):
            return False
    if source.algorithm in KMS:
        if replication.sse_kms != "Enabled" or source.key not in step.before.keys:
            return False
        key = (
            None
            if replication.replica_key is None
            else leads_to(step.before, action.principal, replication.replica_key)
        )
        if not usable(step.before, action.principal, key):
            return False
    return step.accepted or "no replica arrived"


def _expected(step: Step) -> bool:
    """Whether the newest version of the source was written under the configuration that there is."""
    source = step.before.buckets.get(step.action.source)
    versions = () if source is None else source.objects.get(step.action.key, ())
    return bool(versions) and source is not None and versions[-1].replication == source.replication


@theorem(HeadReplica, ("RPL-15", "RPL-16"))
def a_replica_is_marked_as_one(step: Step) -> Says:
    """A replica shows the replication status REPLICA, and has the version id of its source."""
    if not step.accepted:
        return False
    told = (step.want("replication_status"), step.want("version_id"))
    return told == ("REPLICA", "kept") or f"shown: {told}"


@theorem(GetObject | HeadObject, ("RPL-13", "RPL-14", "RPL-24"))
def what_is_replicated_says_so_and_nothing_else_does(step: Step) -> Says:
    """An unencrypted or SSE-S3 object that was written under the configuration shows a replication status; an object
    from before it, and an object under a KMS key that is not selected, shows none."""
    action = step.action
    stored, bucket = step.object, step.bucket
    if not step.accepted or stored is None or bucket is None or bucket.replication is None:
        return False
    if stored.algorithm == SSE_C:
        return False  # that it is replicated is seen by its replica
    written_under = getattr(version_of(bucket, action.key, action.version), "replication", None)
    shown = step.want("replication_status")
    selected = stored.algorithm not in KMS or bucket.replication.sse_kms == "Enabled"
    if written_under is None or not selected:
        return shown is None or f"shown: {shown}"
    if written_under != bucket.replication or stored.algorithm in KMS:
        return False
    return shown is not None or "no replication status is shown"


THEOREMS: tuple[Theorem, ...] = (
    a_replica_of_an_encrypted_object_never_shows_the_default_of_the_destination,
    a_replica_under_a_customer_key_arrives_only_where_that_is_possible,
    a_replica_under_a_kms_key_is_under_the_replica_key,
    without_the_opt_in_no_object_under_a_kms_key_is_replicated,
    a_replica_of_an_unencrypted_object_has_the_default_of_the_destination,
    what_was_there_before_is_not_replicated,
    only_versioned_buckets_are_replicated,
    the_opt_in_and_the_replica_key_go_together,
    the_replication_that_was_put_is_the_replication_that_is_shown,
    deleting_a_replication_leaves_none,
    what_is_selected_is_replicated,
    a_replica_is_marked_as_one,
    what_is_replicated_says_so_and_nothing_else_does,
)
