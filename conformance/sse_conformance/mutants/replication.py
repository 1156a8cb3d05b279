"""Mutants that configure replication wrongly, replicate the wrong objects, or encrypt replicas wrongly."""

from __future__ import annotations

from sse_spec.actions import SSE_C
from sse_spec.clauses import FIRST_DAY
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Field, Refusal
from sse_spec.rules import replication
from sse_spec.rules.record import Rules
from sse_spec.situation import Label, Situation

from sse_conformance.mutants.errors import misnaming
from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]

Shown = Refusal | tuple[Field, ...]
"""What GetBucketReplication answers."""


def _hiding(name: str) -> Rules:
    """The rules of an S3 that leaves one field out where it shows a replication configuration."""

    def shown(s: Situation, law: Law) -> Shown:
        right = replication.shown_replication(s, law)
        if isinstance(right, Refusal):
            return right
        return tuple(Field(name, None, field.clauses) if field.name == name else field for field in right)

    return replacing("shown_replication", shown)


def _no_such_configuration(s: Situation, law: Law) -> Shown:
    right = replication.shown_replication(s, law)
    return Refusal(404, ("NoSuchConfiguration",)) if isinstance(right, Refusal) else right


def _answered_with_200(_: Law) -> Field:
    return Field("status", "200", ("RPL-11",))


def _key_of_default(s: Situation, law: Law, algorithm: Decided[str | None]) -> Decided[Label | None]:
    right = replication.replica_key(s, law, algorithm)
    return Decided(s.default_key_label, right.clauses) if right.value and s.default_names_key else right


def _by_default_in_place_of_customer_key(s: Situation, law: Law) -> Decided[str | None] | None:
    right = replication.replica_algorithm(s, law)
    if right is None or s.object_algorithm != SSE_C:
        return right
    return Decided(s.default_algorithm or "AES256", right.clauses)


def _selects_under_usable_key(s: Situation) -> bool:
    return s.replication == "selected" and s.replica_key_state == "enabled"


def _kms_default(s: Situation) -> bool:
    return s.default_algorithm == "aws:kms"


def _kms_object(s: Situation) -> bool:
    return s.object_algorithm == "aws:kms"


_CONFIGURING = (
    Mutant(
        "RefusesReplication",
        "RPL-01",
        "It refuses every replication configuration.",
        disregarding("replication_checks", "RPL-01"),
    ),
    Mutant(
        "RefusesOptInForKmsObjects",
        "RPL-01",
        "It refuses a replication configuration that selects SSE-KMS objects, with a replica key that can be used.",
        disregarding("replication_checks", "RPL-01", _selects_under_usable_key),
    ),
    Mutant(
        "ReplicatesFromUnversionedBucket",
        "RPL-02",
        "It accepts a replication configuration for a bucket without versioning.",
        disregarding("replication_checks", "RPL-02"),
    ),
    Mutant(
        "ReplicatesIntoUnversionedBucket",
        "RPL-03",
        "It accepts a replication configuration whose destination has no versioning.",
        disregarding("replication_checks", "RPL-03", lambda s: s.destination == "unversioned"),
    ),
    Mutant(
        "MisnamesErrorOfUnversionedReplicaBucket",
        "RPL-03",
        "It refuses a replication configuration whose destination has no versioning with the code InvalidArgument.",
        misnaming("replication_checks", "RPL-03", 400, "InvalidArgument"),
    ),
    Mutant(
        "AcceptsReplicationWithoutRule",
        "RPL-04",
        "It accepts a replication configuration without any rule.",
        disregarding("replication_checks", "RPL-04"),
    ),
    Mutant(
        "AcceptsReplicaKeyWithoutOptIn",
        "RPL-05",
        "It accepts a replica key in a configuration that does not select SSE-KMS objects.",
        disregarding("replication_checks", "RPL-05"),
    ),
    Mutant(
        "AcceptsOptInWithoutReplicaKey",
        "RPL-06",
        "It accepts a configuration that selects SSE-KMS objects and names no replica key.",
        disregarding("replication_checks", "RPL-06"),
    ),
    Mutant(
        "ChecksReplicaKeyWhenConfigured",
        "RPL-07",
        "It refuses a replication configuration whose replica key cannot be used.",
        disregarding("replication_checks", "RPL-07"),
    ),
    Mutant(
        "ShowsEmptyReplicationConfiguration",
        "RPL-09",
        "It answers GetBucketReplication of a bucket that has no replication configuration with an empty one.",
        disregarding("shown_replication", "RPL-09"),
    ),
    Mutant(
        "MisnamesMissingReplicationConfiguration",
        "RPL-09",
        "It answers GetBucketReplication of a bucket that has no configuration with the code NoSuchConfiguration.",
        replacing("shown_replication", _no_such_configuration),
    ),
    Mutant(
        "HidesReplicationConfiguration",
        "RPL-10",
        "It shows nothing of the replication configuration that was put.",
        disregarding("shown_replication", "RPL-10"),
    ),
    Mutant(
        "HidesReplicaKey",
        "RPL-10",
        "It shows a replication configuration without its replica key.",
        _hiding("replication_replica_key"),
    ),
    Mutant(
        "HidesOptInForKmsObjects",
        "RPL-10",
        "It shows a replication configuration without saying that SSE-KMS objects are selected.",
        _hiding("replication_sse_kms"),
    ),
    Mutant(
        "AnswersReplicationDeletionWith404",
        "RPL-11",
        "It answers DeleteBucketReplication with 404.",
        disregarding("replication_deletion", "RPL-11"),
    ),
    Mutant(
        "AnswersReplicationDeletionWith200",
        "RPL-11",
        "It answers DeleteBucketReplication with 200 instead of 204.",
        replacing("replication_deletion", _answered_with_200),
    ),
)

