"""Checking recorded traces: what is accepted, what is rejected, and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from sse_conformance import checking
from sse_conformance.checking import Check, check
from sse_spec.actions import (
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetBucketReplication,
    GetObject,
    HeadObject,
    HeadReplica,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    Rule,
    S3Action,
    UpdateObjectEncryption,
    UploadPart,
)
from sse_spec.evidence.format import (
    FORMAT,
    Answer,
    Declared,
    DeclaredAlias,
    DeclaredBucket,
    DeclaredContent,
    DeclaredKey,
    DeclaredObject,
    Event,
    IdOf,
    Md5Of,
    Origin,
    Recording,
    ReplicationAnswer,
    RuleAnswer,
    Touched,
    Unmodelled,
)

EARLY, LATE = dt.date(2022, 6, 1), dt.date(2026, 2, 21)

NEW = Event(action=CreateBucket(bucket="b"))
KEY = Event(action=CreateKey(key="k"))
PUT = PutObject(bucket="b", key="o", body="text")
HEAD = HeadObject(bucket="b", key="o")
GET = GetObject(bucket="b", key="o")
SHOW = GetBucketEncryption(bucket="b")
BASELINE = RuleAnswer(algorithm="AES256", key=None, bucket_key=False)
SSE_S3 = Answer(status=200, algorithm="AES256", kms_key=None, bucket_key=None)
NOT_FOUND = Answer(status=404, code="NoSuchKey")
NO_DEFAULT = Answer(status=404, code="ServerSideEncryptionConfigurationNotFoundError")


def kms(**more: object) -> Answer:
    """An answer that shows SSE-KMS."""
    return Answer(**{"status": 200, "algorithm": "aws:kms"} | more)  # type: ignore[arg-type]


def default(rule: Rule) -> Event:
    return Event(action=PutBucketEncryption(bucket="b", rules=(rule,)), answer=Answer(status=200))


def asked(action: S3Action | Unmodelled, answer: Answer | None = None, **more: object) -> Event:
    return Event(action=action, answer=answer or Answer(), **more)  # type: ignore[arg-type]


def checked(*events: Event, declared: Sequence[Declared] = (), date: dt.date | tuple[dt.date, dt.date] = LATE) -> Check:
    accounts, regions = {"main": "111122223333"}, {"home": "us-east-1", "away": "us-west-2"}
    return check(
        Recording(
            format=FORMAT,
            origin=Origin("a test"),
            date=date,
            accounts=accounts,
            regions=regions,
            declared=tuple(declared),
            events=events,
        )
    )


def accepted(found: Check) -> bool:
    assert found.verdict in {"accepted", "rejected"}
    return found.verdict == "accepted"


# --- what was recorded ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        (Answer(), True),
        (Answer(status=200), True),
        (Answer(status="accepted"), True),
        (Answer(status="unknown"), True),
        (Answer(status="refused"), False),
        (Answer(status=400), False),
        (Answer(code="AccessDenied"), False),
        (Answer(code="$"), False),
        (Answer(code=None), True),
        (Answer(algorithm="AES256"), True),
        (Answer(algorithm="aws:kms"), False),
        (Answer(algorithm="$"), True),
        (Answer(algorithm=None), False),
        (Answer(kms_key=None), True),
        (Answer(kms_key="$"), False),
        (Answer(bucket_key=False), True),
        (Answer(bucket_key=True), False),
        (Answer(bucket_key="$"), True),
        (Answer(etag=Md5Of("text")), True),
        (Answer(etag=Md5Of("other")), False),
        (Answer(etag=None), False),
        (Answer(etag="$"), True),
        (Answer(etag="$e"), True),
        (Answer(status=503), True),
        (Answer(message="whatever"), True),
    ],
    ids=str,
)
def test_what_was_recorded_of_an_answer_must_fit_and_the_rest_may_be_anything(answer: Answer, fits: bool) -> None:
    assert accepted(checked(NEW, asked(PUT, answer))) == fits


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        (NOT_FOUND, True),
        (Answer(code="NoSuchKey"), True),
        (Answer(status=404), True),
        (Answer(status="refused"), True),
        (Answer(status=404, code="$"), True),
        (Answer(status="unknown"), True),
        (Answer(status=404, code="NoSuchBucket"), False),
        (Answer(status=403, code="NoSuchKey"), False),
        (Answer(status=200), False),
        (Answer(), False),
    ],
    ids=str,
)
def test_a_refusal_must_have_the_status_and_the_code_that_were_recorded(answer: Answer, fits: bool) -> None:
    assert accepted(checked(NEW, asked(GET, answer))) == fits


def test_a_head_request_is_refused_without_a_code() -> None:
    assert accepted(checked(NEW, asked(HEAD, Answer(status=404))))
    assert not accepted(checked(NEW, asked(HEAD, Answer(status=403))))


def test_any_of_several_permitted_codes_will_do() -> None:
    invalid = PutBucketEncryption(bucket="b", rules=(Rule("SSE-KMS"),))
    for code in ("MalformedXML", "InvalidArgument"):
        assert accepted(checked(NEW, asked(invalid, Answer(status=400, code=code))))


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        ((BASELINE,), True),
        ("$", True),
        (None, False),
        ((), False),
        ((BASELINE, BASELINE), False),
        ((RuleAnswer(algorithm="AES256"),), True),
        ((RuleAnswer(algorithm="$", bucket_key="$"),), True),
        ((RuleAnswer(algorithm=None),), False),
        ((RuleAnswer(algorithm="aws:kms"),), False),
        ((RuleAnswer(key="$"),), False),
        ((RuleAnswer(key="$k"),), False),
        ((RuleAnswer(bucket_key=True),), False),
    ],
    ids=str,
)
def test_a_configuration_must_fit_as_far_as_it_was_recorded(shown: object, fits: bool) -> None:
    answer = Answer(status=200, configuration=shown)  # type: ignore[arg-type]
    assert accepted(checked(NEW, asked(SHOW, answer))) == fits


def test_a_form_that_sends_the_browser_on_was_accepted() -> None:
    form = PostObject(bucket="b", key="o", body="text")
    assert accepted(checked(NEW, asked(form, Answer(status=303)), asked(HEAD, SSE_S3)))
    assert not accepted(checked(NEW, asked(form, Answer(status=303)), asked(HEAD, kms())))


# --- symbols ---------------------------------------------------------------------------------------------------------

BY_ID = Rule("aws:kms", KeyRef("id", "k"))


def test_a_symbol_is_the_same_key_wherever_it_stands() -> None:
    put = (NEW, KEY, default(BY_ID), asked(PUT, kms(kms_key="$x")))
    assert accepted(checked(*put, asked(HEAD, kms(kms_key="$x"))))
    assert not accepted(checked(*put, asked(HEAD, kms(kms_key="$y"))))


def test_two_symbols_are_two_keys() -> None:
    again = PutObject(bucket="b", key="another", body="text")
    assert not accepted(
        checked(NEW, KEY, default(BY_ID), asked(PUT, kms(kms_key="$x")), asked(again, kms(kms_key="$y")))
    )


def test_the_symbol_that_create_key_showed_is_that_key_and_no_other() -> None:
    named = asked(CreateKey(key="k"), Answer(key_arn="$k"))
    managed = PutObject(bucket="b", key="o", body="text", headers=EncryptionHeaders("aws:kms"))
    assert accepted(checked(NEW, named, default(BY_ID), asked(PUT, kms(kms_key="$k"))))
    assert not accepted(checked(NEW, named, default(BY_ID), asked(PUT, kms(kms_key="$other"))))
    assert not accepted(checked(NEW, named, asked(managed, kms(kms_key="$k"))))


def test_a_configuration_may_show_the_bare_id_of_a_key_before_an_object_shows_its_arn() -> None:
    shown = Answer(configuration=(RuleAnswer(algorithm="aws:kms", key=IdOf("$x")),))
    before = (NEW, KEY, default(BY_ID), asked(SHOW, shown))
    assert accepted(checked(*before, asked(PUT, kms(kms_key="$x"))))
    assert not accepted(checked(*before, asked(PUT, kms(kms_key="$y"))))


def test_a_configuration_that_was_put_by_id_does_not_show_an_arn() -> None:
    shown = Answer(configuration=(RuleAnswer(key="$x"),))
    assert not accepted(checked(NEW, KEY, default(BY_ID), asked(SHOW, shown)))


def test_a_configuration_that_was_put_by_alias_shows_that_alias() -> None:
    by_alias = (DeclaredKey(key="k"), DeclaredAlias(alias="name", key="k"))
    before = (NEW, default(Rule("aws:kms", KeyRef("alias", "name"))))
    for text, fits in (("alias/name", True), ("alias/other", False), (IdOf("$k"), False)):
        shown = Answer(configuration=(RuleAnswer(key=text),))
        assert accepted(checked(*before, asked(SHOW, shown), declared=by_alias)) == fits


def test_a_configuration_does_not_show_the_id_of_a_key_that_is_another() -> None:
    named = asked(CreateKey(key="other"), Answer(key_arn="$other"))
    shown = Answer(configuration=(RuleAnswer(key=IdOf("$other")),))
    assert not accepted(checked(NEW, KEY, named, default(BY_ID), asked(SHOW, shown)))


def test_a_symbol_for_an_etag_may_stand_for_the_md5() -> None:
    put = (NEW, asked(PUT, Answer(algorithm="AES256", etag="$e")))
    assert accepted(checked(*put, asked(HEAD, Answer(etag="$e"))))
    assert accepted(checked(*put, asked(HEAD, Answer(etag=Md5Of("text")))))
    assert not accepted(checked(*put, asked(HEAD, Answer(etag="$f"))))
    assert not accepted(checked(*put, asked(HEAD, Answer(etag=Md5Of("other")))))


def test_a_symbol_for_an_etag_may_stand_for_what_is_not_the_md5() -> None:
    put = (NEW, KEY, default(BY_ID), asked(PUT, kms(etag="$e")))
    assert accepted(checked(*put, asked(HEAD, kms(etag="$e"))))
    assert not accepted(checked(*put, asked(HEAD, kms(etag="$f"))))
    assert not accepted(checked(*put, asked(HEAD, kms(etag=Md5Of("text")))))


def test_two_symbols_are_not_the_one_md5() -> None:
    again = PutObject(bucket="b", key="another", body="text")
    assert not accepted(checked(NEW, asked(PUT, Answer(etag="$e")), asked(again, Answer(etag="$f"))))


def test_a_symbol_of_which_nothing_was_known_may_turn_out_to_be_the_md5_but_not_that_of_another_symbol() -> None:
    bucket = DeclaredBucket(bucket="b", default="none")
    unknown = asked(HeadObject(bucket="b", key="unknown"), Answer(algorithm="AES256", etag="$e"))
    for symbol, fits in (("$f", True), ("$e", False)):
        again = PutObject(bucket="b", key="again", body="text")
        writes = (asked(PUT, Answer(etag="$f")), asked(again, Answer(etag=symbol)))
        assert accepted(checked(unknown, *writes, declared=[bucket])) == fits
    assert accepted(checked(unknown, asked(PUT, Answer(etag="$e")), declared=[bucket]))


def test_a_copy_of_an_sse_kms_object_has_another_etag_and_so_another_symbol() -> None:
    copy = CopyObject(bucket="b", key="copy", source_bucket="b", source_key="o", headers=EncryptionHeaders("aws:kms"))
    put = (NEW, KEY, default(BY_ID), asked(PUT, kms(etag="$e")))
    assert accepted(checked(*put, asked(copy, kms(etag="$f"))))
    assert not accepted(checked(*put, asked(copy, kms(etag="$e"))))


# --- what is not known -----------------------------------------------------------------------------------------------


def test_content_that_was_not_recorded_may_have_any_md5_and_is_learnt_from_a_read() -> None:
    put = (NEW, asked(PUT, Answer(algorithm="AES256", etag=Md5Of("another text")), content="unknown"))
    assert accepted(checked(*put, asked(GET, Answer(body="another text"))))
    read = (*put, asked(GET, Answer(body="another text")))
    assert not accepted(checked(*read, asked(GET, Answer(body="text"))))
    assert not accepted(checked(*put, asked(GET, Answer(body=None))))


def test_a_body_that_begins_with_a_dollar_sign_is_written_with_two() -> None:
    put = PutObject(bucket="b", key="o", body="$x")
    assert accepted(checked(NEW, asked(put), asked(GET, Answer(body="$$x"))))
    assert accepted(checked(NEW, asked(put), asked(GET, Answer(body="$"))))
    assert not accepted(checked(NEW, asked(put), asked(GET, Answer(body="$$y"))))


def test_after_an_answer_that_never_came_the_write_may_have_taken_effect_or_not() -> None:
    lost = (NEW, asked(PUT, Answer(status=503)))
    assert accepted(checked(*lost, asked(GET, NOT_FOUND)))
    assert accepted(checked(*lost, asked(GET, Answer(status=200, body="text"))))
    assert not accepted(checked(*lost, asked(GET, NOT_FOUND), asked(GET, Answer(status=200))))
    assert not accepted(checked(*lost, asked(GET, Answer(status=200, body="other"))))


def test_set_up_of_which_it_is_not_known_whether_it_took_effect_may_have_done_either() -> None:
    object_ = (NEW, KEY, default(BY_ID), asked(PUT, kms()))
    perhaps = asked(DisableKey(key="k"), Answer(status="unknown"))
    disabled = Answer(status=400, code="KMS.DisabledException")
    assert accepted(checked(*object_, perhaps, asked(GET, disabled)))
    assert accepted(checked(*object_, perhaps, asked(GET, Answer(status=200))))
    assert not accepted(checked(*object_, perhaps, asked(GET, disabled), asked(GET, Answer(status=200))))


def test_of_several_actions_one_is_enough() -> None:
    either = (PutObject(bucket="b", key="o", headers=EncryptionHeaders("AES256")), PUT)
    written = (NEW, KEY, default(BY_ID))
    assert accepted(checked(*written, Event(one_of=either, answer=kms()), asked(HEAD, kms())))
    assert accepted(checked(*written, Event(one_of=either, answer=SSE_S3), asked(HEAD, SSE_S3)))
    assert not accepted(checked(*written, Event(one_of=either, answer=SSE_S3), asked(HEAD, kms())))


def test_more_readings_than_can_be_followed_are_inconclusive_where_none_of_those_followed_is_permitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "STATE_LIMIT", 1)
    lost = (NEW, asked(PUT, Answer(status=503)))
    assert checked(*lost, asked(GET, Answer(status=200))).verdict == "accepted"
    assert checked(*lost, asked(GET, NOT_FOUND)).verdict == "inconclusive"


@pytest.mark.parametrize("version_id", ["$v1", None])
def test_a_versioned_bucket_keeps_its_versions_whether_their_ids_were_recorded_or_not(version_id: str | None) -> None:
    shown = SSE_S3 if version_id is None else Answer(algorithm="AES256", version_id=version_id)
    old = GetObject(bucket="b", key="o", version=0)
    again = PutObject(bucket="b", key="o", body="new")
    versioned = asked(PutBucketVersioning(bucket="b", status="Enabled"))
    assert accepted(checked(NEW, versioned, asked(PUT, shown), asked(again), asked(old, Answer(body="text"))))
    assert not accepted(checked(NEW, versioned, asked(PUT, shown), asked(again), asked(old, Answer(body="new"))))


def test_an_object_is_there_again_once_its_delete_marker_is_deleted() -> None:
    versioned = asked(PutBucketVersioning(bucket="b", status="Enabled"))
    marked = (NEW, versioned, asked(PUT), asked(DeleteObject(bucket="b", key="o")))
    unmarked = asked(DeleteObject(bucket="b", key="o", version=1))
    assert accepted(checked(*marked, asked(GET, NOT_FOUND)))
    assert accepted(checked(*marked, unmarked, asked(GET, Answer(body="text"))))
    assert not accepted(checked(*marked, unmarked, asked(GET, NOT_FOUND)))


# --- other fields ----------------------------------------------------------------------------------------------------

CUSTOMER = EncryptionHeaders(customer=CustomerKey("mine"))


def sse_c(md5: str | None = "bWluZQ==", **more: object) -> Answer:
    """An answer that shows SSE-C."""
    shown: dict[str, object] = {"status": 200, "algorithm": None, "customer_algorithm": "AES256"}
    return Answer(**shown | {"customer_key_md5": md5} | more)  # type: ignore[arg-type]


def test_the_md5_of_a_customer_key_is_learnt_and_is_not_that_of_another_key() -> None:
    put = asked(PutObject(bucket="b", key="o", headers=CUSTOMER), sse_c())
    mine = asked(GetObject(bucket="b", key="o", customer=CustomerKey("mine")), sse_c())
    assert accepted(checked(NEW, put, mine))
    assert not accepted(checked(NEW, asked(PutObject(bucket="b", key="o", headers=CUSTOMER), sse_c(None))))
    for key, md5, fits in (("mine", "b3RoZXI=", False), ("other", "b3RoZXI=", True), ("other", "bWluZQ==", False)):
        write = PutObject(bucket="b", key="p", headers=EncryptionHeaders(customer=CustomerKey(key)))
        assert accepted(checked(NEW, put, asked(write, sse_c(md5)))) == fits


@pytest.mark.parametrize(("key", "fits"), [("mine", True), ("other", False)])
def test_an_object_that_is_shown_to_be_sse_c_is_read_with_its_key_from_then_on(key: str, fits: bool) -> None:
    bucket = DeclaredBucket(bucket="b", default="none")
    first = asked(GetObject(bucket="b", key="o", customer=CustomerKey("mine")), sse_c())
    again = asked(GetObject(bucket="b", key="o", customer=CustomerKey(key)), Answer(status=200))
    assert accepted(checked(first, again, declared=[bucket])) == fits


REPLICATED = (
    asked(CreateBucket(bucket="src")),
    asked(CreateBucket(bucket="dst")),
    asked(PutBucketVersioning(bucket="src", status="Enabled")),
    asked(PutBucketVersioning(bucket="dst", status="Enabled")),
    asked(PutBucketReplication(bucket="src", destination="dst"), Answer(status=200)),
)


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        (ReplicationAnswer(destination="dst", sse_kms=None, replica_key=None), True),
        (ReplicationAnswer(destination="$"), True),
        ("$", True),
        (ReplicationAnswer(destination="src"), False),
        (ReplicationAnswer(sse_kms="Enabled"), False),
        (ReplicationAnswer(replica_key="$k"), False),
        (None, False),
    ],
    ids=str,
)
def test_a_replication_must_fit_as_far_as_it_was_recorded(shown: object, fits: bool) -> None:
    answer = Answer(status=200, replication=shown)  # type: ignore[arg-type]
    assert accepted(checked(*REPLICATED, asked(GetBucketReplication(bucket="src"), answer))) == fits


@pytest.mark.parametrize(("written", "replica", "fits"), [("$v", "$v", True), ("$v", "$w", False), (None, "$w", True)])
def test_a_replica_has_the_version_id_of_its_source_if_that_was_recorded(
    written: str | None, replica: str, fits: bool
) -> None:
    put = PutObject(bucket="src", key="o", body="text")
    head = asked(HeadReplica(bucket="dst", key="o", source="src"), Answer(algorithm="AES256", version_id=replica))
    answer = Answer(algorithm="AES256") if written is None else Answer(algorithm="AES256", version_id=written)
    assert accepted(checked(*REPLICATED, asked(put, answer), head)) == fits


def test_a_replica_of_an_object_of_which_nothing_is_known_may_be_anything() -> None:
    declared = [DeclaredBucket(bucket=name, default="none", versioning="Enabled") for name in ("src", "dst")]
    configured = asked(PutBucketReplication(bucket="src", destination="dst"), Answer(status=200))
    for shown in (SSE_S3, kms(), Answer(status=404)):
        head = asked(HeadReplica(bucket="dst", key="old", source="src"), shown)
        assert accepted(checked(configured, head, declared=declared))


# --- what was there before -------------------------------------------------------------------------------------------


def test_a_bucket_that_nothing_made_is_not_there() -> None:
    found = checked(asked(PUT, SSE_S3))
    assert found.dissent is not None
    assert found.dissent.permitted[0][0].refusal is not None
    assert found.dissent.permitted[0][0].refusal.codes == ("NoSuchBucket",)


def test_a_declared_default_is_in_force() -> None:
    bucket = DeclaredBucket(bucket="b", default=Rule("aws:kms", bucket_key=True))
    assert accepted(checked(asked(PUT, kms(bucket_key=True)), declared=[bucket]))
    assert not accepted(checked(asked(PUT, SSE_S3), declared=[bucket]))


@pytest.mark.parametrize("word", ["none", "never"])
def test_a_bucket_can_be_declared_to_have_no_default(word: str) -> None:
    bucket = DeclaredBucket(bucket="b", default=word)  # type: ignore[arg-type]
    assert accepted(checked(asked(SHOW, NO_DEFAULT), declared=[bucket], date=EARLY))
    assert not accepted(checked(asked(SHOW, NO_DEFAULT), declared=[bucket], date=LATE))


def test_nothing_is_judged_of_a_bucket_whose_default_is_unknown_before_an_answer_shows_it() -> None:
    bucket = DeclaredBucket(bucket="b")
    found = checked(asked(PUT, kms()), asked(HEAD, kms()), declared=[bucket])
    assert (found.verdict, found.judged) == ("accepted", 0)
    shown = asked(SHOW, Answer(configuration=(BASELINE,)))
    assert accepted(checked(shown, asked(PUT, SSE_S3), declared=[bucket]))
    assert not accepted(checked(shown, asked(PUT, kms()), declared=[bucket]))
    assert not accepted(checked(asked(SHOW, NO_DEFAULT), asked(PUT, SSE_S3), declared=[bucket], date=EARLY))


@pytest.mark.parametrize("key", ["alias/aws/s3", "alias/name", "$k", IdOf("$k"), None], ids=str)
def test_a_default_that_an_answer_shows_is_in_force_if_its_key_is_known(key: str | IdOf | None) -> None:
    declared = (DeclaredBucket(bucket="b"), DeclaredKey(key="k", arn="$k"), DeclaredAlias(alias="name", key="k"))
    shown = asked(SHOW, Answer(configuration=(RuleAnswer(algorithm="aws:kms", key=key, bucket_key=True),)))
    assert accepted(checked(shown, asked(PUT, kms(bucket_key=True)), declared=declared))
    assert not accepted(checked(shown, asked(PUT, SSE_S3), declared=declared))
    assert not accepted(checked(shown, asked(PUT, kms(kms_key="$x")), asked(PUT, kms(kms_key="$y")), declared=declared))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(configuration=(RuleAnswer(algorithm="aws:kms", key="alias/of another", bucket_key=False),)),
        Answer(configuration=(RuleAnswer(algorithm="aws:kms", key="$", bucket_key=False),)),
        Answer(configuration=(RuleAnswer(algorithm=None, bucket_key=True),)),
        Answer(configuration="$"),
        Answer(status=404, code="NoSuchBucket"),
    ],
    ids=["of an unknown alias", "not recorded in full", "without an algorithm", "not recorded", "of no bucket"],
)
def test_a_default_that_no_answer_shows_in_full_stays_unknown(answer: Answer) -> None:
    for shown in (SSE_S3, kms()):
        assert accepted(checked(asked(SHOW, answer), asked(PUT, shown), declared=[DeclaredBucket(bucket="b")]))


def test_an_unknown_default_does_not_explain_every_answer() -> None:
    bucket = DeclaredBucket(bucket="b")
    assert accepted(checked(asked(SHOW, NO_DEFAULT), declared=[bucket], date=EARLY))
    assert not accepted(checked(asked(SHOW, NO_DEFAULT), declared=[bucket], date=LATE))
    assert not accepted(checked(asked(SHOW, Answer(code="AccessDenied")), declared=[bucket]))


def test_content_of_a_part_that_was_not_recorded_may_have_any_md5() -> None:
    begun = (NEW, asked(CreateMultipartUpload(bucket="b", key="o", upload="u")))
    part = UploadPart(bucket="b", key="o", upload="u", body="not recorded")
    completed = asked(CompleteMultipartUpload(bucket="b", key="o", upload="u"), Answer(etag=Md5Of(("sent",))))
    read = asked(GET, Answer(body="sent"))
    assert accepted(checked(*begun, asked(part, Answer(etag=Md5Of("sent")), content="unknown"), completed, read))
    assert accepted(checked(*begun, asked(part, content="unknown"), completed, read))
    assert not accepted(checked(*begun, asked(part, Answer(etag=Md5Of("sent"))), completed, read))


def test_a_default_that_may_have_been_put_where_nothing_was_known_stays_unknown() -> None:
    perhaps = asked(PutBucketEncryption(bucket="b", rules=(Rule("AES256"),)), Answer(status="unknown"))
    for shown in (SSE_S3, kms()):
        assert accepted(checked(perhaps, asked(PUT, shown), declared=[DeclaredBucket(bucket="b")]))


def test_a_default_that_is_put_or_deleted_is_known_whatever_it_was_before() -> None:
    bucket = DeclaredBucket(bucket="b")
    assert not accepted(checked(default(BY_ID), asked(PUT, SSE_S3), declared=[bucket, DeclaredKey(key="k")]))
    deleted = asked(DeleteBucketEncryption(bucket="b"), Answer(status=204))
    assert not accepted(checked(deleted, asked(PUT, kms()), declared=[bucket]))


def test_a_declared_key_has_its_state() -> None:
    declared = (DeclaredKey(key="k", state="disabled"), DeclaredBucket(bucket="b", default="none"))
    write = PutObject(bucket="b", key="o", headers=EncryptionHeaders("aws:kms", KeyRef("arn", "k")))
    assert accepted(checked(asked(write, Answer(status=400, code="KMS.DisabledException")), declared=declared))
    assert not accepted(checked(asked(write, kms()), declared=declared))


@pytest.mark.parametrize(
    ("stored", "shown", "fits"),
    [
        (DeclaredContent(algorithm="AES256", body="text"), Answer(algorithm="AES256", body="text"), True),
        (DeclaredContent(algorithm="AES256", body="text"), Answer(body="other"), False),
        (DeclaredContent(algorithm=None), Answer(algorithm="AES256"), False),
        (DeclaredContent(algorithm="aws:kms", kms_key="k"), kms(kms_key="$k"), True),
        (DeclaredContent(algorithm="aws:kms", kms_key="k"), kms(kms_key="$x"), False),
        (DeclaredContent(algorithm="AES256", etag=Md5Of("text")), Answer(etag=Md5Of("text")), True),
        (DeclaredContent(algorithm="AES256", etag="1" * 32), Answer(etag="2" * 32), False),
        (None, kms(), True),
        (None, SSE_S3, True),
    ],
    ids=str,
)
def test_a_declared_object_is_stored_as_declared(stored: DeclaredContent | None, shown: Answer, fits: bool) -> None:
    declared = (
        DeclaredKey(key="k", arn="$k"),
        DeclaredBucket(bucket="b", default="none"),
        DeclaredObject(bucket="b", key="o", stored=stored),
    )
    assert accepted(checked(asked(GET, shown), declared=declared)) == fits


def test_an_object_of_which_nothing_is_known_is_what_the_first_read_shows() -> None:
    bucket = DeclaredBucket(bucket="b", default="none")
    first = asked(HEAD, kms(kms_key="$x", etag="$e"))
    found = checked(first, asked(HEAD, kms(kms_key="$x", etag="$e")), declared=[bucket])
    assert (found.verdict, found.judged) == ("accepted", 1)
    assert not accepted(checked(first, asked(HEAD, SSE_S3), declared=[bucket]))
    assert not accepted(checked(first, asked(HEAD, kms(etag="$f")), declared=[bucket]))


@pytest.mark.parametrize("first", [kms(), kms(kms_key="$"), Answer(status=200), Answer(status=404)], ids=str)
def test_an_object_that_a_read_does_not_show_in_full_stays_unknown(first: Answer) -> None:
    bucket = DeclaredBucket(bucket="b", default="none")
    assert accepted(checked(asked(HEAD, first), asked(HEAD, SSE_S3), declared=[bucket]))


def test_a_bucket_declared_empty_has_no_object() -> None:
    bucket = DeclaredBucket(bucket="b", default="none", objects="none")
    assert not accepted(checked(asked(HEAD, SSE_S3), declared=[bucket]))


def test_an_unknown_object_can_be_copied() -> None:
    declared = (DeclaredBucket(bucket="b", default="none"), DeclaredBucket(bucket="c", default="none"))
    copy = CopyObject(bucket="c", key="copy", source_bucket="b", source_key="o")
    assert accepted(checked(asked(copy, SSE_S3), declared=declared))


# --- what is not modelled --------------------------------------------------------------------------------------------


def unmodelled(*touches: Touched, **answer: object) -> Event:
    return asked(Unmodelled(operation="Something", touches=touches), Answer(**answer))  # type: ignore[arg-type]


WRITTEN = (NEW, KEY, default(BY_ID), asked(PUT, kms(kms_key="$k")))


@pytest.mark.parametrize(
    ("event", "fits"),
    [
        (unmodelled(), False),
        (unmodelled(Touched(bucket="b", key="other")), False),
        (unmodelled(Touched(bucket="b", key="o")), True),
        (unmodelled(Touched(bucket="b")), True),
        (unmodelled(Touched(bucket="b", key="o"), status=403), False),
        (unmodelled(Touched(bucket="b", key="o"), code="AccessDenied"), False),
        (unmodelled(Touched(bucket="b", key="o"), status=500), True),
    ],
    ids=["nothing", "another object", "the object", "its bucket", "refused", "refused by code", "perhaps refused"],
)
def test_an_unmodelled_action_makes_what_it_touched_unknown(event: Event, fits: bool) -> None:
    assert accepted(checked(*WRITTEN, event, asked(HEAD, SSE_S3))) == fits


def test_an_unmodelled_action_on_a_key_may_have_left_it_in_any_state() -> None:
    touched = unmodelled(Touched(kms_key="k"))
    disabled = Answer(status=400, code="KMS.DisabledException")
    assert not accepted(checked(*WRITTEN, asked(GET, disabled)))
    assert accepted(checked(*WRITTEN, touched, asked(GET, disabled)))
    assert accepted(checked(*WRITTEN, touched, asked(GET, kms())))
    assert not accepted(checked(*WRITTEN, touched, asked(GET, disabled), asked(GET, kms())))
    assert not accepted(checked(*WRITTEN, unmodelled(Touched(kms_key="another")), asked(GET, disabled)))


def test_a_bucket_that_was_touched_may_have_gone_or_come() -> None:
    touched = unmodelled(Touched(bucket="b"))
    assert accepted(checked(*WRITTEN, touched, asked(GET, Answer(status=404, code="NoSuchBucket"))))
    assert accepted(checked(touched, asked(PUT, SSE_S3)))


def test_where_the_specification_says_nothing_everything_is_permitted() -> None:
    head = HeadObject(bucket="b", key="o", version=1)
    versioned = asked(PutBucketVersioning(bucket="b", status="Enabled"))
    before = (NEW, versioned, asked(PUT), asked(DeleteObject(bucket="b", key="o")))
    for answer in (Answer(status=405), Answer(status=404), SSE_S3):
        assert accepted(checked(*before, asked(head, answer)))


UPLOAD = CreateMultipartUpload(bucket="b", key="o", upload="u")
WRITES: dict[str, tuple[Event, ...]] = {
    "a write": (asked(PUT, kms(kms_key="$x")),),
    "a copy": (asked(CopyObject(bucket="b", key="o", source_bucket="b", source_key="source"), kms()),),
    "an upload": (
        asked(UPLOAD, kms()),
        asked(UploadPart(bucket="b", key="o", upload="u", body="text"), kms()),
        asked(CompleteMultipartUpload(bucket="b", key="o", upload="u"), kms()),
    ),
    "an update": (
        asked(PUT),
        asked(UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", "k")), Answer(status=200)),
    ),
}
"""What makes an object in a bucket of which nothing is known."""


@pytest.mark.parametrize("name", WRITES)
def test_what_is_written_where_nothing_is_known_is_unknown_until_it_is_read(name: str) -> None:
    declared = (DeclaredKey(key="k"), DeclaredBucket(bucket="b"))
    for shown in (SSE_S3, kms(kms_key="$x")):
        found = checked(*WRITES[name], asked(HEAD, shown), asked(HEAD, shown), declared=declared)
        assert (found.verdict, found.judged) == ("accepted", 0)


def test_a_write_that_is_refused_where_nothing_is_known_leaves_nothing() -> None:
    bucket = DeclaredBucket(bucket="b", objects="none")
    assert accepted(
        checked(
            asked(PUT, Answer(status=400)),
            asked(SHOW, Answer(configuration=(BASELINE,))),
            asked(GET, NOT_FOUND),
            declared=[bucket],
        )
    )


# --- order -----------------------------------------------------------------------------------------------------------


def test_events_without_an_order_of_their_own_come_one_after_the_other() -> None:
    assert accepted(checked(NEW, asked(GET, NOT_FOUND), asked(PUT), asked(GET, Answer(status=200))))
    assert not accepted(checked(NEW, asked(PUT), asked(GET, NOT_FOUND)))


def test_of_a_partial_order_one_that_is_permitted_is_enough() -> None:
    put = asked(PUT, SSE_S3, id="put", after=("new",))
    missing = asked(GET, NOT_FOUND, after=("new",))
    new = asked(CreateBucket(bucket="b"), id="new", after=())
    assert accepted(checked(new, put, missing))
    assert not accepted(checked(new, put, asked(GET, NOT_FOUND, after=("put",))))
    assert not accepted(checked(new, put, missing, asked(GET, NOT_FOUND, after=("put",))))


def test_an_event_without_an_order_follows_the_one_before_it_also_where_others_are_free() -> None:
    new = asked(CreateBucket(bucket="b"), id="new", after=())
    free = asked(PUT, after=("new",))
    assert accepted(checked(new, free, asked(GET, Answer(status=200))))
    assert not accepted(checked(new, free, asked(GET, NOT_FOUND)))


def test_more_orders_than_can_be_looked_at_are_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "ORDER_LIMIT", 2)
    new = asked(CreateBucket(bucket="b"), id="new", after=())
    heads = [asked(HeadObject(bucket="b", key=str(n)), Answer(status=404), after=("new",)) for n in range(4)]
    assert checked(new, *heads).verdict == "accepted"
    assert checked(new, *heads, asked(HEAD, SSE_S3, after=("new",))).verdict == "inconclusive"


# --- days ------------------------------------------------------------------------------------------------------------


def test_a_trace_is_judged_as_of_its_day() -> None:
    unencrypted = Answer(status=200, algorithm=None)
    assert accepted(checked(NEW, asked(PUT, unencrypted), date=EARLY))
    assert not accepted(checked(NEW, asked(PUT, unencrypted), date=LATE))


def test_of_two_days_one_that_permits_the_trace_is_enough() -> None:
    between = (dt.date(2022, 12, 1), dt.date(2023, 2, 1))
    for shown in (None, "AES256"):
        assert accepted(checked(NEW, asked(PUT, Answer(algorithm=shown)), date=between))
    again = PutObject(bucket="b", key="another")
    assert not accepted(checked(NEW, asked(PUT, Answer(algorithm=None)), asked(again, SSE_S3), date=between))


@pytest.mark.parametrize("date", [dt.date(2021, 9, 8), (dt.date(2021, 9, 1), dt.date(2021, 9, 30))], ids=str)
def test_what_may_be_older_than_the_first_day_is_outside(date: dt.date | tuple[dt.date, dt.date]) -> None:
    assert checked(NEW, asked(PUT, Answer(status=404)), date=date).verdict == "outside"


def test_a_rejection_says_at_which_event_and_what_would_have_been_permitted() -> None:
    found = checked(NEW, asked(PUT, SSE_S3), asked(HEAD, kms()))
    assert (found.verdict, found.events, found.judged) == ("rejected", 3, 2)
    assert found.dissent is not None
    assert found.dissent.event == 2
    assert [differs for _, differs in found.dissent.permitted] == ["algorithm"]
