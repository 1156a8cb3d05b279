"""A crew of several processes, each with a target of its own that it opens and closes itself.

The processes are started afresh (`spawn`), which is safe whatever threads there are. They do not hear an interrupt from
the terminal: this process does, and tells them to stop. None outlives the crew, nor this process: one that is left
alone ends as soon as it notices.
"""

from __future__ import annotations

import contextlib
import functools
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Any, Literal, NamedTuple, NoReturn, Self

from sse_adapters.protocol import Identity, TargetError
from sse_reports.result import Signature

from sse_conformance.beyond import Beyond
from sse_conformance.campaign import INTERRUPTED, Progress
from sse_conformance.crew import CrewError, ProcessError, Session, Source, Wanted
from sse_conformance.harvest import NOTHING, Harvest, Part, merge
from sse_conformance.options import Options
from sse_conformance.witness import Witness

__all__ = ["Several"]

STOP_SECONDS = 30.0
"""So long a process has to tidy up after itself before it is ended: a target over a network has to be cleaned."""

NOBODY = "no process of the run is left"

CARRY, SEEK, BEYOND = "carry out", "seek", "look beyond"


# --- what is said ---------------------------------------------------------------------------------------------------


class _Job(NamedTuple):
    """What a process is asked for: to carry out the program of a number, to seek the witness of a divergence, or to
    look beyond the cover.
    """

    verb: str
    what: Any


class _Opened(NamedTuple):
    """The target is open, and so much is planned."""

    identity: Identity
    lengths: tuple[int, ...]


class _Told(NamedTuple):
    """So many goals of a program are done."""

    done: int


class _Done(NamedTuple):
    """The job is done."""

    answer: Any


class _Failed(NamedTuple):
    """Nothing more comes of this process: the target cannot be used, an error of ours came up, or it is gone."""

    reason: str
    why: Literal["target", "error", "gone"]


# --- in each process ------------------------------------------------------------------------------------------------


class _Bell:
    """Makes an interrupt of a request to end, but only while work is done, so that no message is broken off."""

    def __init__(self) -> None:
        self._rung = False
        self._working = False

    def ring(self, _signal: int, _frame: FrameType | None) -> None:
        """Note the request; it interrupts work that is under way."""
        self._rung = True
        if self._working:
            self._working = False
            raise KeyboardInterrupt

    def work(self) -> None:
        """Work begins, or goes on. Raises KeyboardInterrupt if the request came in the meantime."""
        self._working = True
        if self._rung:
            self._working = False
            raise KeyboardInterrupt

    def rest(self) -> None:
        """Work is done, or waits."""
        self._working = False


def _work(pipe: Connection, source: Source, options: Options) -> None:
    """What a process does: open the target, do one job after the other, close it."""
    bell = _Bell()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, bell.ring)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with contextlib.suppress(OSError, KeyboardInterrupt):  # nobody listens any more; asked to end in the midst of a job
        try:
            _work_through(pipe, source, options, bell)
        except TargetError as error:
            pipe.send(_Failed(str(error), "target"))
        except Exception as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            told = " ".join(f"{type(error).__name__}: {error}".split())
            pipe.send(_Failed(f"a process of the run ended with {told} (line {at.lineno}, in {at.name})", "error"))


def _work_through(pipe: Connection, source: Source, options: Options, bell: _Bell) -> None:
    bell.work()
    session = Session(source, options)
    bell.rest()
    try:
        pipe.send(_Opened(session.identity, session.lengths))
        while True:
            try:
                job = pipe.recv()
            except EOFError:
                return  # the crew is dismissed
            bell.work()
            answer = _do(job, session, pipe, bell)
            bell.rest()
            pipe.send(_Done(answer))
    finally:
        bell.rest()
        session.close()


def _do(job: _Job, session: Session, pipe: Connection, bell: _Bell) -> Part | Witness | Beyond:
    def told(done: int) -> None:
        bell.rest()
        pipe.send(_Told(done))
        bell.work()

    if job.verb == CARRY:
        return session.carry_out(job.what, told)
    return session.seek(*job.what) if job.verb == SEEK else session.look_beyond(job.what)


# --- in this one ----------------------------------------------------------------------------------------------------


class _Hand(NamedTuple):
    """A process, and the way to it."""

    process: SpawnProcess
    pipe: Connection


