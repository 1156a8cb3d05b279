"""MD5s, lengths and the ETags of objects that are made of parts."""

from __future__ import annotations

import hashlib

import pytest
from sse_conformance.bodies import etag_of_parts, expected_body, known_content, md5
from sse_spec.actions import GetObject, HeadObject, PutObject
from sse_spec.observations import BODY_LIMIT, byte_length, shown_content
from sse_spec.scene import Scene
from sse_spec.situation import Situation
from sse_spec.world import Part, Setting, Stored

LONG = "x" * (BODY_LIMIT + 1)
PUT, HEAD = PutObject(bucket="b", key="o", body="content"), HeadObject(bucket="b", key="o")
GET, RANGE = GetObject(bucket="b", key="o"), GetObject(bucket="b", key="o", span=(1, 3))


def read(body: str | None) -> Scene:
    """The scene of a read of an object with this content."""
    return Scene(Situation(action="GetObject"), {}, Setting(), Stored(body))


@pytest.mark.parametrize("body", ["", "content", "é", LONG])
def test_an_md5_is_that_of_the_bytes(body: str) -> None:
    assert md5(body) == hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def test_a_length_is_counted_in_bytes() -> None:
    assert (byte_length("content"), byte_length("é"), byte_length("")) == (7, 2, 0)


def test_the_etag_of_parts_is_made_of_theirs() -> None:
    """As AWS was seen to make it: an object of one part, and its part."""
    assert etag_of_parts((Part(None, "3237c18681adb6a9d843c733ce249480"),)) == "e747540af6911dbc890f8d3e0b48549b-1"
    assert etag_of_parts((Part(None, "eee506dd7ada7ded524c77e359a0e7c6"),)) == "b972025bc34adf8d76d6d51e93c035cc-1"


@pytest.mark.parametrize(
    "parts", [(), (Part("a", None),), (Part("a", "no digest"),), (Part("a", "0" * 32), Part("b", None))]
)
def test_it_is_unknown_where_that_of_a_part_is(parts: tuple[Part, ...]) -> None:
    assert etag_of_parts(parts) is None


def test_a_content_of_which_only_the_digest_was_seen_is_not_known() -> None:
    assert known_content(read("content"), GET) == "content"
    assert known_content(read(None), GET) is None
    assert known_content(read(shown_content(LONG)), GET) is None
    assert known_content(read(None), PUT) == "content"


def test_a_read_shows_the_whole_or_the_range() -> None:
    assert expected_body(read("content"), GET, whole=False) == "content"
    assert expected_body(read("content"), RANGE, whole=True) == "content"
    assert expected_body(read("content"), RANGE, whole=False) == "ont"
    assert expected_body(read("content"), HEAD, whole=False) == "content"
    assert expected_body(read(LONG), GET, whole=True) == shown_content(LONG)
    assert expected_body(read(shown_content(LONG)), RANGE, whole=False) is None
    assert expected_body(read(None), GET, whole=True) is None
