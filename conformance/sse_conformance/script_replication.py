"""The lines of a script that have to do with replication: waiting for it, and looking at its configuration."""

from __future__ import annotations

from sse_adapters.calls import call
from sse_spec.actions import Action, HeadObject, HeadReplica

from sse_conformance.script_names import ScriptNames
from sse_conformance.source_text import call as call_lines

__all__ = ["REPLICATION", "awaiting", "shown_replication"]

REPLICATION = {
    "replication_destination": ("Destination", "Bucket"),
    "replication_sse_kms": ("SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status"),
    "replication_replica_key": ("Destination", "EncryptionConfiguration", "ReplicaKmsKeyID"),
}
"""Where the fields of a replication configuration stand in its rule."""


def shown_replication(field: str) -> list[str]:
    """The lines that take a field out of a replication configuration."""
    *outer, last = REPLICATION[field]
    return [
        'found = (answer["ReplicationConfiguration"].get("Rules") or [{}])[0]',
        *(f'found = found.get("{name}", {{}})' for name in outer),
        f'observed = found.get("{last}")',
    ]


def awaiting(action: Action, names: ScriptNames, client: str) -> list[str]:
    """Wait for the end of a replication before its replica is asked for; no lines for other actions."""
    if not isinstance(action, HeadReplica):
        return []
    source = HeadObject(bucket=action.source, key=action.key, customer=action.customer, principal=action.principal)
    asked = call(source, names)
    return [
        "for count in range(LOOKS):  # until the replication is over",
        "    time.sleep(5 if count else 0)",
        *call_lines("source = ", f"{client}.{asked.method}", asked.arguments, indent=4),
        '    if source.get("ReplicationStatus") != "PENDING":',
        "        break",
    ]
