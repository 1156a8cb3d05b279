"""Access logs: where they arrive."""

from __future__ import annotations

from sse_spec.actions import GetBucketLogging, PutBucketLogging, ReadLog
from sse_spec.exploration.days import baseline
from sse_spec.exploration.theorems.looking import KMS
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem, wanted
from sse_spec.outcomes import AsPut

__all__ = ["THEOREMS"]


@theorem(ReadLog, ("LOG-02",))
def no_log_arrives_in_a_bucket_with_an_sse_kms_default(step: Step) -> Says:
    """While the default of a bucket is SSE-KMS no access log arrives in it, whichever of the two came first."""
    if step.default is None or step.default.algorithm not in KMS:
        return False
    return step.want("delivered") is not True or "a log arrived"


@theorem(ReadLog, ("LOG-05", "LOG-06"))
def a_log_has_the_default_of_its_bucket(step: Step) -> Says:
    """A log that arrives where the default is SSE-S3, or where there is none from 2023-01-05 on, is SSE-S3."""
    expected = baseline(step.model.as_of) if step.default is None else step.default.algorithm
    if step.want("delivered") is not True or expected != "AES256":
        return False
    return step.want("algorithm") == "AES256" or f"the log is {step.want('algorithm')}"


@theorem(PutBucketLogging, ("LOG-01", "LOG-10"))
def a_bucket_without_sse_kms_default_may_be_a_destination_of_logs(step: Step) -> Says:
    """PutBucketLogging to a bucket of the same account and Region is accepted where that lets logs be delivered and has
    no SSE-KMS default; and it is always accepted that logging ends."""
    if step.bucket is None:
        return False
    target = None if step.action.target is None else step.before.buckets.get(step.action.target)
    if step.action.target is not None:
        if target is None or (target.owner, target.region) != (step.bucket.owner, step.bucket.region):
            return False
        rule = target.settings[0].rule
        if target.policy != "log-delivery" or (rule is not None and rule.algorithm in KMS):
            return False
    return step.accepted or f"refused: {step.outcome.refusal}"


@theorem(PutBucketLogging, ("LOG-07", "LOG-08", "LOG-09"))
def a_bucket_out_of_reach_is_no_destination_of_logs(step: Step) -> Says:
    """PutBucketLogging to a bucket that does not exist, or is in another Region or account, is refused."""
    if step.bucket is None or step.action.target is None:
        return False
    target = step.before.buckets.get(step.action.target)
    if target is not None and (target.owner, target.region) == (step.bucket.owner, step.bucket.region):
        return False
    return not step.accepted or f"{step.action.target} was accepted"


@theorem(PutBucketLogging, ("LOG-11",))
def the_destination_that_was_put_is_the_destination_that_is_shown(step: Step) -> Says:
    """GetBucketLogging after PutBucketLogging names the destination, or none where logging was ended."""
    if not step.accepted:
        return False
    expected = None if step.action.target is None else AsPut()
    for _, shown in step.asks(step.after, GetBucketLogging(bucket=step.action.bucket)):
        if shown.refusal is not None or wanted(shown, "logged_in") != expected:
            return f"GetBucketLogging shows {shown.refusal or wanted(shown, 'logged_in')}"
    return True


THEOREMS: tuple[Theorem, ...] = (
    no_log_arrives_in_a_bucket_with_an_sse_kms_default,
    a_log_has_the_default_of_its_bucket,
    a_bucket_without_sse_kms_default_may_be_a_destination_of_logs,
    a_bucket_out_of_reach_is_no_destination_of_logs,
    the_destination_that_was_put_is_the_destination_that_is_shown,
)
