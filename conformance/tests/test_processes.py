"""Several processes: the result is what one gives, whatever happens to them, and none is left behind."""

from __future__ import annotations

import functools
import importlib
import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sse_adapters.protocol import TargetError
from sse_conformance import ledger
from sse_conformance.crew import Alone, Source
from sse_conformance.engine import Options, ProcessError, run
from sse_conformance.harvest import NOTHING, Harvest, Part, merge
from sse_conformance.processes import Several
from sse_conformance.reference import ReferenceTarget
from sse_reports.result import Result, Signature, Step, decode, encode
from sse_spec.actions import CreateBucket
from sse_spec.model import standard
from sse_spec.situation import Situation

HERE = Path(__file__).parent
CORE = Options(classes=("core", "kms"), ledger=ledger.EMPTY)


@pytest.fixture(scope="module")
def targets() -> Iterator[Any]:
    """The module of targets that other processes can import too."""
    sys.path.insert(0, str(HERE))
    try:
        yield importlib.import_module("process_targets")
    finally:
        sys.path.remove(str(HERE))


def reference(seed: int) -> Source:
    return functools.partial(ReferenceTarget, standard(), seed)


@functools.cache
def parts(source: Source) -> tuple[Part, ...]:
    with Alone(source, CORE) as crew:
        return crew.carry_out(lambda _done, _of: None).parts


def same(one: Result, other: Result) -> bool:
    return encode(replace(one, run=other.run)) == encode(other)


# --- together -------------------------------------------------------------------------------------------------------


def test_it_is_all_the_same_in_which_order_programs_come_together(targets: Any) -> None:
    first, second = parts(targets.forgets_the_key)
    several = [Harvest((one,)) for one in (first, second, Part(number=2, incomplete="lost", calls={"setup": 3}))]
    wanted = Harvest(tuple(one.parts[0] for one in several))
    assert wanted.evidence
    for a, b, c in itertools.permutations(several):
        assert merge(merge(a, b), c) == merge(a, merge(b, c)) == wanted
    assert merge(NOTHING, several[0]) == merge(several[0], NOTHING) == several[0]


def test_what_programs_found_adds_up(targets: Any) -> None:
    first, second = parts(targets.forgets_the_key)
    both = merge(Harvest((second,)), Harvest((first,)))
    assert both.reached == first.reached + second.reached
    assert both.calls["decisive"] == first.calls["decisive"] + second.calls["decisive"]
    counted = {one.signature: one.count for one in first.evidence}
    for one in second.evidence:
        counted[one.signature] = counted.get(one.signature, 0) + one.count
    assert {signature: one.count for signature, one in both.evidence.items()} == counted
    told_by_first = {one.signature: one.situation for one in first.evidence}
    assert told_by_first.items() <= {signature: one.situation for signature, one in both.evidence.items()}.items()
    clause = next(name for name in first.contexts if name in second.contexts)
    assert both.by_clause()[clause] == (
        first.counts[clause] + second.counts[clause],
        len(first.contexts[clause] | second.contexts[clause]),
    )


def test_no_program_counts_twice() -> None:
    with pytest.raises(ValueError, match="program 1"):
        merge(Harvest((Part(number=1),)), Harvest((Part(number=1),)))


def test_a_choice_that_differs_between_programs_is_a_finding() -> None:
    situation = Situation(action="PutObject")
    one, other, third = (
        Part(number=number, constant={("KMS-05", situation): words})
        for number, words in enumerate(("shown", "absent", "absent"))
    )
    assert not Harvest((other, third)).evidence
    signature = Signature("KMS-05", "PutObject", "choice", "shown", "absent")
    assert {k: v.count for k, v in Harvest((one, other, third)).evidence.items()} == {signature: 2}


def test_a_part_arrives_in_another_process_as_it_was(targets: Any) -> None:
    for part in parts(targets.forgets_the_key):
        assert pickle.loads(pickle.dumps(part)) == part


def test_a_step_is_written_alike_after_it_went_to_another_process() -> None:
    step = Step(CreateBucket(bucket="b"), "CreateBucket b", "200")
    assert encode_step(pickle.loads(pickle.dumps(step))) == encode_step(step)


def encode_step(step: Step) -> bytes:
    import msgspec

    return msgspec.json.encode(step)


# --- as many as there are -------------------------------------------------------------------------------------------


def test_two_processes_give_the_bytes_of_one(targets: Any) -> None:
    told: list[tuple[int, int]] = []
    two = run(targets.forgets_the_key, CORE, lambda done, of: told.append((done, of)), processes=2)
    assert two.divergences
    assert all(one.confirmed for one in two.divergences)
    assert same(run(targets.forgets_the_key, CORE), two)
    assert told[-1] == (two.cover.goals, two.cover.goals)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("seed", range(5))
def test_verdicts_and_signatures_are_those_of_the_target_not_of_the_seed(seed: int) -> None:
    verdicts = {clause.verdict for clause in run(reference(seed), CORE).clauses}
    assert verdicts == {"pass"}


def test_a_target_that_cannot_be_opened_is_the_error_of_the_run(targets: Any) -> None:
    with pytest.raises(TargetError, match=r"^start it first$"):
        run(targets.NeverThere, CORE, processes=2)
    assert multiprocessing.active_children() == []


def test_an_error_in_another_process_arrives_in_one_line(targets: Any) -> None:
    with pytest.raises(ProcessError) as raised:
        run(targets.Blunders, CORE, processes=2)
    (line,) = str(raised.value).splitlines()
    assert "ZeroDivisionError: a blunder of two lines" in line
    assert multiprocessing.active_children() == []


def test_a_process_that_is_lost_makes_the_run_incomplete(targets: Any) -> None:
    result = run(targets.Dies, CORE, processes=2)
    assert result.incomplete == "a process of the run ended by signal 9"
    assert result.exit_status == 3
    assert 0 < result.cover.reached < result.cover.goals
    assert decode(encode(result)) == result


def test_no_witness_is_lost_silently_with_its_process(targets: Any) -> None:
    with Several(targets.forgets_the_key, CORE, 2) as crew:
        harvest = crew.carry_out(lambda _done, _of: None)
        wanted = {signature: one.places for signature, one in harvest.evidence.items()}
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        with pytest.raises(Exception, match="signal 9"):
            dict(crew.seek(wanted))


INTERRUPTED = """
import sys
from process_targets import Hangs
from sse_conformance import ledger
from sse_conformance.engine import Options, run
from sse_reports.result import encode

def told(done, of):
    print(done, file=sys.stderr, flush=True)

if __name__ == "__main__":
    result = run(Hangs, Options(classes=("core",), ledger=ledger.EMPTY), told, processes=2)
    sys.stdout.write(encode(result).decode())
    sys.exit(result.exit_status)
"""


def test_an_interrupt_leaves_a_valid_result_and_no_process(tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)])}
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline().strip().isdigit(), process.stderr.read()
            os.killpg(process.pid, signal.SIGINT)  # as from a terminal: all of them get it
            out, _ = process.communicate(timeout=60)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    result = decode(out)
    assert process.returncode == result.exit_status == 3
    assert result.incomplete == "the run was interrupted"
    assert 0 < result.cover.reached < result.cover.goals
    assert gone(process.pid)


def gone(group: int) -> bool:
    """Whether no process of this group is there any more; ends are waited for."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False