_SELECTING = (
    Mutant(
        "NeverReplicates",
        "RPL-12",
        "It accepts a replication configuration, and replicates nothing.",
        disregarding("replicated", "RPL-12"),
    ),
    Mutant(
        "NeverReplicatesKmsObjects",
        "RPL-12",
        "It replicates no SSE-KMS object, also where the configuration selects them.",
        disregarding("replicated", "RPL-12", _kms_object),
    ),
    Mutant(
        "ReplicatesOlderObjects",
        "RPL-13",
        "It replicates the objects that were there before the configuration.",
        disregarding("replicated", "RPL-13"),
    ),
    Mutant(
        "ShowsReplicationOfOlderObjects",
        "RPL-13",
        "It shows a replication status of objects that were there before the configuration.",
        disregarding("replication_status", "RPL-13"),
    ),
    Mutant(
        "HidesReplicationStatus",
        "RPL-14",
        "It shows no replication status of an object that is replicated.",
        disregarding("replication_status", "RPL-14"),
    ),
    Mutant(
        "HidesReplicationStatusOnGet",
        "RPL-14",
        "It shows the replication status to HeadObject, and not to GetObject.",
        disregarding("replication_status", "RPL-14", lambda s: s.action == "GetObject"),
    ),
    Mutant(
        "HidesReplicationStatusOfKmsObjects",
        "RPL-14",
        "It shows no replication status of an SSE-KMS object that is replicated.",
        disregarding("replication_status", "RPL-14", _kms_object),
    ),
    Mutant(
        "HidesThatReplicaIsOne",
        "RPL-15",
        "It shows no replication status of a replica.",
        disregarding("replica_marks", "RPL-15"),
    ),
    Mutant(
        "HidesThatReplicaIsOneOnGet",
        "RPL-15",
        "It answers GetObject of a replica without its replication status.",
        disregarding("replication_status", "RPL-15", lambda s: s.action == "GetObject"),
    ),
    Mutant(
        "GivesReplicaAVersionIdOfItsOwn",
        "RPL-16",
        "It gives a replica another version id than its source has.",
        disregarding("replica_marks", "RPL-16"),
    ),
    Mutant(
        "ReplicatesKmsObjectsWithoutOptIn",
        "RPL-24",
        "It replicates SSE-KMS objects although the configuration does not select them.",
        disregarding("replicated", "RPL-24"),
    ),
    Mutant(
        "ShowsReplicationOfKmsObjectsWithoutOptIn",
        "RPL-24",
        "It shows a replication status of SSE-KMS objects that the configuration does not select.",
        disregarding("replication_status", "RPL-24"),
    ),
    Mutant(
        "ReplicatesUnderUnusableKey",
        "RPL-26",
        "It replicates an SSE-KMS object although the replica key cannot be used.",
        disregarding("replica_checks", "RPL-26"),
    ),
    Mutant(
        "ReplicatesCustomerObjects",
        "RPL-30",
        "It replicates SSE-C objects, before S3 does.",
        disregarding("replicated", "RPL-30"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "NeverReplicatesCustomerObjects",
        "RPL-31",
        "It replicates no SSE-C object.",
        disregarding("replicated", "RPL-31"),
    ),
    Mutant(
        "ReplicatesCustomerObjectsIntoBucketThatBlocks",
        "RPL-32",
        "It stores an SSE-C replica in a bucket that blocks SSE-C.",
        disregarding("replica_checks", "RPL-32"),
    ),
)

_REPLICAS = (
    Mutant(
        "LeavesReplicaUnencrypted",
        "RPL-17",
        "It leaves the replica of an unencrypted object unencrypted, whatever the default of the destination.",
        disregarding("replica_algorithm", "RPL-17"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "LeavesReplicaUnencryptedUnderKmsDefault",
        "RPL-17",
        "It encrypts the replica of an unencrypted object by an SSE-S3 default, and not by an SSE-KMS default.",
        disregarding("replica_algorithm", "RPL-17", _kms_default),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "ForgetsBucketKeyOfDefaultOnReplica",
        "RPL-18",
        "It encrypts the replica of an unencrypted object by the destination's default, but without its bucket key.",
        disregarding("replica_bucket_key", "RPL-18"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "KeepsETagOfReplicaUnderKms",
        "RPL-19",
        "It gives an SSE-KMS replica of an unencrypted object the ETag of its source.",
        disregarding("replica_etag", "RPL-19"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "EncryptsSseS3ReplicaByDefault",
        "RPL-21",
        "It encrypts the replica of an SSE-S3 object by the default of the destination.",
        disregarding("replica_algorithm", "RPL-21"),
    ),
    Mutant(
        "EncryptsKmsReplicaByDefault",
        "RPL-22",
        "It encrypts the replica of an SSE-KMS object by the default of the destination.",
        disregarding("replica_algorithm", "RPL-22"),
    ),
    Mutant(
        "KeepsKeyOfSourceOnReplica",
        "RPL-23",
        "It encrypts the replica of an SSE-KMS object under the key of its source.",
        disregarding("replica_key", "RPL-23"),
    ),
    Mutant(
        "PrefersKeyOfDefaultToReplicaKey",
        "RPL-23",
        "It encrypts the replica of an SSE-KMS object under the key of the destination's default, if that names one.",
        replacing("replica_key", _key_of_default),
    ),
    Mutant(
        "EncryptsDsseReplicaByDefault",
        "RPL-27",
        "It encrypts the replica of a DSSE-KMS object by the default of the destination.",
        disregarding("replica_algorithm", "RPL-27"),
    ),
    Mutant(
        "ForgetsBucketKeyOfSourceOnReplica",
        "RPL-28",
        "It encrypts the replica of an object with a bucket key without one.",
        disregarding("replica_bucket_key", "RPL-28"),
    ),
    Mutant(
        "EncryptsCustomerReplicaByDefault",
        "RPL-31",
        "It encrypts the replica of an SSE-C object by the default of the destination.",
        replacing("replica_algorithm", _by_default_in_place_of_customer_key),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_CONFIGURING, *_SELECTING, *_REPLICAS)
"""The mutants of the chapter on replication."""
