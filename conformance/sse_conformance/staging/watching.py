"""Looking at what S3 has asked KMS for while it wrote objects."""

from __future__ import annotations

from sse_spec.actions import EncryptionHeaders, KeyRef, PutObject, ReadKmsCalls, S3Action

from sse_conformance.domains import DEFAULT_KEY, OBJECT_KEY
from sse_conformance.scenery import BucketNeed, KeyNeed, Scenery
from sse_conformance.staging.needs import Values

__all__ = ["look"]

WRITES = 3
"""So many writes are looked at where it is more than one: with two, fewer calls than writes may be chance."""

PURPOSE = "watched"


def look(values: Values, scenery: Scenery) -> S3Action:
    """Write objects now, so that nothing comes between the writes, and look at the calls for them.

    SSE-S3 objects are written where the default names a key: it is that which must not be used.
    """
    default = None
    if values.get("object_algorithm") == "AES256":
        default, sent = KeyNeed("arn", DEFAULT_KEY), EncryptionHeaders("AES256")
    else:
        named = KeyRef("arn", scenery.key(OBJECT_KEY))
        sent = EncryptionHeaders("aws:kms", named, True if values.get("object_bucket_key") else None)
    bucket = scenery.bucket(BucketNeed(None if default is None else "aws:kms", default, purpose=PURPOSE))
    several = values.get("several_writes", True)
    keys = [scenery.name("object") for _ in range(WRITES if several else 1)]
    for key in keys:
        scenery.do(PutObject(bucket=bucket, key=key, body=f"content of {key}", headers=sent))
    return ReadKmsCalls(bucket=bucket, key=keys[0], others=tuple(keys[1:]))
