"""The texts behind key references, and back."""

from __future__ import annotations

import uuid

import pytest
from sse_spec.actions import KeyRef
from sse_spec.names import KeyNames, absent_key_id, is_key_arn, shape_of_key

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:eu-west-1:111122223333:key/{ID}"
OTHER_ARN = f"arn:aws:kms:eu-west-1:111122223333:key/{uuid.UUID(int=7)}"


@pytest.fixture
def names() -> KeyNames:
    names = KeyNames({"main": "111122223333"}, {"home": "eu-west-1"})
    names.bind("k", ARN)
    return names


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (KeyRef("id", "k"), ID),
        (KeyRef("arn", "k"), ARN),
        (KeyRef("alias", "name"), "alias/name"),
        (KeyRef("alias", "aws/s3"), "alias/aws/s3"),
        (KeyRef("alias-arn", "name"), "arn:aws:kms:eu-west-1:111122223333:alias/name"),
        (KeyRef("text", "aws/s3"), "aws/s3"),
        (KeyRef("text", ""), ""),
    ],
    ids=lambda value: value.form if isinstance(value, KeyRef) else "",
)
def test_a_reference_is_sent_in_its_form(names: KeyNames, reference: KeyRef, text: str) -> None:
    assert names.text(reference, "main") == text


def test_a_key_that_nobody_made_is_sent_as_a_well_formed_id_that_is_always_the_same(names: KeyNames) -> None:
    sent = names.text(KeyRef("id", "nobody"), "main")
    assert sent == absent_key_id("nobody") == str(uuid.UUID(sent))
    assert sent != absent_key_id("somebody")
    assert names.text(KeyRef("arn", "nobody"), "main") == f"arn:aws:kms:eu-west-1:111122223333:key/{sent}"


def test_an_unknown_account_and_region_are_sent_as_placeholders() -> None:
    sent = KeyNames({}, {}).text(KeyRef("alias-arn", "name"), "main")
    assert sent == "arn:aws:kms:us-east-1:000000000000:alias/name"


def test_a_symbol_that_is_bound_again_gives_its_old_arn_up(names: KeyNames) -> None:
    names.bind("k", OTHER_ARN)
    assert names.text(KeyRef("arn", "k"), "main") == OTHER_ARN
    assert names.symbols == {OTHER_ARN: "k"}


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (None, "absent"),
        (ARN, "key ARN"),
        ("arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", "key ARN"),
        ("arn:aws:kms:eu-west-1:111122223333:alias/aws/s3", "alias ARN"),
        ("alias/name", "alias"),
        (ID, "bare key id"),
        ("mrk-1234abcd12ab34cd56ef1234567890ab", "bare key id"),
        ("", "empty"),
        ("fake-key-id", "some text"),
    ],
)
def test_an_answer_shows_in_which_form_it_names_a_key(text: str | None, shape: str) -> None:
    assert shape_of_key(text) == shape
    assert text is None or is_key_arn(text) == (shape == "key ARN")
