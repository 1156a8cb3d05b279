"""Putting, reading and deleting the bucket default."""

from __future__ import annotations

from sse_spec.actions import DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption, Rule
from sse_spec.exploration.days import baseline, known_algorithms
from sse_spec.exploration.theorems.looking import KMS, Encrypting, own
from sse_spec.exploration.theorems.statement import Says, Step, Theorem, theorem, wanted
from sse_spec.outcomes import AsPut, Outcome, Want

__all__ = ["THEOREMS"]


def _shown(outcome: Outcome) -> tuple[Want, ...]:
    return tuple(wanted(outcome, name) for name in ("default_algorithm", "default_key", "default_bucket_key"))


def _shown_as(rule: Rule) -> tuple[Want, ...]:
    return rule.algorithm, None if rule.key is None else AsPut(), bool(rule.bucket_key)


@theorem(PutBucketEncryption, ("CFG-02", "CFG-03", "CFG-17", "CFG-19", "CFG-21"))
def the_default_that_was_put_is_the_default_that_is_shown(step: Step) -> Says:
    """GetBucketEncryption after PutBucketEncryption shows the algorithm, the key text and the bucket-key flag that were
    put, and nothing of what was there before."""
    action = step.action
    if not step.accepted or len(action.rules) != 1 or action.rules[0].algorithm is None or not action.rules[0].apply:
        return False
    for _, shown in step.asks(step.after, GetBucketEncryption(principal=action.principal, bucket=action.bucket)):
        if shown.refusal is not None or _shown(shown) != _shown_as(action.rules[0]):
            return f"GetBucketEncryption shows {shown.refusal or _shown(shown)}"
    return True


@theorem(DeleteBucketEncryption, ("CFG-04", "CFG-05", "CFG-06", "CFG-07", "CFG-08"))
def deleting_the_default_leaves_the_baseline(step: Step) -> Says:
    """DeleteBucketEncryption answers 204; afterwards GetBucketEncryption answers 404 until 2023-01-05, and shows SSE-S3
    from then on."""
    action = step.action
    if not step.accepted:
        return False
    if step.want("status") != "204":
        return f"answered {step.want('status')}"
    expected = baseline(step.model.as_of)
    for _, shown in step.asks(step.after, GetBucketEncryption(principal=action.principal, bucket=action.bucket)):
        found = None if shown.refusal is not None else _shown(shown)
        if found != (None if expected is None else (expected, None, False)):
            return f"GetBucketEncryption shows {found}"
    return True


@theorem(Encrypting, ("BKT-10",))
def a_write_leaves_the_default_as_it_is(step: Step) -> Says:
    """What GetBucketEncryption shows is the same before and after any write."""
    bucket = step.action.bucket
    if not step.remembers(("buckets", bucket)):
        return step.accepted
    question = GetBucketEncryption(bucket=bucket)
    before, after = ({one.shape for _, one in step.asks(world, question)} for world in (step.before, step.after))
    return before == after or "GetBucketEncryption shows something else than before"


@theorem(PutBucketEncryption, ("CFG-01", "CFG-16", "CFG-18", "CFG-20", "DSS-01", "SSC-25", "PRM-05"))
def a_valid_default_is_accepted_whatever_the_state_of_its_key(step: Step) -> Says:
    """A configuration of one rule that names a known algorithm, and a key only with a KMS one, is never refused to the
    owner of the bucket; only a destination of access logs may be refused a KMS key."""
    if not own(step) or _flaw(step) is not None or step.action.expected_owner not in {None, "main"}:
        return False
    if step.action.rules[0].algorithm in KMS and getattr(step.bucket, "log_sources", None):
        return False
    return step.accepted or f"refused with {step.outcome.refusal}"


@theorem(PutBucketEncryption, ("CFG-09", "CFG-10", "CFG-11", "CFG-12", "CFG-14", "CFG-15", "CFG-23", "SSC-24"))
def an_invalid_default_is_refused(step: Step) -> Says:
    """A configuration that is not XML, has no rule or two, an unknown algorithm or none, a key with AES256, or an empty
    key, is always refused."""
    flaw = _flaw(step)
    return flaw is not None and (not step.accepted or f"accepted: {flaw}")


def _flaw(step: Step) -> str | None:
    """What is wrong with a configuration that is put."""
    action = step.action
    if action.malformed:
        return "no XML"
    if len(action.rules) != 1:
        return f"{len(action.rules)} rules"
    (rule,) = action.rules
    if rule.algorithm not in known_algorithms(step.model.as_of):
        return f"the algorithm {rule.algorithm}"
    if rule.algorithm == "AES256" and rule.key is not None:
        return "a key with AES256"
    return "an empty key" if rule.key is not None and (rule.key.form, rule.key.name) == ("text", "") else None


THEOREMS: tuple[Theorem, ...] = (
    the_default_that_was_put_is_the_default_that_is_shown,
    deleting_the_default_leaves_the_baseline,
    a_write_leaves_the_default_as_it_is,
    a_valid_default_is_accepted_whatever_the_state_of_its_key,
    an_invalid_default_is_refused,
)
