"""One exploration: what it has found, what the target has said that it does not offer, and the example under way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from sse_adapters.protocol import Identity, Space, Target
from sse_reports.result import Signature
from sse_spec.actions import (
    Action,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    GetBucketEncryption,
    GetBucketLogging,
    GetBucketReplication,
    GetObject,
    HeadObject,
    S3Action,
    kind,
)
from sse_spec.clauses import clauses
from sse_spec.model import Model
from sse_spec.observations import Observation

from sse_conformance.cover import advance
from sse_conformance.findings import Finding, Judgement
from sse_conformance.judge import Judge
from sse_conformance.retrace import Log
from sse_conformance.staging import read_back
from sse_conformance.stateful.composer import Composer
from sse_conformance.stateful.draws import Draws
from sse_conformance.stateful.steps import CHANGES, Step, themed
from sse_conformance.stateful.temper import Temper
from sse_conformance.stateful.writing import probe
from sse_conformance.tally import Tally

__all__ = ["Discovery", "Example", "Over", "Session"]

SILENCE_LIMIT = 5
"""So many calls in a row without an answer, and the target counts as dead."""

READS = GetBucketEncryption | GetBucketLogging | GetBucketReplication | GetObject | HeadObject
"""Requests that leave nothing behind that could be foreseen."""

MAKERS: dict[type[Action], str] = {CreateBucket: "bucket", CreateKey: "key", CreateMultipartUpload: "upload"}
"""The requests that make what others name, and the field that holds its name."""

NAMING = ("bucket", "source_bucket", "destination", "target", "source", "upload")
"""The fields by which a request names what another one made, but for keys."""


THEMED = 50
"""In percent, how often a step is one of the theme of its example, whichever rule was selected."""


class Over(BaseException):
    """The exploration has come to its end before its examples have.

    No error, and no Exception either: of those Hypothesis makes a failure of its own.
    """


class Discovery(NamedTuple):
    """A divergence of a signature that was not known.

    `program` are the requests of its example up to the divergent one, with the read that follows it if that has shown
    the divergence or changed what it is put down to. `calls` counts the calls of the exploration until then; `log` has
    the requests of the program with their answers.
    """

    signature: Signature
    finding: Finding
    program: tuple[S3Action, ...]
    calls: int
    log: Log


class Session:
    """An exploration under way."""

    def __init__(
        self,
        model: Model,
        identity: Identity,
        target: Target,
        known: Collection[Signature],
        classes: Collection[str],
        enough: Callable[[Discovery], bool] | None,
    ) -> None:
        self.model = model
        self.target = target
        self.judge = Judge(model, identity.accounts, identity.regions)
        self.discoveries: list[Discovery] = []
        self.steps = 0
        self.examples = 0
        self.calls = 0
        self.incomplete = ""
        self.log: list[tuple[S3Action, Observation]] = []
        self._space: Space | None = None
        self._principals = frozenset(identity.principals or identity.accounts)
        self._seen = set(known)
        self._clauses = frozenset(c.id for c in clauses().values() if c.clause_class in classes)
        self._enough = enough
        self._answered: set[str] = set()
        self._refusing: set[str] = set()
        self._silent = 0

    def example(self, temper: Temper) -> Example:
        """Begin an example in a fresh space."""
        self.close()
        self.examples += 1
        self.log = []
        self._space = self.target.space()
        self.judge.fresh()
        self.judge.tally = Tally()  # a choice that differs from one in another example could not be replayed
        return Example(self, temper)

    def close(self) -> None:
        """Give the space of the last example back."""
        space, self._space = self._space, None
        if space is not None:
            space.close()

    def offers(self, action: Action) -> bool:
        """Whether the target has the principal of a request, and has not said that it does not offer the operation."""
        return action.principal in self._principals and kind(action) not in self._refusing

    def call(self, action: S3Action) -> Judgement:
        """Ask the target for something and judge the answer. Raises :class:`Over` when the target is lost."""
        assert self._space is not None  # noqa: S101 - only an example that is under way asks
        self.calls += 1
        seen = self._space.perform(action)
        self.log.append((action, seen))
        judgement = self.judge.step(action, seen)
        self._silent = self._silent + 1 if seen.fault == "no-answer" else 0
        if judgement.lost or self._silent >= SILENCE_LIMIT:
            self.incomplete = f"the target was lost after {self.calls} calls: {seen.message or 'no answer'}"
            raise Over
        if not judgement.unsupported:
            self._answered.add(kind(action))
        elif kind(action) not in self._answered:
            self._refusing.add(kind(action))
        return judgement

    def discover(self, finding: Finding, length: int) -> None:
        """Keep a finding if it is new; `length` is that of the program which shows it. Raises :class:`Over`."""
        if finding.signature in self._seen or finding.signature.clause not in self._clauses:
            return
        self._seen.add(finding.signature)
        log = tuple(self.log[:length])
        found = Discovery(finding.signature, finding, tuple(action for action, _ in log), self.calls, log)
        self.discoveries.append(found)
        if self._enough is not None and self._enough(found):
            raise Over


class Example:
    """A program as it is composed, on its way to the target."""

    def __init__(self, session: Session, temper: Temper) -> None:
        self._session = session
        temper, self._theme = themed(temper, temper.theme)
        self._composer = Composer(session.model.as_of, temper, self._perform)
        self._steps = 0
        self._absent: set[tuple[str, str]] = set()

    def take(self, step: Step, drawn: int) -> None:
        """Take one step, by the choices that a number stands for."""
        self._steps += 1
        self._session.steps += 1
        composer = self._composer
        composer.draws = Draws(drawn, self._steps)
        if composer.chance(THEMED):
            step = composer.draws.of(self._theme)
        step(composer)
        if step in CHANGES and composer.chance(composer.temper.probing):
            probe(composer)

    def close(self) -> None:
        """Give the space back."""
        self._session.close()

    def _perform(self, action: S3Action) -> None:
        """Foresee what a request leaves behind; send it and the read that shows that, where the target offers it."""
        if not isinstance(action, READS):
            self._composer.world = advance(self._session.model, self._composer.world, action)
        if not self._can_be_asked(action):
            return
        judged = [self._call(action)]
        back = read_back(action)
        if back is not None and not judged[0][0].unsupported and self._session.offers(back):
            judged.append(self._call(back))
        for judgement, length, at_first in judged:
            for finding, signature in zip(judgement.findings, at_first, strict=True):
                whole = length if finding.signature == signature else len(self._session.log)
                self._session.discover(finding, whole)

    def _call(self, action: S3Action) -> tuple[Judgement, int, tuple[Signature, ...]]:
        judgement = self._session.call(action)
        return judgement, len(self._session.log), tuple(finding.signature for finding in judgement.findings)

    def _can_be_asked(self, action: S3Action) -> bool:
        """Whether the target offers a request and everything that it names; drawn it was in any case."""
        named = {("bucket" if name != "upload" else name, getattr(action, name, None)) for name in NAMING}
        made = MAKERS.get(type(action))
        if self._session.offers(action) and not named & self._absent:
            return True
        if made is not None:
            self._absent.add((made, getattr(action, made)))
        return False
