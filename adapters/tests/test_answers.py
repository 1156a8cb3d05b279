"""Bytes become an observation, or the fault `garbage`: nothing that a target sends is trusted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sse_adapters.answers import observe_s3
from sse_adapters.documents import DOCUMENT_LIMIT, Answer
from sse_adapters.kms_answers import observe_kms
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    DeleteBucketEncryption,
    DisableKey,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
)
from sse_spec.observations import MESSAGE_LIMIT, Observation, ShownRule

STEM = "s3sse-run-0-"
ERROR = "<Error><Code>{code}</Code><Message>{message}</Message></Error>"
GET = GetBucketEncryption(bucket="b")
PUT = PutObject(bucket="b", key="o", body="hello")
COPY = CopyObject(bucket="b", key="c", source_bucket="b", source_key="o")
READ = GetObject(bucket="b", key="o")
HEAD = HeadObject(bucket="b", key="o")


def answer(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, body.encode() if isinstance(body, str) else body)


def seen(reply: Answer, action: Action = GET) -> Observation:
    observe = observe_kms if isinstance(action, CreateKey | DisableKey) else observe_s3
    return observe(action, reply, lambda text: text.replace(STEM, ""))


def test_a_copy_takes_its_etag_from_the_document() -> None:
    document = '  <?xml version="1.0"?><CopyObjectResult xmlns="x"><ETag>&quot;e&quot;</ETag></CopyObjectResult>'
    reply = answer(200, document.strip(), {"x-amz-copy-source-version-id": "s", "ETag": '"not this"'})
    assert seen(reply, COPY) == Observation(200, etag="e", source_version_id="s")


def test_spaces_before_a_late_document_are_not_minded() -> None:
    document = '\n \n<?xml version="1.0"?><CopyObjectResult><ETag>e</ETag></CopyObjectResult>'
    assert seen(answer(200, document), COPY) == Observation(200, etag="e")


def test_a_body_that_is_not_utf8_is_shown_all_the_same() -> None:
    assert seen(answer(200, b"a\xff"), READ).body == "a\ufffd"


@pytest.mark.parametrize(
    "reply",
    [
        answer(403, ERROR.format(code="AccessDenied", message=f"no {STEM}b")),
        answer(403, f"<ErrorResponse>{ERROR.format(code='AccessDenied', message='no b')}</ErrorResponse>"),
    ],
)
def test_a_refusal_has_status_code_and_message(reply: Answer) -> None:
    assert seen(reply) == Observation(403, code="AccessDenied", message="no b")


@pytest.mark.parametrize("status", [405, 501])
@pytest.mark.parametrize("body", ["", "<html>no</html>", "no"])
def test_not_allowed_and_not_implemented_are_refusals_without_a_document_too(status: int, body: str) -> None:
    got = seen(answer(status, body))
    assert (got.status, got.code, got.fault, got.refused) == (status, None, None, True)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, "<ListBucketResult><Name>b</Name></ListBucketResult>", "ListBucketResult document"),
        (200, "<html><body>hello</body></html>", "html document"),
        (200, "<!doctype html><p>hello", "not XML"),
        (200, '<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>', "document type"),
        (200, "", "empty body"),
        (200, "{}", "not XML: {}"),
        (200, "<Error><Message>m</Message></Error>", "without a code"),
        (
            200,
            "<ServerSideEncryptionConfiguration><Rule><BucketKeyEnabled>yes</BucketKeyEnabled></Rule>"
            "</ServerSideEncryptionConfiguration>",
            "neither true nor false",
        ),
        (200, b"<\xff\xfe", "not XML"),
        (200, b"<?xml version='1.0' encoding='no-such'?><a/>", "not XML"),
        (200, "<!DOCTYPE x><x/>".encode("utf-16"), "document type"),
        (403, "<html>go away</html>", "html document"),
        (404, "not here", "not XML: not here"),
        (302, "", "redirection"),
    ],
)
def test_an_answer_that_is_not_of_s3_is_garbage(status: int, body: str | bytes, says: str) -> None:
    got = seen(answer(status, body))
    assert (got.status, got.fault, got.configuration) == (status, "garbage", None)
    assert says in (got.message or "")


@pytest.mark.parametrize("action", [PutBucketEncryption(bucket="b"), PUT, DeleteBucketEncryption(bucket="b")])
def test_a_page_where_nothing_belongs_is_garbage(action: Action) -> None:
    assert seen(answer(200, "<html/>"), action).fault == "garbage"


def test_a_bomb_of_entities_is_refused_before_it_grows() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "x">{entities}]><x>&e29;</x>'
    assert seen(answer(200, bomb)).fault == "garbage"


def test_a_deep_document_does_no_harm() -> None:
    depth = 60_000
    got = seen(answer(200, "<a>" * depth + "</a>" * depth))
    assert (got.fault, got.message) == (
        "garbage",
        "a a document where a ServerSideEncryptionConfiguration document belongs",
    )


@pytest.mark.parametrize("action", [GET, DisableKey(key="k")])
def test_a_long_message_is_cut(action: Action) -> None:
    message = f"{STEM}b" + "\u00e9" * 100_000
    xml = ERROR.format(code="C" * 1000, message=message)
    json = f'{{"__type": "{"C" * 1000}", "message": "{message}"}}'
    got = seen(answer(400, xml if action is GET else json), action)
    assert got.message == "b" + "\u00e9" * (MESSAGE_LIMIT - 1)
    assert len(got.code or "") == MESSAGE_LIMIT


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ('{"__type": "com.amazonaws.kms#NotFoundException", "message": "m"}', {}),
        ('{"__type": "NotFoundException", "Message": "m"}', {}),
        ('{"message": "m"}', {"x-amzn-errortype": "NotFoundException:http://internal.amazon.com/coral/"}),
    ],
)
def test_a_refusal_of_kms_has_its_code_wherever_it_stands(body: str, headers: dict[str, str]) -> None:
    got = seen(answer(400, body, headers), DisableKey(key="k"))
    assert got == Observation(400, code="NotFoundException", message="m")


@pytest.mark.parametrize("body", ["", "null", "{}"])
def test_an_operation_that_answers_nothing_may_say_it_in_several_ways(body: str) -> None:
    assert seen(answer(200, body), DisableKey(key="k")) == Observation(200)


@pytest.mark.parametrize("action", [CreateKey(key="k"), DisableKey(key="k")])
@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("body", ["<html/>", "[]", "[" * 100_000, '"text"'])
def test_an_answer_that_is_not_of_kms_is_garbage(action: Action, status: int, body: str) -> None:
    got = seen(answer(status, body), action)
    assert (got.status, got.fault) == (status, "garbage")


def test_a_new_key_without_an_arn_is_garbage() -> None:
    assert seen(answer(200, '{"KeyMetadata": {"Arn": 7}}'), CreateKey(key="k")).fault == "garbage"


def test_a_configuration_is_shown_element_by_element() -> None:
    document = (
        '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>"
        f"<KMSMasterKeyID>alias/{STEM}a</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>"
        "<BucketKeyEnabled>true</BucketKeyEnabled></Rule>"
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm/><KMSMasterKeyID/></ApplyServerSideEncryptionByDefault>"
        "<BucketKeyEnabled>false</BucketKeyEnabled></Rule><Rule/></ServerSideEncryptionConfiguration>"
    )
    rules = (ShownRule("aws:kms", "alias/a", True), ShownRule("", "", False), ShownRule())
    assert seen(answer(200, document)) == Observation(200, configuration=rules)


@pytest.mark.parametrize(
    ("action", "root"),
    [
        (CreateBucket(bucket="b"), "CreateBucketResponse"),
        (PutBucketVersioning(bucket="b", status="Enabled"), "VersioningConfiguration"),
    ],
)
def test_a_harmless_document_of_an_emulator_is_let_pass(action: Action, root: str) -> None:
    assert seen(answer(200, f"<{root}/>"), action) == Observation(200)


@pytest.mark.parametrize("action", [GET, PUT, CreateKey(key="k")])
def test_a_body_beyond_the_limit_is_garbage(action: Action) -> None:
    got = seen(Answer(200, {}, None), action)
    assert (got.fault, got.message) == ("garbage", f"a body of more than {DOCUMENT_LIMIT} bytes")


def test_a_value_is_cut_but_a_long_name_of_a_key_is_kept() -> None:
    key = "k" * 1000
    headers = {"x-amz-server-side-encryption-aws-kms-key-id": key, "x-amz-version-id": "v" * 100_000}
    got = seen(answer(200, headers=headers), PUT)
    assert got.kms_key == key
    assert len(got.version_id or "") < 10_000


@pytest.mark.parametrize("status", [101, 304])
@pytest.mark.parametrize("action", [GET, HEAD, DisableKey(key="k")])
def test_a_status_that_says_neither_yes_nor_no_is_garbage(status: int, action: Action) -> None:
    assert seen(answer(status), action).fault == "garbage"


@pytest.mark.parametrize("status", [405, 501])
def test_kms_may_say_that_it_does_not_offer_something_in_any_words(status: int) -> None:
    got = seen(answer(status, "<html/>"), DisableKey(key="k"))
    assert (got.status, got.code, got.fault, got.refused) == (status, None, None, True)


def test_a_refused_head_has_a_status_alone() -> None:
    assert seen(answer(403), HEAD) == Observation(403)


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("action", [GET, HEAD, DisableKey(key="k")])
def test_a_5xx_is_a_server_error_with_its_status(status: int, action: Action) -> None:
    got = seen(answer(status), action)
    assert (got.status, got.fault) == (status, "server-error")
