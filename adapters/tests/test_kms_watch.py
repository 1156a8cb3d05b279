"""What a space tells of the calls to KMS: those of its writes, under its own keys, and nothing that is not certain."""

from __future__ import annotations

import pytest
from sse_adapters.carrier import Carrier, Login
from sse_adapters.kms_watch import FORGOTTEN, RUN_SECONDS, TOO_FAR_APART, KmsWatch
from sse_adapters.kms_witness import KmsCall, KmsWitness
from sse_adapters.names import NameMap
from sse_spec.actions import Action, CopyObject, DeleteObject, HeadObject, PutObject, ReadKmsCalls
from sse_spec.observations import Observation

ARN, OTHER_ARN, FOREIGN = (f"arn:aws:kms:us-east-1:123456789012:key/{name}" for name in ("a", "b", "of-the-store"))
BUCKET = "arn:aws:s3:::s3sse-t-0-b"
LOOK = ReadKmsCalls(bucket="b", key="o")
DONE, REFUSED, UNKNOWN = Observation(200), Observation(403, code="AccessDenied"), Observation(0, fault="no-answer")


class Told(KmsWitness):
    """A witness that is told what it would have seen."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9")

    def tell(self, *calls: KmsCall) -> None:
        """Have it see calls."""
        for call in calls:
            self._note(call)


class Watched:
    """A watch over a store that asks its KMS for whatever the test says."""

    def __init__(self) -> None:
        names = NameMap("s3sse-t-0-", {"main": "123456789012"}, {"home": "us-east-1"})
        names.learn_key("k", "home", ARN)
        names.learn_key("k2", "home", OTHER_ARN)
        self.witness, self.seconds = Told(), 0.0
        self.watch = KmsWatch(self.witness, names, lambda: self.seconds)

    def write(self, action: Action, *calls: KmsCall, answer: Observation = DONE) -> Observation:
        """Carry a write out, during which these calls are made."""

        def store(_: Action) -> Observation:
            self.witness.tell(*calls)
            return answer

        return self.watch.perform(action, store)

    def look(self, look: ReadKmsCalls = LOOK) -> Observation:
        """What the watch says."""
        return self.watch.perform(look, _nobody)


def _nobody(action: Action) -> Observation:
    raise AssertionError(f"{action} is no request to the store")


def put(key: str = "o", bucket: str = "b") -> PutObject:
    return PutObject(bucket=bucket, key=key, body="content")


def call(
    context: str | None = f"{BUCKET}/o", arn: str = ARN, operation: str = "GenerateDataKey", status: int = 200
) -> KmsCall:
    return KmsCall(operation, arn, arn, {} if context is None else {"aws:s3:arn": context, "more": "text"}, status)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def calls(seen: Observation) -> tuple[int | None, str | None, str | None]:
    assert seen.status == 200
    return seen.kms_calls, seen.kms_key, seen.kms_context


@pytest.mark.parametrize(
    ("context", "named"),
    [
        (f"{BUCKET}/o", "object"),
        (BUCKET, "bucket"),
        (f"{BUCKET.replace('arn:aws:', 'arn:aws-cn:')}/o", "object"),
        (None, "none"),
        (f"{BUCKET}/another", "other"),
        (f"{BUCKET}/", "other"),
        ("arn:aws:s3:::b/o", "other"),
        ("", "other"),
        ("b/o", "other"),
    ],
)
def test_a_call_is_told_with_its_key_and_what_its_context_names(
    watched: Watched, context: str | None, named: str
) -> None:
    watched.write(put(), call(context))
    assert calls(watched.look()) == (1, ARN, named)


def test_a_write_without_calls_has_neither_key_nor_context(watched: Watched) -> None:
    watched.write(put())
    assert calls(watched.look()) == (0, None, None)


@pytest.mark.parametrize(
    "other",
    [call(arn=FOREIGN), call(operation="Decrypt"), call(operation="DescribeKey"), call(status=400)],
    ids=["a key of the store's own", "Decrypt", "DescribeKey", "refused"],
)
def test_what_makes_no_data_key_under_a_key_of_the_space_does_not_count(watched: Watched, other: KmsCall) -> None:
    watched.write(put(), other, call(), other)
    assert calls(watched.look()) == (1, ARN, "object")


@pytest.mark.parametrize("operation", ["Encrypt", "GenerateDataKeyWithoutPlaintext", "ReEncrypt"])
def test_which_operation_makes_the_data_key_does_not_matter(watched: Watched, operation: str) -> None:
    watched.write(put(), call(operation=operation))
    assert calls(watched.look()) == (1, ARN, "object")


def test_only_what_was_asked_during_the_write_counts(watched: Watched) -> None:
    watched.witness.tell(call())
    watched.write(put("another"), call(f"{BUCKET}/another"))
    watched.write(put(), call())
    watched.watch.perform(HeadObject(bucket="b", key="o"), lambda _: DONE)
    watched.write(put(bucket="b2"), call())
    watched.witness.tell(call())
    assert calls(watched.look()) == (1, ARN, "object")


def test_the_last_write_counts_and_a_refused_one_is_none(watched: Watched) -> None:
    watched.write(put(), call(), call())
    copy = CopyObject(bucket="b", key="o", source_bucket="b", source_key="another")
    watched.write(copy, call(BUCKET), call(operation="Decrypt"))
    assert calls(watched.look()) == (1, ARN, "bucket")
    assert watched.write(put(), call(), answer=REFUSED) == REFUSED
    assert calls(watched.look()) == (1, ARN, "bucket")


def test_a_refused_first_write_is_no_write(watched: Watched) -> None:
    watched.write(put(), call(), answer=REFUSED)
    assert (watched.look().fault, watched.look().message) == ("late", FORGOTTEN)


def test_of_several_writes_all_calls_are_told(watched: Watched) -> None:
    for key in ("o", "o2", "o3"):
        watched.write(put(key), call(f"{BUCKET}/{key}"))
    assert calls(watched.look(ReadKmsCalls(bucket="b", key="o", others=("o2", "o3")))) == (3, ARN, "object")


def test_several_keys_and_several_contexts_are_told_as_such(watched: Watched) -> None:
    watched.write(put("o"), call())
    watched.write(put("o2"), call(BUCKET, OTHER_ARN))
    assert calls(watched.look(ReadKmsCalls(bucket="b", key="o", others=("o2",)))) == (2, "several", "several")


@pytest.mark.parametrize("action", [put(), DeleteObject(bucket="b", key="o")], ids=["a write", "a deletion"])
def test_after_a_request_of_unknown_fate_nothing_is_known(watched: Watched, action: Action) -> None:
    watched.write(put(), call())
    watched.write(action, answer=UNKNOWN)
    assert (watched.look().fault, watched.look().message) == ("late", FORGOTTEN)


def test_what_was_deleted_was_written_by_nobody_knows_which_request(watched: Watched) -> None:
    watched.write(put(), call())
    watched.write(DeleteObject(bucket="b", key="o"), answer=REFUSED)
    assert watched.look().status == 200
    watched.write(DeleteObject(bucket="b", key="o"))
    assert watched.look().message == FORGOTTEN


def test_a_request_that_raises_leaves_nothing_known(watched: Watched) -> None:
    watched.write(put(), call())
    with pytest.raises(AssertionError):
        watched.watch.perform(put(), _nobody)
    assert watched.look().message == FORGOTTEN


def test_writes_that_are_too_far_apart_say_nothing(watched: Watched) -> None:
    look = ReadKmsCalls(bucket="b", key="o", others=("o2",))
    watched.write(put("o"), call(BUCKET))
    watched.seconds = RUN_SECONDS
    watched.write(put("o2"))
    assert calls(watched.look(look)) == (1, ARN, "bucket")
    watched.seconds += 0.1
    watched.write(put("o2"))
    assert (watched.look(look).fault, watched.look(look).message) == ("late", TOO_FAR_APART)
    assert calls(watched.look()) == (1, ARN, "bucket")


def test_calls_that_the_witness_has_forgotten_are_not_guessed(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.write(put(), call())
    monkeypatch.setattr(watched.witness, "between", lambda _first, _last: None)
    assert watched.look().message == FORGOTTEN


@pytest.mark.parametrize("flag", [None, "false"])
def test_where_the_key_that_an_answer_names_was_not_used_the_one_that_was_is_told(
    watched: Watched, flag: str | None
) -> None:
    answer = Observation(200, algorithm="aws:kms", kms_key=ARN, bucket_key=flag)
    watched.write(put(), call(arn=FOREIGN), answer=answer)
    assert calls(watched.look()) == (1, FOREIGN, "object")
    watched.write(put(), call(arn=FOREIGN), call(), answer=answer)
    assert calls(watched.look()) == (1, ARN, "object")


@pytest.mark.parametrize(
    "answer",
    [
        Observation(200, algorithm="AES256"),
        Observation(200, algorithm="aws:kms", kms_key=FOREIGN),
        Observation(200, algorithm="aws:kms", kms_key=ARN, bucket_key="true"),
    ],
    ids=["SSE-S3", "another key", "a bucket key"],
)
def test_what_a_store_does_with_keys_of_its_own_is_not_told_of_objects_that_may_need_no_call(
    watched: Watched, answer: Observation
) -> None:
    watched.write(put(), call(arn=FOREIGN), answer=answer)
    assert calls(watched.look()) == (0, None, None)


def test_a_space_without_a_witness_has_no_answer() -> None:
    logins = {"main": Login("key", "secret")}
    carrier = Carrier(accounts={"main": "123456789012"}, regions={"home": "us-east-1"}, logins=logins)
    assert carrier.space(cleans=False).perform(LOOK).fault == "exception"