class Several:
    """A crew of several processes. The errors of :class:`sse_conformance.crew.Crew` come up in this one.

    Raises :class:`ProcessError` as well, for an error of ours in one of them. A process that is gone in the midst of a
    program makes the run incomplete.
    """

    def __init__(self, source: Source, options: Options, processes: int) -> None:
        self._source = source
        self._options = options
        self._processes = processes
        self._hands: list[_Hand] = []
        self._busy: dict[Connection, _Job] = {}
        self._gone: set[Connection] = set()

    def __enter__(self) -> Self:
        try:
            for number in range(self._processes):
                self._hands.append(self._hire(number + 1))
            opened = [self._opened(hand) for hand in self._hands]
        except BaseException:
            self._dismiss(at_once=True)
            raise
        self.identity, self.lengths = opened[0]
        return self

    def __exit__(self, *error: object) -> None:
        self._dismiss(at_once=any(error) or bool(self._busy))

    def _hire(self, number: int) -> _Hand:
        context = get_context("spawn")
        here, there = context.Pipe()
        arguments = (there, self._source, self._options)
        process = context.Process(target=_work, args=arguments, name=f"s3-sse {number}", daemon=True)
        with _undisturbed():  # what it inherits holds until it says itself that it does not hear interrupts
            process.start()
        there.close()
        return _Hand(process, here)

    def _opened(self, hand: _Hand) -> _Opened:
        message = self._receive(hand)
        if isinstance(message, _Failed):
            _fail(message)
        assert isinstance(message, _Opened)  # noqa: S101 - it is what a process says first
        return message

    def _receive(self, hand: _Hand) -> Any:
        try:
            connection.wait([hand.pipe])
            with _undisturbed():  # a message is read whole
                return hand.pipe.recv()
        except (EOFError, ConnectionError):
            self._gone.add(hand.pipe)
            hand.process.join(STOP_SECONDS)
            code = hand.process.exitcode
            how = f"by signal {-code}" if code is not None and code < 0 else f"with exit status {code}"
            return _Failed(f"a process of the run ended {how}", "gone")

    def _dismiss(self, at_once: bool) -> None:
        """End all processes, and wait for that: by closing what they listen to, or by a signal if they are at work."""
        try:
            for hand in self._hands:
                hand.pipe.close()
                if at_once:
                    hand.process.terminate()
            until = time.monotonic() + STOP_SECONDS
            for hand in self._hands:
                hand.process.join(max(0.0, until - time.monotonic()))
        finally:
            for hand in self._hands:
                hand.process.kill()  # does nothing to one that has ended
                hand.process.join()
                hand.process.close()
            self._hands.clear()
            self._busy.clear()

    # --- the work -----------------------------------------------------------------------------------------------

    def carry_out(self, progress: Progress) -> Harvest:
        """Carry the programs out, as many at a time as there are processes."""
        done = [0] * len(self.lengths)

        def told(number: int, goals: int) -> None:
            done[number] = goals
            progress(sum(done), sum(self.lengths))

        waiting = deque(_Job(CARRY, number) for number in range(len(self.lengths)))
        parts: dict[int, Part] = {}
        try:
            for part in self._parts(waiting, told):
                parts[part.number] = part
                if part.incomplete:
                    waiting.clear()
        except KeyboardInterrupt:
            for part in self._interrupted():
                parts[part.number] = part
            for number in range(len(self.lengths)):
                parts.setdefault(number, Part(number=number, incomplete=INTERRUPTED))
        return functools.reduce(merge, (Harvest((part,)) for part in parts.values()), NOTHING)

    def _parts(self, waiting: deque[_Job], told: Callable[[int, int], None]) -> Iterator[Part]:
        for job, answer in self._answers(waiting, told):
            if not isinstance(answer, _Failed):
                yield answer
            elif answer.why == "gone":
                yield Part(number=job.what, incomplete=answer.reason)
            else:
                _fail(answer)

    def _interrupted(self) -> Iterator[Part]:
        """What comes of the programs that are under way when all processes are asked to end."""
        for hand in self._hands:
            hand.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for _, answer in self._answers(deque(), lambda _number, _goals: None, until):
            if not isinstance(answer, _Failed):
                yield answer

    def seek(self, wanted: Wanted) -> Iterator[tuple[Signature, Witness]]:
        """Find the witnesses, as many at a time as there are processes."""
        waiting = deque(_Job(SEEK, one) for one in wanted.items())
        left = len(waiting)
        for job, answer in self._answers(waiting, lambda _number, _goals: None):
            if isinstance(answer, _Failed):
                _fail(answer)
            left -= 1
            yield job.what[0], answer
        if left:
            raise CrewError(NOBODY)

    def look_beyond(self, known: frozenset[Signature]) -> Beyond:
        """Take random programs to the target of one process: what they find depends on those that come before."""
        try:
            for _, answer in self._answers(deque([_Job(BEYOND, known)]), lambda _number, _goals: None):
                if isinstance(answer, _Failed):
                    _fail(answer)
                found: Beyond = answer
                return found
        except KeyboardInterrupt:
            return Beyond(incomplete=INTERRUPTED)
        raise CrewError(NOBODY)

    def _answers(
        self, waiting: deque[_Job], told: Callable[[int, int], None], until: float | None = None
    ) -> Iterator[tuple[_Job, Any]]:
        """Share the jobs out; each with its answer, as soon as it is there. After `until` nothing is waited for."""
        hands = {hand.pipe: hand for hand in self._hands}
        idle = deque(hand for hand in self._hands if hand.pipe not in self._busy and hand.pipe not in self._gone)
        while True:
            while idle and waiting:
                hand, job = idle.popleft(), waiting.popleft()
                self._busy[hand.pipe] = job
                with _undisturbed(), contextlib.suppress(ConnectionError):  # that it is gone shows when it is heard
                    hand.pipe.send(job)
            if not self._busy:
                return
            ready = connection.wait(list(self._busy), None if until is None else max(0.0, until - time.monotonic()))
            if not ready:
                return
            for pipe in ready:
                assert isinstance(pipe, Connection)  # noqa: S101 - nothing else is waited for
                message = self._receive(hands[pipe])
                if isinstance(message, _Told):
                    told(self._busy[pipe].what, message.done)
                    continue
                job = self._busy.pop(pipe)
                if isinstance(message, _Done):
                    idle.append(hands[pipe])
                    yield job, message.answer
                else:
                    yield job, message


def _fail(failed: _Failed) -> NoReturn:
    if failed.why == "target":
        raise TargetError(failed.reason)
    raise (CrewError if failed.why == "gone" else ProcessError)(failed.reason)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Have an interrupt wait until this is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
