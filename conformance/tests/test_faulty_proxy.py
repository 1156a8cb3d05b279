"""Behind a proxy that delays, cuts, duplicates and corrupts, the failing clauses are those that fail without it."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sse_adapters.carrier import Carrier, Login
from sse_adapters.space import BotoSpace
from sse_conformance import ledger
from sse_conformance.engine import Options, run
from sse_conformance.faulty.mishaps import KINDS, Exchange, Mishap, Script
from sse_conformance.faulty.moto_server import MotoServer, MotoServerTarget
from sse_conformance.faulty.proxy import FaultyProxy
from sse_reports.result import Result
from sse_spec.actions import Action, GetBucketEncryption, GetObject, HeadObject, PutObject
from sse_spec.observations import Observation

pytestmark = pytest.mark.once

SECONDS = 1.0
"""When an answer counts as lost; a delayed one takes longer."""

CONFIGURATION = (
    b"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
    b"</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
)
CALM = Exchange(None, 0.0)
PUT, HEAD = PutObject(bucket="b", key="o", body="hello"), HeadObject(bucket="b", key="o")
GET, READ = GetBucketEncryption(bucket="b"), GetObject(bucket="b", key="o")


class Written(Script):
    """A script that is written by hand; after its end nothing happens."""

    def __init__(self, *exchanges: Exchange) -> None:
        super().__init__(0, 0.0)
        self._exchanges = iter(exchanges)

    def next(self) -> Exchange:
        return next(self._exchanges, CALM)


class Store:
    """A server that says AES256 to everything, and counts the requests."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                store.asked[self.command] += 1
                body = CONFIGURATION if "encryption" in self.path else b"hello" if self.command != "PUT" else b""
                self.send_response(200)
                self.send_header("x-amz-server-side-encryption", "AES256")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_PUT = do_HEAD = answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.close()


def answers(store: Store, script: Script, *actions: Action) -> list[Observation]:
    with FaultyProxy("127.0.0.1", store.server.server_port, script, 3 * SECONDS) as proxy:
        carrier = Carrier(
            accounts={"main": "111111111111"},
            regions={"home": "us-east-1"},
            logins={"main": Login("key", "secret")},
            endpoint=proxy.endpoint,
            read_seconds=SECONDS,
        )
        space: BotoSpace = carrier.space(cleans=False)
        seen = [space.perform(action) for action in actions]
        carrier.close()
    return seen


def test_without_a_mishap_the_proxy_changes_nothing(store: Store) -> None:
    put, head, get, read = answers(store, Written(), PUT, HEAD, GET, READ)
    assert [one.fault for one in (put, head, get, read)] == [None] * 4
    assert [one.algorithm for one in (put, head, read)] == ["AES256"] * 3
    assert (head.length, read.body) == (5, "hello")
    assert get.configuration is not None
    assert store.asked == {"PUT": 1, "HEAD": 1, "GET": 2}


@pytest.mark.parametrize(
    ("mishap", "asked"),
    [("cut before the request", 0), ("cut before the answer", 1), ("cut in the answer", 1), ("delayed", 1)],
)
def test_a_delay_and_a_cut_are_no_answer_and_the_next_call_is_not_harmed(
    store: Store, mishap: Mishap, asked: int
) -> None:
    first, second = answers(store, Written(Exchange(mishap, 0.9)), GET, HEAD)
    assert (first.status, first.fault) == (0, "no-answer")
    assert (second.fault, second.algorithm) == (None, "AES256")
    assert sum(store.asked.values()) == asked + 1


def test_a_request_sent_twice_is_done_twice_and_answered_once(store: Store) -> None:
    first, second = answers(store, Written(Exchange("request sent twice", 0.0)), PUT, HEAD)
    assert (first.fault, second.fault) == (None, None)
    assert store.asked == {"PUT": 2, "HEAD": 1}


def test_an_answer_sent_twice_is_not_taken_for_that_to_the_next_request_for_good(store: Store) -> None:
    script = Written(*itertools.chain(*((Exchange("answer sent twice", 0.0), CALM, CALM) for _ in range(4))))
    seen = answers(store, script, PUT, GET, READ, HEAD, GET, READ, GET, GET, READ, READ, GET, READ)
    for doubled, _, last in zip(*[iter(seen)] * 3, strict=True):
        assert doubled.fault is None
        assert last.body == "hello"


@pytest.mark.parametrize("mishap", ["corrupted body", "corrupted header", "cut in the answer"])
def test_whatever_is_corrupted_or_cut_becomes_an_observation_and_the_next_call_is_not_harmed(
    store: Store, mishap: Mishap
) -> None:
    befallen = [(Exchange(mishap, number / 8 + 0.05), action) for number in range(8) for action in (PUT, GET)]
    script = Written(*itertools.chain(*((exchange, CALM) for exchange, _ in befallen)))
    seen = answers(store, script, *itertools.chain(*((action, HEAD) for _, action in befallen)))
    assert [(one.fault, one.algorithm) for one in seen[1::2]] == [(None, "AES256")] * len(befallen)


# --- the script -------------------------------------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_script() -> None:
    def script(seed: int) -> list[Exchange]:
        written = Script(seed, 0.01)
        return [written.next() for _ in range(500)]

    assert script(1) == script(1)
    assert script(1) != script(2)


def test_every_kind_befalls_its_share_of_the_exchanges() -> None:
    script = Script(3, 0.05)
    happened = Counter(script.next().mishap for _ in range(20_000))
    for kind in KINDS.values():
        assert 0.04 < sum(happened[mishap] for mishap in kind) / 20_000 < 0.06
    assert set(happened) == {None, *itertools.chain(*KINDS.values())}


def test_more_mishaps_than_exchanges_cannot_be_had() -> None:
    with pytest.raises(ValueError, match="4 kinds of mishaps cannot each befall 30%"):
        Script(1, 0.3)


# --- a real server ----------------------------------------------------------------------------------------------------


def failing(result: Result) -> set[str]:
    return {clause.id for clause in result.clauses if clause.verdict == "fail"}


def test_the_failing_clauses_are_the_same_with_and_without_faults() -> None:
    options = Options(classes=("core", "kms"), size="clauses", ledger=ledger.EMPTY)
    with MotoServer() as server:
        calm = run(lambda: MotoServerTarget(server, server.endpoint, 10.0), options)
        script = Script(1, 0.01)
        with FaultyProxy(server.host, server.port, script, 2 * SECONDS) as proxy:
            stormy = run(lambda: MotoServerTarget(server, proxy.endpoint, SECONDS), options)
            happened = set(proxy.happened)
    assert failing(calm)
    assert failing(stormy) == failing(calm)
    assert all(any(mishap in happened for mishap in kind) for kind in KINDS.values())
    assert stormy.incomplete == ""
    verdicts = {clause.id: clause.verdict for clause in calm.clauses}
    changed = {clause.verdict for clause in stormy.clauses if clause.verdict != verdicts[clause.id]}
    assert changed <= {"inconclusive"}
