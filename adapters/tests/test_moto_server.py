"""moto over HTTP: the same store as in process, behind a socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sse_adapters.moto_server import MotoServerTarget
from sse_adapters.protocol import Identity, TargetError
from sse_adapters.registry import load
from sse_spec.actions import RESTRICTED, CreateBucket, CreateKey, EncryptionHeaders, HeadObject, KeyRef, PutObject


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[MotoServerTarget, Identity]]:
    target = MotoServerTarget()
    try:
        yield target, target.open()
    finally:
        target.close()


Opened = tuple[MotoServerTarget, Identity]


def test_it_is_registered_under_its_name() -> None:
    assert isinstance(load("moto-server"), MotoServerTarget)


def test_it_stores_objects_and_knows_keys_of_both_accounts(opened: Opened) -> None:
    target, identity = opened
    assert (identity.name, set(identity.accounts)) == ("moto-server", {"main", "other"})
    space = target.space()
    for account in identity.accounts:
        made = space.perform(CreateKey(key=f"k-{account}", principal=account))
        assert made.key_arn is not None
        assert f":{identity.accounts[account]}:key/" in made.key_arn
        space.perform(CreateBucket(bucket=f"b-{account}", principal=account))
        headers = EncryptionHeaders("aws:kms", KeyRef("arn", f"k-{account}"))
        put = PutObject(bucket=f"b-{account}", key="o", body="text", headers=headers, principal=account)
        assert space.perform(put).kms_key == made.key_arn
        assert space.perform(HeadObject(bucket=f"b-{account}", key="o", principal=account)).kms_key == made.key_arn
    space.close()


def test_a_fresh_space_has_nothing_of_the_one_before(opened: Opened) -> None:
    target, _ = opened
    target.space().perform(CreateBucket(bucket="b"))
    assert target.space().perform(HeadObject(bucket="b", key="o")).status == 404


def test_it_has_to_be_open_and_may_be_closed_twice() -> None:
    target = MotoServerTarget()
    with pytest.raises(TargetError, match="not open"):
        target.space()
    target.close()
    target.close()


def test_users_with_fewer_rights_can_sign(opened: Opened) -> None:
    target, identity = opened
    assert set(identity.principals) == {"main", "other", *RESTRICTED}
    space = target.space()
    space.perform(CreateBucket(bucket="b"))
    for principal in RESTRICTED:
        assert space.perform(PutObject(bucket="b", key="o", body="text", principal=principal)).status == 200
    space.close()


def test_of_a_server_that_runs_elsewhere_no_version_is_known(opened: Opened) -> None:
    started, _ = opened
    visitor = MotoServerTarget(endpoint_url=started.url)
    try:
        assert visitor.open().version == "unknown"
    finally:
        visitor.close()
