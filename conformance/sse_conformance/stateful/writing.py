"""Steps that write objects, read them and delete them."""

from __future__ import annotations

from msgspec.structs import replace
from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    BatchCopy,
    CopyObject,
    CustomerKey,
    DeleteObject,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PostObject,
    PutObject,
    UpdateObjectEncryption,
    account_of,
)

from sse_conformance.stateful.composer import CUSTOMERS, Composer, Spot

__all__ = [
    "batch_copy",
    "copy_away",
    "copy_in_place",
    "delete_object",
    "get_object",
    "head_object",
    "post_object",
    "probe",
    "put_object",
    "put_under_customer_key",
    "update_encryption",
]

OTHER_KEY = 20
"""In percent, how often what has a customer key is read with another, or with none."""

PREFIX = "copied/"
"""The folder into which a job copies within one bucket: it can give an object no other name."""


def put_object(c: Composer) -> None:
    """Write an object."""
    name = c.bucket()
    requester = c.requester(name)
    headers = c.headers(name, requester)
    c.do(PutObject(bucket=name, key=c.object_key(), body=c.body(), headers=headers, principal=requester))


def put_under_customer_key(c: Composer) -> None:
    """Write an object with SSE-C."""
    name = c.bucket()
    requester = c.requester(name)
    c.allow_customer_keys(name)
    customer = CustomerKey(c.few(CUSTOMERS))
    if c.wrong():
        customer = c.draws.of((CustomerKey(None), CustomerKey(algorithm=None), CustomerKey(flaw="md5")))
    headers = EncryptionHeaders(customer=customer)
    c.do(PutObject(bucket=name, key=c.object_key(), body=c.body(), headers=headers, principal=requester))


def probe(c: Composer) -> None:
    """Write an object that leaves its encryption to the bucket, in one of the ways in which that can be done, or get
    one.
    """
    name = c.bucket()
    way = c.draws.below(7)
    if way == 6:
        get_object(c)
    elif way == 0:
        _post(c, name)
    elif way == 1 and c.spot(older=0) is not None:
        copy_away(c)
    else:
        write_plainly(c, name)


def write_plainly(c: Composer, name: str) -> None:
    """Write an object without headers, as the owner of the bucket."""
    c.do(PutObject(bucket=name, key=c.object_key(), body=c.body(), principal=c.there(name).owner))


def _post(c: Composer, name: str) -> None:
    c.do(PostObject(bucket=name, key=c.object_key(), body=c.body(), principal=c.there(name).owner))


def post_object(c: Composer) -> None:
    """Write an object by a form."""
    name = c.bucket()
    requester = c.requester(name)
    headers = c.headers(name, requester)
    c.do(PostObject(bucket=name, key=c.object_key(), body=c.body(), headers=headers, principal=requester))


def _found(c: Composer, older: int = 15) -> Spot | None:
    """An object that is there. If there is none, one is written, which may be refused: then there is still none."""
    spot = c.spot(older)
    if spot is None:
        write_plainly(c, c.own_bucket())
        spot = c.spot(older=0)
    return spot


def _may_read(c: Composer, name: str, account: str) -> bool:
    """Whether an account may read the objects of a bucket."""
    bucket = c.there(name)
    return bucket.owner == account or bucket.policy == "share"


def copy_away(c: Composer) -> None:
    """Copy an object to another key or into another bucket: often one that is itself a copy."""
    spot = _found(c)
    if spot is None:
        return
    name = c.bucket()
    requester = c.requester(name)
    if not _may_read(c, spot.bucket, account_of(requester)):
        name, requester = spot.bucket, c.there(spot.bucket).owner
    key = c.object_key()
    if (name, key) == (spot.bucket, spot.key):
        key = next(one for one in ("o1", "o2") if one != spot.key)
    _copy(c, spot, name, key, requester)


