"""One answer and one permitted outcome: where they differ, and in which words that is said."""

from __future__ import annotations

import pytest
from sse_conformance.bodies import etag_of_parts
from sse_conformance.comparison import (
    ACCEPTANCE,
    CODE,
    FIELDS,
    Comparison,
    compare,
    expected_shape,
    fits,
    md5,
    observed_shape,
)
from sse_spec.actions import (
    Action,
    CopyObject,
    DeleteBucketEncryption,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutObject,
    Rule,
)
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownRule
from sse_spec.outcomes import AsPut, Field, KeyArn, KeyAsGiven, Outcome, Refusal, Want
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED, MANAGED_HERE, Situation
from sse_spec.world import Part, Setting, Stored

ARN = "arn:aws:kms:us-east-1:111122223333:key/{}"
FIRST, STRANGE = ARN.format("1111"), ARN.format("2222")
HEADERS = EncryptionHeaders("aws:kms", KeyRef("alias", "a"))
PUT, GET, HEAD = (
    PutObject(bucket="b", key="o", body="new", headers=HEADERS),
    GetObject(bucket="b", key="o"),
    HeadObject(bucket="b", key="o"),
)
COPY = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o")
SHOW = GetBucketEncryption(bucket="b")
STORED = Stored("old", "aws:kms", "k", False, "etag")


def scene(stored: Stored | None = STORED, rule: Rule | None = None, **keys: str) -> Scene:
    return Scene(Situation(action="any"), keys, Setting(rule), stored)


def names(**arns: str) -> KeyNames:
    found = KeyNames({"main": "111122223333"}, {"home": "us-east-1"})
    for symbol, arn in arns.items():
        found.bind(symbol, arn)
    return found


def fit(
    name: str, want: Want, seen: Observation, action: Action = HEAD, at: Scene | None = None
) -> bool | tuple[str, str]:
    return fits(Field(name, want, ()), seen, scene() if at is None else at, action, names(k=FIRST))


ACCEPTED = Outcome(None, (), (Field("algorithm", "AES256", ()), Field("bucket_key", False, ())))
INVALID = Outcome(Refusal(400, ("InvalidArgument",)), ())
ANY_CODE = Outcome(Refusal(400, ()), ())


@pytest.mark.parametrize(
    ("outcome", "seen", "differs"),
    [
        (ACCEPTED, Observation(200, algorithm="AES256"), None),
        (ACCEPTED, Observation(200), FIELDS),
        (ACCEPTED, Observation(400, code="InvalidArgument"), ACCEPTANCE),
        (ACCEPTED, Observation(200, code="InternalError", algorithm="AES256"), ACCEPTANCE),
        (ACCEPTED, Observation(302, algorithm="AES256"), ACCEPTANCE),
        (INVALID, Observation(200), ACCEPTANCE),
        (INVALID, Observation(400, code="InvalidArgument"), None),
        (INVALID, Observation(403, code="InvalidArgument"), CODE),
        (INVALID, Observation(400, code="Other"), CODE),
        (INVALID, Observation(400), CODE),
        (ANY_CODE, Observation(400, code="Other"), None),
        (ANY_CODE, Observation(400), None),
        (ANY_CODE, Observation(404, code="Other"), CODE),
    ],
)
def test_acceptance_is_compared_before_the_code_and_the_code_before_the_fields(
    outcome: Outcome, seen: Observation, differs: str | None
) -> None:
    assert compare(outcome, seen, scene(), PUT, names()).differs == differs


def test_only_the_answer_to_a_head_needs_no_code() -> None:
    assert compare(INVALID, Observation(400), scene(), HEAD, names()).differs is None
    assert compare(INVALID, Observation(400, code="Other"), scene(), HEAD, names()).differs == CODE


def test_a_wrong_acceptance_is_farther_than_a_wrong_code_and_that_than_wrong_fields() -> None:
    one, two = Field("etag", "md5", ()), Field("algorithm", None, ())
    ordered = [
        Comparison(None),
        Comparison(FIELDS, (one,)),
        Comparison(FIELDS, (one, two)),
        Comparison(CODE),
        Comparison(ACCEPTANCE),
    ]
    distances = [comparison.distance for comparison in ordered]
    assert distances == sorted(set(distances))


def test_a_comparison_names_the_fields_that_differ() -> None:
    found = compare(ACCEPTED, Observation(200, bucket_key="true"), scene(), PUT, names())
    assert found.missed == {"algorithm", "bucket_key"}


@pytest.mark.parametrize(
    ("text", "fitting"), [(None, False), ("false", False), ("true", True), ("TRUE", True), ("yes", False)]
)
def test_a_bucket_key_is_used_where_the_answer_says_true(text: str | None, fitting: bool) -> None:
    assert fit("bucket_key", True, Observation(200, bucket_key=text)) is fitting
    assert fit("bucket_key", False, Observation(200, bucket_key=text)) is not fitting


def test_a_status_is_compared_as_it_is() -> None:
    assert fit("status", "204", Observation(204), DeleteBucketEncryption(bucket="b")) is True
    assert fit("status", "204", Observation(200), DeleteBucketEncryption(bucket="b")) is False


