"""What multipart uploads leave in the world, answer by answer, and what of them a situation shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sse_spec import effects, following
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.contents import content_of, joined, shown_range
from sse_spec.model import predict, standard
from sse_spec.observations import BODY_LIMIT, Observation, shown_content
from sse_spec.scene import Scene, scenes
from sse_spec.scene.multipart import PART_LIMIT
from sse_spec.world import Part, Stored, Upload, World

if TYPE_CHECKING:
    from conftest import Walk

BUCKET, KEY = CreateBucket(bucket="b"), CreateKey(key="k")
AES256 = EncryptionHeaders("AES256")
BEGIN = CreateMultipartUpload(bucket="b", key="o", upload="u", headers=AES256)
PART = UploadPart(bucket="b", key="o", upload="u", body="content")
COPIED = UploadPartCopy(bucket="b", key="o", upload="u", number=2, source_bucket="b", source_key="source")
COMPLETE = CompleteMultipartUpload(bucket="b", key="o", upload="u")
ABORT = AbortMultipartUpload(bucket="b", key="o", upload="u")
SOURCE = PutObject(bucket="b", key="source", body="copied", headers=EncryptionHeaders("aws:kms"))


def answered(world: World, action: Action, seen: Observation) -> World:
    """The world after an answer that every permitted outcome of its kind explains."""
    looked = standard().look(world, action)
    permitted = [(one.scene, outcome) for one in looked for outcome in one.case.prediction.outcomes]
    explained = [(scene, outcome) for scene, outcome in permitted if (outcome.refusal is not None) == seen.refused]
    return following.follow(world, action, seen, explained)


def only(world: World, action: Action) -> Scene:
    (found,) = scenes(world, action)
    return found


def test_an_upload_remembers_how_it_was_begun(walk: Walk) -> None:
    world = answered(walk(BUCKET), BEGIN, Observation(200, algorithm="AES256", upload_id="id"))
    assert world.uploads["u"] == Upload("b", "o", (Stored(None, "AES256"),), "id", named=True)
    silent = CreateMultipartUpload(bucket="b", key="o", upload="v")
    assert not answered(world, silent, Observation(200, upload_id="other")).uploads["v"].named


def test_an_upload_that_was_refused_is_none(walk: Walk) -> None:
    unknown = CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders("AES512"))
    assert len(answered(walk(BUCKET), unknown, Observation(400, code="InvalidArgument")).uploads) == 0


def test_an_upload_under_the_managed_key_has_used_it(walk: Walk) -> None:
    begin = CreateMultipartUpload(bucket="b", key="o", upload="u", headers=EncryptionHeaders("aws:kms"))
    assert walk(BUCKET, begin).managed["main"] == {"b"}
    assert walk(BUCKET, begin, begin).managed["main"] == {"b"}


def test_a_part_is_kept_with_its_etag_until_it_is_sent_again(walk: Walk) -> None:
    world = answered(walk(BUCKET, BEGIN), PART, Observation(200, algorithm="AES256", etag="e"))
    assert world.uploads["u"].parts[1] == Part("content", "e")
    again = UploadPart(bucket="b", key="o", upload="u", body="newer")
    assert answered(world, again, Observation(200, etag="f")).uploads["u"].parts[1] == Part("newer", "f")


def test_a_part_that_was_refused_is_none(walk: Walk) -> None:
    wrong = UploadPart(bucket="b", key="o", upload="u", body="content", algorithm="AES256")
    world = answered(walk(BUCKET, BEGIN), wrong, Observation(400, code="InvalidArgument"))
    assert len(world.uploads["u"].parts) == 0


def test_a_copied_part_has_the_content_of_its_source(walk: Walk) -> None:
    world = answered(walk(BUCKET, SOURCE, BEGIN), COPIED, Observation(200, etag="e"))
    assert world.uploads["u"].parts[2] == Part("copied", "e")


def test_a_part_of_which_two_contents_are_possible_has_none_that_is_known(walk: Walk) -> None:
    world = effects.set_stored(walk(BUCKET, SOURCE, BEGIN), "b", "source", None, (Stored("one"), Stored("other")))
    assert answered(world, COPIED, Observation(200, etag="e")).uploads["u"].parts[2] == Part(None, "e")


def test_an_answer_to_a_part_decides_between_the_candidates_of_its_upload(walk: Walk) -> None:
    world = effects.began(walk(BUCKET), BEGIN, (Stored(None, "AES256"), Stored(None, None)), "id")
    scene = next(one for one in scenes(world, PART) if one.situation.object_algorithm is None)
    outcome = standard().case(scene.situation).prediction.outcomes[0]
    known = following.follow(world, PART, Observation(200, etag="e"), ((scene, outcome),))
    assert known.uploads["u"].candidates == (Stored(None, None),)


def test_too_many_candidates_are_none(walk: Walk) -> None:
    world = walk(BUCKET, BEGIN)
    many = tuple(Stored(None, "aws:kms", f"k{number}") for number in range(effects.CANDIDATE_LIMIT + 1))
    assert effects.settle_upload(world, PART, many).uploads["u"].candidates == ()
    assert effects.settle_upload(world, PART, (None,)) is world


@pytest.mark.parametrize(
    "action",
    [
        UploadPart(bucket="b", key="another", upload="u"),
        UploadPart(bucket="b", key="o", upload="another"),
        UploadPartCopy(bucket="c", key="o", upload="u", source_bucket="b", source_key="source"),
    ],
    ids=["another key", "another upload", "another bucket"],
)
def test_an_upload_is_one_of_its_bucket_and_key(walk: Walk, action: UploadPart | UploadPartCopy) -> None:
    world = walk(BUCKET, BEGIN)
    assert effects.sent_part(world, action, "content", None) is world
    assert effects.settle_upload(world, action, (Stored(None),)) is world
    assert all(one.situation.object == "missing" for one in scenes(world, action))


def test_a_completed_upload_is_an_object_and_no_upload_any_more(walk: Walk) -> None:
    world = answered(walk(BUCKET, BEGIN, PART), COMPLETE, Observation(200, algorithm="AES256", etag="e-1"))
    assert len(world.uploads) == 0
    (version,) = world.buckets["b"].objects["o"]
    assert version.candidates == (Stored("content", "AES256", etag="e-1", parts=1),)


def test_a_completion_that_was_refused_leaves_the_upload_and_no_object(walk: Walk) -> None:
    wrong = CompleteMultipartUpload(bucket="b", key="o", upload="u", algorithm="AES256")
    world = answered(walk(BUCKET, BEGIN, PART), wrong, Observation(400, code="InvalidArgument"))
    assert "u" in world.uploads
    assert "o" not in world.buckets["b"].objects
    assert "o" in world.buckets["b"].refused


def test_an_object_of_parts_is_a_version_where_versioning_is_enabled(walk: Walk) -> None:
    enabled = PutBucketVersioning(bucket="b", status="Enabled")
    first = PutObject(bucket="b", key="o", body="older")
    world = answered(walk(BUCKET, enabled, first, BEGIN, PART), COMPLETE, Observation(200, version_id="v"))
    assert [version.id for version in world.buckets["b"].objects["o"]] == [None, "v"]


def test_an_aborted_upload_is_gone(walk: Walk) -> None:
    assert len(walk(BUCKET, BEGIN, PART, ABORT).uploads) == 0
    world = walk(BUCKET, BEGIN)
    assert effects.done(world, AbortMultipartUpload(bucket="b", key="another", upload="u")) is world


def test_a_change_of_the_default_is_noted_on_the_open_uploads_of_its_bucket(walk: Walk) -> None:
    elsewhere = CreateMultipartUpload(bucket="c", key="o", upload="v", headers=AES256)
    default = PutBucketEncryption(bucket="b", rules=(Rule("AES256"),))
    world = walk(BUCKET, CreateBucket(bucket="c"), BEGIN, elsewhere, default)
    assert world.uploads["u"].changed
    assert not world.uploads["v"].changed
    assert walk(BUCKET, BEGIN, default, default).uploads["u"].changed


def test_what_is_not_described_leaves_uploads_of_which_nothing_is_known(walk: Walk) -> None:
    world = effects.done(walk(BUCKET, SOURCE), BEGIN)
    assert world.uploads["u"].candidates == ()
    for action in (PART, COPIED):
        world = effects.done(world, action)
    assert [world.uploads["u"].parts[number] for number in (1, 2)] == [Part("content", None), Part(None, None)]
    assert scenes(world, PART) == scenes(world, COMPLETE) == ()
    done = effects.done(world, COMPLETE)
    assert done.buckets["b"].objects["o"][0].candidates == ()
    assert len(done.uploads) == 0


# --- situations -------------------------------------------------------------------------------------------------------


def test_a_key_that_became_unusable_during_an_upload_is_not_described(walk: Walk) -> None:
    begin = CreateMultipartUpload(
        bucket="b", key="o", upload="u", headers=EncryptionHeaders("aws:kms", KeyRef("id", "k"))
    )
    world = walk(BUCKET, KEY, SOURCE, begin, PART, DisableKey(key="k"))
    for action in (PART, COPIED, COMPLETE):
        assert not only(world, action).situation.described


def test_a_range_of_a_source_is_copied_into_a_part_or_refused_for_its_size(walk: Walk) -> None:
    ranged = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="b", source_key="source", span=(0, 1))
    assert only(walk(BUCKET, SOURCE, BEGIN), ranged).situation.partly
    refusals = [one.refusal.status for one in predict(walk(BUCKET, SOURCE, BEGIN), ranged).outcomes if one.refusal]
    assert refusals == [400, 416]
    scene = only(walk(BUCKET, SOURCE, BEGIN), ranged)
    assert content_of(scene, ranged) == "co"


def test_a_source_of_another_account_is_not_described(walk: Walk) -> None:
    theirs = UploadPartCopy(bucket="b", key="o", upload="u", source_bucket="theirs", source_key="source")
    world = walk(BUCKET, BEGIN, CreateBucket(bucket="theirs", principal="other"))
    assert not only(world, theirs).situation.described


def test_a_source_whose_key_cannot_be_used_may_be_refused(walk: Walk) -> None:
    headers = EncryptionHeaders("aws:kms", KeyRef("id", "k"))
    source = PutObject(bucket="b", key="source", body="copied", headers=headers)
    world = walk(BUCKET, KEY, source, BEGIN, DisableKey(key="k"))
    scene = only(world, COPIED)
    assert scene.situation.source_key_state == "disabled"
    refusals = [outcome.refusal for outcome in standard().case(scene.situation).prediction.outcomes]
    assert {None if one is None else one.status for one in refusals} == {None, 400}
    strange = effects.set_stored(world, "b", "source", None, (Stored("copied", "aws:kms", "=a text"),))
    assert only(strange, COPIED).situation.source_key_state == "unknown"


def test_customer_keys_of_a_source_are_seen(walk: Walk) -> None:
    copied = UploadPartCopy(
        bucket="b",
        key="o",
        upload="u",
        source_bucket="b",
        source_key="source",
        customer=CustomerKey(),
        source_customer=CustomerKey(key=None),
    )
    situation = only(walk(BUCKET, SOURCE, BEGIN), copied).situation
    assert (situation.customer, situation.source_customer) == ("whole", "no-key")


def test_an_object_of_parts_is_told_from_others(walk: Walk) -> None:
    head = HeadObject(bucket="b", key="o")
    one = only(walk(BUCKET, BEGIN, PART, COMPLETE), head).situation
    assert (one.object_parts, one.object_several) == (True, False)
    large = UploadPart(bucket="b", key="o", upload="u", body="x", repeat=PART_LIMIT)
    both = CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(1, 2))
    world = walk(BUCKET, SOURCE, BEGIN, large, COPIED, both)
    assert only(world, head).situation.object_several
    copying = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o")
    assert only(world, copying).situation.object_parts


def test_what_of_a_default_changes_elsewhere_says_nothing_of_an_upload(walk: Walk) -> None:
    elsewhere = PutBucketEncryption(bucket="c", rules=(Rule("AES256"),))
    world = walk(BUCKET, CreateBucket(bucket="c"), BEGIN, PART, elsewhere, GetBucketEncryption(bucket="b"))
    assert not only(world, COMPLETE).situation.default_changed


# --- contents ---------------------------------------------------------------------------------------------------------


def test_parts_are_joined_if_all_of_them_are_known() -> None:
    known, shortened = Part("one", None), Part(shown_content("x" * (BODY_LIMIT + 1)), None)
    assert joined((known, Part(" more", "e"))) == "one more"
    assert joined((known, Part(None, "e"))) is None
    assert joined((known, shortened)) is None


def test_a_range_is_cut_out_in_bytes() -> None:
    ranged = GetObject(bucket="b", key="o", span=(1, 3))
    assert shown_range(ranged, "aéb") == "éb"
    assert shown_range(GetObject(bucket="b", key="o"), "aéb") == "aéb"
    assert shown_range(ranged, shown_content("x" * (BODY_LIMIT + 1))) is None


def test_a_read_of_a_range_does_not_show_the_content(walk: Walk) -> None:
    world = effects.set_stored(walk(BUCKET, SOURCE), "b", "source", None, (Stored(None, "aws:kms"),))
    ranged, whole = GetObject(bucket="b", key="source", span=(0, 1)), GetObject(bucket="b", key="source")
    assert answered(world, ranged, Observation(206, body="co")).buckets["b"].objects["source"][0].candidates == (
        Stored(None, "aws:kms"),
    )
    assert answered(world, whole, Observation(200, body="copied")).buckets["b"].objects["source"][0].candidates == (
        Stored("copied", "aws:kms"),
    )
