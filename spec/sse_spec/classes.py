"""The names of the conformance classes: what a target offers, and a reader asks for."""

__all__ = ["CLASSES"]

CLASSES = (
    "core",
    "kms",
    "bucket-key",
    "copy",
    "multipart",
    "sse-c",
    "cross-account",
    "access-logging",
    "replication",
    "batch",
    "permissions",
)
"""The conformance classes of this edition, in the order in which reports show them."""
