"""Replication: which configurations a bucket may have, which objects are replicated, and how replicas are encrypted."""

from __future__ import annotations

from msgspec.structs import replace

from sse_spec.actions import DSSE, KMS_ALGORITHMS, SSE_C
from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import UNDER_WAY, AsPut, Decided, Field, Objection, Refusal
from sse_spec.rules import sse_c
from sse_spec.situation import MANAGED, UNUSABLE, Label, Situation

__all__ = [
    "deletion_status",
    "replica_algorithm",
    "replica_bucket_key",
    "replica_checks",
    "replica_etag",
    "replica_key",
    "replica_marks",
    "replicated",
    "replication_checks",
    "replication_status",
    "shown_replication",
]

NOT_FOUND = "ReplicationConfigurationNotFoundError"
INVALID_REQUEST = ("InvalidRequest",)
ANY_CODE: tuple[str, ...] = ()
ARNS = frozenset({"arn", "alias-arn"})
STATUS = {"selected": "Enabled", "not-selected": "Disabled"}


# --- the configuration ------------------------------------------------------------------------------------------------


def replication_checks(s: Situation, law: Law) -> Checks:
    """Is this configuration one that the bucket may have? Of several reasons against it the first is blamed."""
    found = (*_bucket_checks(s, law), *_key_checks(s, law))
    objections = [one for one in found if isinstance(one, Objection)]
    if not objections and s.rules == "one":
        yield accept(law, "RPL-01")
    yield from objections[:1]
    yield from (replace(one, clauses=()) for one in objections[1:])
    yield from (one for one in found if not isinstance(one, Objection))


def _bucket_checks(s: Situation, law: Law) -> Checks:
    if not s.versioned and law.holds("RPL-02"):
        yield Objection(400, INVALID_REQUEST, ("RPL-02",))
    if s.destination != "present" and law.holds("RPL-03"):
        yield Objection(400, INVALID_REQUEST, ("RPL-03",))
    if s.rules != "one" and law.holds("RPL-04"):
        yield Objection(400, ("MalformedXML",), ("RPL-04",))


def _key_checks(s: Situation, law: Law) -> Checks:
    """The opt-in and the replica key go together, and the key is not looked at."""
    if s.rules != "one":
        return
    if s.replication == "plain":
        if s.replica_key is not None and law.holds("RPL-05"):
            yield Objection(400, INVALID_REQUEST, ("RPL-05",))
    elif s.replication == "not-selected":
        yield Objection(400, ANY_CODE, (), may=True)  # not reached: no document says what goes with the status Disabled
    elif s.replica_key is None:
        if law.holds("RPL-06"):
            yield Objection(400, ANY_CODE, ("RPL-06",))
    elif s.replica_key not in ARNS:
        if law.holds("RPL-08"):
            yield Objection(400, ("InvalidArgument",), ("RPL-08",), may=True)
    elif s.replica_key_state in UNUSABLE:
        yield accept(law, "RPL-07")


def shown_replication(s: Situation, law: Law) -> Refusal | tuple[Field, ...]:
    """What GetBucketReplication answers."""
    if s.replication == "none":
        return Refusal(404, (NOT_FOUND,)) if law.holds("RPL-09") else ()
    holds, by = law.holds("RPL-10"), ("RPL-10",)
    return (
        Field("replication_destination", AsPut() if holds else None, by),
        Field("replication_sse_kms", STATUS.get(s.replication) if holds else None, by),
        Field("replication_replica_key", AsPut() if holds and s.replica_key is not None else None, by),
    )


def deletion_status(law: Law) -> Field:
    """What DeleteBucketReplication answers, whether there was a configuration or not."""
    return Field("status", "204" if law.holds("RPL-11") else "404", ("RPL-11",))


# --- which objects are replicated, and what they show -----------------------------------------------------------------


def replicated(s: Situation, law: Law) -> tuple[Decided[bool], ...]:
    """Whether an object is replicated; both where the documents are silent."""
    return tuple(
        Decided(law.holds("RPL-12"), ("RPL-12", *one.clauses)) if one.value else one for one in _selected(s, law)
    )


def _selected(s: Situation, law: Law) -> tuple[Decided[bool], ...]:
    if s.replication == "none":
        return (Decided(False, ()),)  # not reached: no clause decides, so the cover does not ask
    if s.replication == "later":
        return (Decided(not law.holds("RPL-13"), ("RPL-13",)),)
    if s.object_algorithm == SSE_C:
        newer, by = law.succession("RPL-30", "RPL-31")
        return (Decided(newer, (by,)),)
    if s.object_algorithm not in KMS_ALGORITHMS:
        return (Decided(True, ()),)
    if s.replication != "selected":
        return (Decided(not law.holds("RPL-24"), ("RPL-24",)),)
    if s.object_key_label == MANAGED and law.holds("RPL-25"):
        return Decided(True, ("RPL-25",)), Decided(False, ("RPL-25",))
    return (Decided(True, ()),)


