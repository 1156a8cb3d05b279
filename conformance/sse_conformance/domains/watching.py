"""The domains of the question what S3 has asked KMS for."""

from __future__ import annotations

from sse_conformance.domains.values import EITHER, NEVER, NOTHING, OBJECT_KEY, Domain, always

__all__ = ["LOOKS"]

LOOKS: dict[str, Domain] = {
    "object": always("present"),
    "object_algorithm": always("aws:kms", "AES256"),
    "object_key_label": lambda s: (OBJECT_KEY,) if s.object_algorithm == "aws:kms" else NOTHING,
    "object_bucket_key": lambda s: EITHER if s.object_algorithm == "aws:kms" else NEVER,
    "several_writes": always(True, False),
}
"""For ReadKmsCalls. Of several writes more can be told than of one."""