@pytest.mark.parametrize(
    ("want", "etag", "action", "fitting"),
    [
        ("md5", md5("new"), PUT, True),
        ("md5", md5("old"), PUT, False),
        ("md5", md5("old"), COPY, True),
        ("not-md5", md5("new"), PUT, False),
        ("not-md5", "etag", COPY, True),
        ("fresh", "other", COPY, True),
        ("fresh", "etag", COPY, False),
        ("fresh", md5("old"), COPY, False),
        ("kept", "etag", HEAD, True),
        ("kept", "other", HEAD, False),
        ("kept", None, HEAD, False),
    ],
)
def test_an_etag_is_of_the_kind_that_is_wanted(want: str, etag: str | None, action: Action, fitting: bool) -> None:
    assert fit("etag", want, Observation(200, etag=etag), action) is fitting


@pytest.mark.parametrize("want", ["md5", "not-md5", "fresh", "kept"])
def test_of_an_object_of_which_nothing_is_known_every_etag_is_right(want: str) -> None:
    unknown = scene(Stored(None, "aws:kms", "k"))
    assert fit("etag", want, Observation(200, etag=md5("old")), COPY, unknown) is True


@pytest.mark.parametrize(
    ("want", "body", "content", "fitting"),
    [
        ("written", "old", "old", True),
        ("written", "new", "old", False),
        ("written", None, "old", False),
        ("written", "any", None, True),
        ("written", None, None, False),
        (None, "old", "old", False),
        (None, "new", "old", True),
        (None, "any", None, True),
        (None, None, None, True),
    ],
)
def test_a_body_is_what_was_written(want: Want, body: str | None, content: str | None, fitting: bool) -> None:
    assert fit("body", want, Observation(200, body=body), GET, scene(Stored(content))) is fitting


@pytest.mark.parametrize(
    ("want", "text", "fitting"),
    [
        (None, None, True),
        (None, FIRST, False),
        (KeyArn("K1"), FIRST, True),
        (KeyArn("K1"), STRANGE, False),
        (KeyArn("K1"), None, False),
        (KeyArn("K2"), STRANGE, ("unbound", STRANGE)),
        (KeyArn("K2"), FIRST, False),
        (KeyArn("K2"), "alias/x", False),
        (KeyArn(MANAGED), STRANGE, ("aws/s3@main", STRANGE)),
        (KeyArn(MANAGED), FIRST, False),
        (KeyArn(MANAGED_HERE), STRANGE, True),
        (KeyArn(MANAGED_HERE), FIRST, False),
        (KeyArn("K3"), "whatever", True),
        (KeyArn("K3"), FIRST, False),
        (KeyAsGiven("header"), "alias/a", True),
        (KeyAsGiven("header"), FIRST, False),
        (KeyAsGiven("default"), "alias/d", True),
    ],
)
def test_a_key_is_the_one_that_its_label_stands_for(
    want: Want, text: str | None, fitting: bool | tuple[str, str]
) -> None:
    here = scene(rule=Rule("aws:kms", KeyRef("alias", "d")), K1="k", K2="unbound", K3="=whatever")
    assert fit("kms_key", want, Observation(200, kms_key=text), PUT, here) == fitting


def test_nothing_is_as_given_where_nothing_was_given() -> None:
    assert fit("kms_key", KeyAsGiven("header"), Observation(200), HEAD) is False
    assert fit("kms_key", KeyAsGiven("default"), Observation(200), HEAD) is False


def test_an_arn_that_was_sent_is_no_key_that_the_target_invented() -> None:
    sent = names().text(KeyRef("arn", "nobody"), "main")
    named = PutObject(bucket="b", key="o", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "nobody")))
    for want in (KeyArn(MANAGED), KeyArn(MANAGED_HERE)):
        assert fit("kms_key", want, Observation(200, kms_key=sent), named) is False
        assert fit("kms_key", want, Observation(200, kms_key=sent), HEAD) is not False


@pytest.mark.parametrize(
    ("name", "want", "rules", "fitting"),
    [
        ("default_algorithm", "AES256", (ShownRule("AES256"),), True),
        ("default_algorithm", "AES256", (ShownRule("aws:kms"),), False),
        ("default_algorithm", "AES256", (ShownRule("AES256"), ShownRule("AES256")), False),
        ("default_algorithm", "AES256", (), False),
        ("default_algorithm", "AES256", None, False),
        ("default_bucket_key", False, (ShownRule("AES256", None, False),), True),
        ("default_bucket_key", False, (ShownRule("AES256"),), False),
        ("default_key", None, (ShownRule("AES256"),), True),
        ("default_key", None, (ShownRule("AES256", "x"),), False),
        ("default_key", AsPut(), (ShownRule("aws:kms", "alias/d"),), True),
        ("default_key", AsPut(), (ShownRule("aws:kms", FIRST),), False),
        ("default_key", KeyArn("K1"), (ShownRule("aws:kms", FIRST),), True),
    ],
)
def test_a_configuration_shows_one_rule(
    name: str, want: Want, rules: tuple[ShownRule, ...] | None, fitting: bool
) -> None:
    here = scene(rule=Rule("aws:kms", KeyRef("alias", "d")), K1="k")
    assert fit(name, want, Observation(200, configuration=rules), SHOW, here) is fitting


