"""Stores in front of a KMS, with the witness between them: what is found in those that call it wrongly, and in none
that calls it rightly.
"""

from __future__ import annotations

import datetime as dt
import functools
import http.client
import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

import pytest
from msgspec.structs import replace
from sse_adapters.kms_watch import KmsWatch
from sse_adapters.kms_witness import KmsWitness
from sse_adapters.names import NameMap
from sse_adapters.protocol import Identity
from sse_conformance.campaign import UNWITNESSED, Campaign
from sse_conformance.cover import Plan, plan, restricted, unseen
from sse_conformance.engine import Options, run
from sse_conformance.reference import ACCOUNTS, REGIONS, ReferenceSpace, ReferenceTarget
from sse_reports.result import Result
from sse_spec.actions import Action, CreateKey, PutBucketEncryption, Storing
from sse_spec.clauses import EDITION, FIRST_DAY
from sse_spec.model import standard
from sse_spec.observations import Observation

WATCHED = frozenset({"KMS-23", "KMS-24", "KMS-25", "KMS-26", "BKT-12", "BKT-13"})
CLASSES_OF_THEM = ("kms", "bucket-key")
OWN_KEY = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"


class Kms:
    """A KMS that makes a data key under whatever key it is asked for."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = json.dumps({"KeyId": asked["KeyId"], "CiphertextBlob": "AAAA"}).encode()
                self.send_response_only(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads, self._server.block_on_close = True, False
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Store:
    """A store of a few lines, in front of a KMS that it asks for each object as the documents say. It is a space."""

    def __init__(self, inside: ReferenceSpace, kms_url: str, witness: KmsWitness) -> None:
        self._inside = inside
        self._names = NameMap("s3sse-t-0-", ACCOUNTS, REGIONS)
        self._watch = KmsWatch(witness, self._names)
        self._kms = kms_url.removeprefix("http://")
        self.bucket_keys: set[tuple[str, str]] = set()
        self.defaults: dict[str, str] = {}

    def perform(self, action: Action) -> Observation:
        """Have the watch look on."""
        return self._watch.perform(action, self._store)

    def close(self) -> None:
        """Forget everything."""
        self._inside.close()

    def _store(self, action: Action) -> Observation:
        seen = self._inside.perform(action)
        if isinstance(action, CreateKey) and seen.key_arn is not None:
            self._names.learn_key(action.key, action.region, seen.key_arn)
        if isinstance(action, PutBucketEncryption) and action.rules[0].key is not None:
            self.defaults[self._names.bucket(action.bucket)] = self._names.key(action.rules[0].key, action.principal)
        if isinstance(action, Storing) and not seen.refused:
            self.encrypt(f"{self._names.bucket(action.bucket)}/{action.key}", seen)
        return seen

    def encrypt(self, place: str, seen: Observation) -> None:
        """Have KMS make a data key for an object, or the bucket key where one is used and there is none yet."""
        if seen.kms_key is None:
            return
        bucket = place.partition("/")[0]
        if seen.bucket_key != "true":
            self.make_key(seen.kms_key, place)
        elif (bucket, seen.kms_key) not in self.bucket_keys:
            self.bucket_keys.add((bucket, seen.kms_key))
            self.make_key(seen.kms_key, bucket)

    def make_key(self, key: str, resource: str) -> None:
        """Have KMS make a data key."""
        self.ask("GenerateDataKey", key, {"aws:s3:arn": f"arn:aws:s3:::{resource}"})

    def ask(self, operation: str, key: str, context: dict[str, str]) -> None:
        """Make a call to KMS."""
        connection = http.client.HTTPConnection(self._kms, timeout=10)
        body = json.dumps({"KeyId": key, "EncryptionContext": context})
        connection.request("POST", "/", body, {"X-Amz-Target": f"TrentService.{operation}"})
        assert connection.getresponse().status == 200
        connection.close()


class EncryptsByItself(Store):
    """It makes its data keys by itself and has KMS encrypt them, which is its own affair."""

    def make_key(self, key: str, resource: str) -> None:
        context = {"aws:s3:arn": f"arn:aws:s3:::{resource}", "more": "of the store's own"}
        for operation in ("DescribeKey", "Encrypt", "Decrypt"):
            self.ask(operation, key, context)


class KeepsItsKeysInKms(Store):
    """It has a key of its own in the same KMS, for SSE-S3 and for whatever else it likes."""

    def encrypt(self, place: str, seen: Observation) -> None:
        self.make_key(OWN_KEY, place)
        super().encrypt(place, seen)


class AsksForEachObjectDespiteBucketKey(Store):
    """It calls a bucket key what is none."""

    def encrypt(self, place: str, seen: Observation) -> None:
        self.bucket_keys.clear()
        super().encrypt(place, seen)


class NamesTheObjectDespiteBucketKey(Store):
    """It makes a bucket key, and tells KMS the object."""

    def encrypt(self, place: str, seen: Observation) -> None:
        self.place = place
        super().encrypt(place, seen)

    def make_key(self, key: str, _resource: str) -> None:
        super().make_key(key, self.place)


class TellsKmsNoObject(Store):
    """It tells KMS the bucket, whatever the key is for."""

    def make_key(self, key: str, resource: str) -> None:
        super().make_key(key, resource.partition("/")[0])


class SharesDataKeysUnasked(Store):
    """It uses a data key for all objects of a bucket."""

    def encrypt(self, place: str, seen: Observation) -> None:
        used = (place.partition("/")[0], seen.kms_key or "")
        if used not in self.bucket_keys:
            super().encrypt(place, seen)
            self.bucket_keys.add(used)


class EncryptsUnderItsOwnKey(Store):
    """It has one key for all objects, and names the customer's."""

    def make_key(self, _key: str, resource: str) -> None:
        super().make_key(OWN_KEY, resource)