def replication_status(s: Situation, law: Law) -> tuple[tuple[Field, ...], ...]:
    """What a read shows of the replication of an object: the alternatives, none of which may say anything."""
    if s.replica:
        return ((_status_of_replica(law),),)
    if s.replication == "none":
        return ((),)
    return tuple(_status(s, law, one) for one in replicated(s, law))


def _status(s: Situation, law: Law, made: Decided[bool]) -> tuple[Field, ...]:
    if not made.value:
        return (Field("replication_status", None, made.clauses),)
    if s.object_algorithm == SSE_C:
        return ()  # that it is replicated is seen by its replica
    shown = UNDER_WAY if law.holds("RPL-14") else None
    return (Field("replication_status", shown, (*made.clauses, "RPL-14")),)


def _status_of_replica(law: Law) -> Field:
    return Field("replication_status", "REPLICA" if law.holds("RPL-15") else None, ("RPL-15",))


# --- how a replica is encrypted ---------------------------------------------------------------------------------------

KEPT: dict[str | None, str] = {"AES256": "RPL-21", "aws:kms": "RPL-22", DSSE: "RPL-27"}
"""The clause by which a replica is encrypted as its source is."""


def replica_checks(s: Situation, law: Law) -> Checks:
    """Can the replica be stored in the destination?"""
    missing = (404, ("NoSuchKey",))
    if s.object_algorithm in KMS_ALGORITHMS:
        if s.replica_key_state in UNUSABLE and law.holds("RPL-26"):
            yield Objection(*missing, ("RPL-26",))
    elif s.object_algorithm == SSE_C and sse_c.list_known(law):
        if s.blocked == "SSE-C" and s.blocked_kept is None:
            if law.holds("RPL-32"):
                yield Objection(*missing, ("RPL-32",))
        elif s.blocked != "NONE" or s.blocked_kept is not None:
            # not reached: whether such a bucket blocks SSE-C is another chapter's question
            yield Objection(*missing, (), may=True)


def replica_algorithm(s: Situation, law: Law) -> Decided[str | None] | None:
    """The algorithm of a replica; None where no document speaks of such a source on this day."""
    algorithm = s.object_algorithm
    if algorithm == SSE_C:
        _, by = law.succession("RPL-30", "RPL-31")
        return Decided(SSE_C, (by,))
    clause = KEPT.get(algorithm) if algorithm is not None else "RPL-17"
    if clause is None or not law.begun(clause):
        return None  # not reached: what is not described is not asked
    if algorithm is None:
        return Decided(s.default_algorithm if law.holds(clause) else None, (clause,))
    return Decided(algorithm if law.holds(clause) else s.default_algorithm or "AES256", (clause,))


def replica_key(s: Situation, law: Law, algorithm: Decided[str | None]) -> Decided[Label | None]:
    """The key of a replica that gets this algorithm."""
    if algorithm.value not in KMS_ALGORITHMS:
        return Decided(None, algorithm.clauses)
    if algorithm.value != s.object_algorithm:
        return Decided(s.default_key_label if s.default_names_key else MANAGED, algorithm.clauses)
    named = s.replica_key_label if law.holds("RPL-23") else None
    return Decided(s.object_key_label if named is None else named, ("RPL-23",))


def replica_bucket_key(s: Situation, law: Law, algorithm: Decided[str | None]) -> tuple[Decided[bool], ...]:
    """Whether a replica that gets this algorithm uses a bucket key; both where the documents contradict each other."""
    if algorithm.value != "aws:kms":
        return (Decided(False, algorithm.clauses),)
    if s.object_algorithm == "aws:kms" and s.object_bucket_key:
        return (Decided(law.holds("RPL-28"), ("RPL-28",)),)
    if s.default_algorithm != "aws:kms" or not s.default_bucket_key:
        return (Decided(False, algorithm.clauses),)
    if s.object_algorithm == "aws:kms":
        kept = Decided(False, ("RPL-29",))
        return (kept, Decided(True, ("RPL-29",))) if law.holds("RPL-29") else (kept,)
    clause = "RPL-18" if s.object_algorithm is None else algorithm.clauses[0]
    return (Decided(law.holds(clause), (clause,)),)


def replica_etag(s: Situation, law: Law, algorithm: Decided[str | None]) -> tuple[Decided[str] | None, ...]:
    """Whether a replica keeps the ETag of its source; None where no document says."""
    if s.object_algorithm is not None or algorithm.value is None:
        return (None,)
    if algorithm.value != "AES256":
        return (Decided("other" if law.holds("RPL-19") else "kept", ("RPL-19",)),)
    kept = Decided("kept", ("RPL-20",))
    return (kept, Decided("other", ("RPL-20",))) if law.holds("RPL-20") else (kept,)


def replica_marks(law: Law) -> tuple[Field, ...]:
    """What tells a replica from other objects: its replication status, and the version id of its source."""
    same = Field("version_id", "kept" if law.holds("RPL-16") else "another", ("RPL-16",))
    return same, _status_of_replica(law)