def copy_in_place(c: Composer) -> None:
    """Copy an object, or an older version of it, onto itself."""
    spot = _found(c)
    if spot is not None:
        _copy(c, spot, spot.bucket, spot.key, c.there(spot.bucket).owner)


def _copy(c: Composer, spot: Spot, name: str, key: str, requester: str) -> None:
    in_place = (name, key) == (spot.bucket, spot.key)
    c.do(
        CopyObject(
            bucket=name,
            key=key,
            source_bucket=spot.bucket,
            source_key=spot.key,
            source_version=spot.version,
            headers=c.headers(name, requester),
            source_customer=None if c.wrong() else spot.customer,
            metadata_directive="REPLACE" if in_place and c.chance(35) else None,
            principal=requester,
        )
    )


def batch_copy(c: Composer) -> None:
    """Have a job copy an object: into another bucket, into a folder, or onto itself."""
    spot = _found(c, older=0)
    if spot is None or c.there(spot.bucket).owner != DEFAULT_ACCOUNT:
        return
    headers = EncryptionHeaders()
    if c.chance(50):
        named = c.reference() if c.chance(60) else None
        headers = EncryptionHeaders("AES256") if c.chance(25) else EncryptionHeaders("aws:kms", named, c.flag())
    name, key = spot.bucket, spot.key
    if c.chance(60):
        name = c.second_bucket(name)
    elif headers.algorithm is None and not key.startswith(PREFIX):
        key = PREFIX + key
    elif headers.algorithm is None:
        headers = EncryptionHeaders("AES256")
    c.do(BatchCopy(bucket=name, key=key, source_bucket=spot.bucket, source_key=spot.key, headers=headers))


def update_encryption(c: Composer) -> None:
    """Encrypt an object anew where it is, or an older version of it."""
    spot = _found(c, older=30)
    if spot is None or c.there(spot.bucket).owner != DEFAULT_ACCOUNT:
        return
    name = c.sound_key()
    named = KeyRef("id", name) if c.wrong() else KeyRef("arn", name)
    update = UpdateObjectEncryption(
        bucket=spot.bucket, key=spot.key, version=spot.version, kms_key=named, bucket_key=c.flag()
    )
    c.do(update)


def _read_by(c: Composer, spot: Spot) -> tuple[str, CustomerKey | None]:
    """Who reads an object, with which SSE-C headers."""
    customer = spot.customer
    if c.wrong() or (customer is not None and c.chance(OTHER_KEY)):
        customer = c.draws.of((None, CustomerKey(CUSTOMERS[0]), CustomerKey(CUSTOMERS[1])))
    return c.requester(spot.bucket), customer


def get_object(c: Composer) -> None:
    """Read an object, often an older version of it."""
    spot = _found(c, older=50)
    if spot is None:
        return
    requester, customer = _read_by(c, spot)
    span = (0, 0) if c.chance(10) and spot.stored.body else None
    read = GetObject(
        bucket=spot.bucket, key=spot.key, version=spot.version, customer=customer, span=span, principal=requester
    )
    c.do(replace(read, algorithm="AES256") if c.wrong() else read)


def head_object(c: Composer) -> None:
    """Read the headers of an object, often of an older version."""
    spot = _found(c, older=60)
    if spot is None:
        return
    requester, customer = _read_by(c, spot)
    c.do(HeadObject(bucket=spot.bucket, key=spot.key, version=spot.version, customer=customer, principal=requester))


def delete_object(c: Composer) -> None:
    """Delete an object or a version of it, and most often write it again."""
    spot = _found(c, older=30)
    if spot is None:
        return
    owner = c.there(spot.bucket).owner
    c.do(DeleteObject(bucket=spot.bucket, key=spot.key, version=spot.version, principal=owner))
    if c.chance(60):
        headers = c.headers(spot.bucket, owner)
        c.do(PutObject(bucket=spot.bucket, key=spot.key, body=c.body(), headers=headers, principal=owner))