def test_no_key_is_as_put_where_none_was_put() -> None:
    seen = Observation(200, configuration=(ShownRule("aws:kms"),))
    assert fit("default_key", AsPut(), seen, SHOW) is False


@pytest.mark.parametrize(
    ("name", "want", "words"),
    [
        ("algorithm", "AES256", "AES256"),
        ("algorithm", None, "absent"),
        ("kms_key", KeyArn("K1"), "key ARN"),
        ("kms_key", KeyArn(MANAGED), "key ARN of aws/s3"),
        ("kms_key", KeyAsGiven("header"), "as given"),
        ("kms_key", None, "absent"),
        ("bucket_key", True, "true"),
        ("bucket_key", False, "false or absent"),
        ("default_key", AsPut(), "as put"),
        ("default_bucket_key", True, "true"),
        ("default_bucket_key", False, "false"),
        ("etag", "md5", "MD5"),
        ("etag", "not-md5", "not the MD5"),
        ("etag", "fresh", "a new one, not the MD5"),
        ("etag", "kept", "as written"),
        ("body", "written", "as written"),
        ("status", "204", "204"),
    ],
)
def test_what_is_expected_is_said_without_values(name: str, want: Want, words: str) -> None:
    assert expected_shape(Field(name, want, ())) == words


@pytest.mark.parametrize(
    ("field", "seen", "action", "words"),
    [
        (Field("algorithm", "AES256", ()), Observation(200), PUT, "absent"),
        (Field("algorithm", "AES256", ()), Observation(200, algorithm="A" * 99), PUT, "A" * 40),
        (Field("bucket_key", True, ()), Observation(200, bucket_key="no"), PUT, "no"),
        (Field("status", "204", ()), Observation(200), DeleteBucketEncryption(bucket="b"), "200"),
        (Field("kms_key", KeyArn("K1"), ()), Observation(200, kms_key=FIRST), PUT, "key ARN of another key"),
        (Field("kms_key", None, ()), Observation(200, kms_key=FIRST), PUT, "key ARN"),
        (Field("kms_key", KeyArn("K1"), ()), Observation(200), PUT, "absent"),
        (Field("kms_key", KeyArn("K1"), ()), Observation(200, kms_key="alias/a"), PUT, "alias"),
        (Field("etag", "md5", ()), Observation(200), PUT, "absent"),
        (Field("etag", "not-md5", ()), Observation(200, etag=md5("new")), PUT, "MD5"),
        (Field("etag", "md5", ()), Observation(200, etag="x"), PUT, "not the MD5"),
        (Field("etag", "fresh", ()), Observation(200, etag="etag"), COPY, "the source's"),
        (Field("body", "written", ()), Observation(200), GET, "absent"),
        (Field("body", "written", ()), Observation(200, body="x"), GET, "other content"),
        (Field("default_algorithm", "AES256", ()), Observation(200), SHOW, "no rule"),
        (Field("default_key", AsPut(), ()), Observation(200), SHOW, "absent"),
        (
            Field("default_algorithm", "AES256", ()),
            Observation(200, configuration=(ShownRule("AES256"), ShownRule("AES256"))),
            SHOW,
            "several rules",
        ),
        (Field("default_algorithm", "AES256", ()), Observation(200, configuration=(ShownRule(),)), SHOW, "absent"),
        (
            Field("default_algorithm", "AES256", ()),
            Observation(200, configuration=(ShownRule("B" * 99),)),
            SHOW,
            "B" * 40,
        ),
        (Field("default_bucket_key", True, ()), Observation(200, configuration=(ShownRule(),)), SHOW, "absent"),
        (
            Field("default_bucket_key", True, ()),
            Observation(200, configuration=(ShownRule(None, None, False),)),
            SHOW,
            "false",
        ),
    ],
)
def test_what_is_observed_is_said_without_values(field: Field, seen: Observation, action: Action, words: str) -> None:
    assert observed_shape(field, seen, scene(), action, names(k=FIRST)) == words


def test_an_etag_of_an_unknown_object_is_not_called_its_md5() -> None:
    field, seen = Field("etag", "kept", ()), Observation(200, etag=md5("old"))
    assert observed_shape(field, seen, scene(Stored(None)), HEAD, names()) == "not the MD5"
    assert observed_shape(field, seen, scene(None), HEAD, names()) == "not the MD5"


def test_an_etag_that_is_made_of_those_of_the_parts_is_called_so() -> None:
    parts = (Part("x", "0" * 32),)
    field, seen = Field("etag", "md5", ()), Observation(200, etag=etag_of_parts(parts))
    assert observed_shape(field, seen, scene()._replace(parts=parts), HEAD, names()) == "made of those of the parts"
