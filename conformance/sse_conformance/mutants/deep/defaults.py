"""Bugs that take a history of the bucket's default: set, set again, deleted, refused."""

from __future__ import annotations

from msgspec.structs import replace
from sse_spec.actions import (
    Action,
    DeleteBucketEncryption,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutBucketEncryption,
)
from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules.record import RULES
from sse_spec.situation import Situation

from sse_conformance.mutants.deep.histories import changes, chooses, deletions, rules_put
from sse_conformance.mutants.mutant import Mutant, disregarding, replacing
from sse_conformance.mutants.past import Past

__all__ = ["MUTANTS"]


def _set_again(past: Past, action: Action) -> bool:
    """The default was deleted before it was set for the last time."""
    made = changes(past, action)
    last = made[-1:] and isinstance(made[-1], PutBucketEncryption)
    return chooses(action) and bool(last) and deletions(past, action) > 0


def _third_default(past: Past, action: Action) -> bool:
    """The bucket has been given three defaults of which no two are the same."""
    return chooses(action) and len(set(rules_put(past, action))) > 2


def _deleted_twice(past: Past, action: Action) -> bool:
    """The bucket has twice lost a default that it had."""
    return chooses(action) and deletions(past, action) > 1


def _shown_after_two_deletions(past: Past, action: Action) -> bool:
    """The default is read of a bucket that has twice lost one."""
    return isinstance(action, GetBucketEncryption) and deletions(past, action) > 1


def _repeated(past: Past, action: Action) -> bool:
    """The last two defaults of the bucket are the same, and there was none in between."""
    made = changes(past, action)[-2:]
    put = [one.rules for one in made if isinstance(one, PutBucketEncryption)]
    return chooses(action) and len(put) > 1 and put[0] == put[1]


def _bucket_key_long_ago(past: Past, action: Action) -> bool:
    """The bucket once had a default with a bucket key, and has had two without one since."""
    flags = [bool(rule.bucket_key) for rule in rules_put(past, action)]
    return chooses(action) and any(flags[:-2]) and not any(flags[-2:])


def _refused_change(past: Past, action: Action) -> bool:
    """The last request about the bucket itself is a change of its default that was refused."""
    last = past.last(getattr(action, "bucket", ""))
    return chooses(action) and last is not None and last.refused and isinstance(last.action, PutBucketEncryption)


def _default_deleted_since(past: Past, action: Action) -> bool:
    """The bucket has had a default, and has none now."""
    made = changes(past, action)[-1:]
    return isinstance(action, GetObject | HeadObject) and bool(made) and isinstance(made[0], DeleteBucketEncryption)


def _by_the_default_before(s: Situation, law: Law) -> Decided[str | None]:
    """The algorithm that the default before the last change would choose."""
    return RULES.algorithm(replace(s, default_algorithm=s.previous_algorithm), law)


MUTANTS = (
    Mutant(
        "ForgetsDefaultThatWasSetAgain",
        "DEF-01",
        "A default that was deleted and then set again is shown, but not applied.",
        disregarding("algorithm", "DEF-01"),
        when=_set_again,
    ),
    Mutant(
        "StopsAtSecondDefault",
        "DEF-01",
        "From the third default of a bucket on it applies the algorithm of the one before.",
        replacing("algorithm", _by_the_default_before),
        when=_third_default,
    ),
    Mutant(
        "KeepsDefaultThatWasDeletedTwice",
        "CFG-08",
        "It goes on to apply a default that was deleted if the bucket had lost another one before.",
        disregarding("algorithm", "CFG-08"),
        when=_deleted_twice,
    ),
    Mutant(
        "ShowsDefaultThatWasDeletedTwice",
        "CFG-08",
        "GetBucketEncryption shows a default that was deleted if the bucket had lost another one before.",
        disregarding("shown_default", "CFG-08"),
        when=_shown_after_two_deletions,
    ),
    Mutant(
        "DropsBucketKeyOfRepeatedDefault",
        "BKT-01",
        "A default that is set a second time with the same value loses its bucket key.",
        disregarding("bucket_key", "BKT-01"),
        when=_repeated,
    ),
    Mutant(
        "KeepsBucketKeyOfOldDefault",
        "BKT-04",
        "The bucket key of a default comes back when the bucket has had two defaults without one.",
        disregarding("bucket_key", "BKT-04"),
        when=_bucket_key_long_ago,
    ),
    Mutant(
        "LosesDefaultByRefusedChange",
        "DEF-01",
        "The default is not applied after a change of it that was refused.",
        disregarding("algorithm", "DEF-01"),
        when=_refused_change,
    ),
    Mutant(
        "ShowsBaselineOnceDefaultIsDeleted",
        "DEF-06",
        "Once the default of a bucket is deleted, reads show what was written under it as SSE-S3.",
        disregarding("shown_algorithm", "DEF-06"),
        when=_default_deleted_since,
    ),
)