class EncryptsSseS3UnderTheKeyOfTheDefault(Store):
    """It has no keys of its own: SSE-S3 objects are encrypted under the key of the default, if that names one."""

    def encrypt(self, place: str, seen: Observation) -> None:
        default = self.defaults.get(place.partition("/")[0])
        super().encrypt(place, replace(seen, kms_key=seen.kms_key or default))


class StoreTarget:
    """A store as a target, with or without a witness before its KMS."""

    def __init__(self, store: type[Store], witnessed: bool = True) -> None:
        self._store, self._witnessed = store, witnessed
        self._inside = ReferenceTarget(standard(EDITION))
        self._kms = Kms()
        self._witness = KmsWitness(self._kms.url)

    def open(self) -> Identity:
        self._kms.__enter__()
        self._witness.start()
        return replace(self._inside.open(), name=self._store.__name__, kms_witness=self._witnessed)

    def space(self) -> Store:
        return self._store(self._inside.space(), self._witness.url, self._witness)

    def close(self) -> None:
        self._witness.stop()
        self._kms.__exit__()


def judged(store: type[Store], witnessed: bool = True) -> Result:
    """What the suite says of a store, of the clauses that take a witness."""
    source = functools.partial(StoreTarget, store, witnessed)
    return run(source, Options(classes=CLASSES_OF_THEM, only=tuple(sorted(WATCHED))))


def verdicts(result: Result) -> dict[str, str]:
    return {one.id: one.verdict for one in result.clauses}


@pytest.mark.parametrize("store", [Store, EncryptsByItself, KeepsItsKeysInKms])
def test_a_store_that_calls_its_kms_rightly_passes(store: type[Store]) -> None:
    result = judged(store)
    assert verdicts(result) == dict.fromkeys(sorted(WATCHED), "pass")
    assert result.exit_status == 0


@pytest.mark.parametrize(
    ("store", "broken"),
    [
        (AsksForEachObjectDespiteBucketKey, {"BKT-13"}),
        (NamesTheObjectDespiteBucketKey, {"BKT-12"}),
        (TellsKmsNoObject, {"KMS-25"}),
        (SharesDataKeysUnasked, {"KMS-24"}),
        (EncryptsUnderItsOwnKey, {"KMS-23"}),
        (EncryptsSseS3UnderTheKeyOfTheDefault, {"KMS-26"}),
    ],
)
def test_a_store_that_calls_it_wrongly_is_found_out(store: type[Store], broken: set[str]) -> None:
    result = judged(store)
    assert {one.signature.clause for one in result.divergences} == broken
    assert {name for name, verdict in verdicts(result).items() if verdict == "fail"} == broken
    assert result.exit_status == 1
    for one in result.divergences:
        assert one.confirmed
        assert one.signature.action == "ReadKmsCalls"
        assert one.script == ""  # what S3 asks its KMS, no client of S3 sees


def test_without_a_witness_the_clauses_are_not_exercised_and_nothing_else_changes() -> None:
    result = judged(Store, witnessed=False)
    assert verdicts(result) == dict.fromkeys(sorted(WATCHED), "not-exercised")
    assert {one.reason for one in result.clauses} == {UNWITNESSED}
    assert result.cover.goals == 0


# --- the plan --------------------------------------------------------------------------------------------------------


@functools.cache
def planned(witnessed: bool) -> Plan:
    return plan(standard(EDITION), CLASSES_OF_THEM, "goals", witnessed)


def test_what_takes_a_witness_is_planned_for_behind_everything_else_and_only_where_there_is_one() -> None:
    more, less = planned(True), planned(False)
    asked = Counter(goal.leaf.action for goal in more.goals) - Counter(goal.leaf.action for goal in less.goals)
    assert set(asked) == {"ReadKmsCalls"}
    for with_witness, without in zip(more.programs, less.programs, strict=True):
        actions = [goal.action for goal in with_witness]
        assert actions[: len(without)] == [goal.action for goal in without]


@pytest.mark.parametrize("day", [FIRST_DAY, EDITION])
def test_the_clauses_that_take_a_witness_are_these(day: dt.date) -> None:
    assert unseen(standard(day)) == WATCHED


def test_a_target_that_offers_no_witness_is_asked_nothing_about_it() -> None:
    model = standard(EDITION)
    target = ReferenceTarget(model)
    identity = target.open()
    campaign = Campaign(model, Identity(identity.name, "1", identity.accounts, identity.regions, 0.01), target.space())
    campaign.run(restricted(model, planned(True), {"KMS-23"}))
    assert set(campaign.absent.values()) == {UNWITNESSED}
    assert campaign.calls["decisive"] == 0
