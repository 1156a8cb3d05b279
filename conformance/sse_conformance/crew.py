"""Who does the work of a run: carries the programs of its plan out, and finds witnesses.

Whatever is decided is decided program by program and divergence by divergence, on spaces of their own. So it does not
matter to the result how many processes share the work, nor which of them is done first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, Self

import msgspec
from sse_adapters.protocol import Identity, Target
from sse_reports.result import Signature
from sse_spec.model import standard

from sse_conformance.beyond import Beyond, look_beyond
from sse_conformance.campaign import UNWITNESSED, Campaign, Progress
from sse_conformance.cover import unseen
from sse_conformance.harvest import NOTHING, Harvest, Part, Place, Spent, harvested, merge
from sse_conformance.options import Options
from sse_conformance.patience import PatientTarget
from sse_conformance.provision import Provision
from sse_conformance.witness import Witness, search

__all__ = ["Alone", "Crew", "CrewError", "ProcessError", "Session", "Source", "Told", "Wanted"]

NO_RANDOM = "random programs take keys, buckets and accounts that this run was not given: leave out --examples"

Source = Callable[[], Target]
"""Makes the target of a run, not yet open. For several processes it has to be picklable."""

Told = Callable[[int], None]
"""Told how many goals of a program are done."""

Wanted = Mapping[Signature, tuple[Place, ...]]
"""The divergences of which a witness is wanted, and where each of them came up."""


class CrewError(Exception):
    """Some of those who do the work are gone: ended from outside, or crashed. The message says how."""


class ProcessError(Exception):
    """Another process of the run ended by an error of ours. The message says by which."""


class Crew(Protocol):
    """Those who do the work of a run. A context, at the end of which nothing of it is left."""

    identity: Identity
    lengths: tuple[int, ...]
    """How many goals each program of the plan has."""

    def __enter__(self) -> Self:
        """Open the target. Raises :class:`sse_adapters.protocol.TargetError`."""
        ...

    def __exit__(self, *_: object) -> None:
        """Close it."""
        ...

    def carry_out(self, progress: Progress) -> Harvest:
        """Carry the programs out. After one that ended early no other is begun."""
        ...

    def seek(self, wanted: Wanted) -> Iterator[tuple[Signature, Witness]]:
        """Find the witnesses, in any order. Raises :class:`CrewError`."""
        ...

    def look_beyond(self, known: frozenset[Signature]) -> Beyond:
        """Take random programs to the target, for what diverges and is not known. Raises :class:`CrewError`."""
        ...


class Session:
    """A target that is open, and what one process can do with it."""

    def __init__(self, source: Source, options: Options) -> None:
        self._target = PatientTarget(source())
        self.identity = self._target.open()
        self._options = options
        self._model = standard(options.as_of)
        self._planned = options.plan(self._model, self.identity.kms_witness, Provision.of(self.identity))

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many goals each program of the plan has."""
        return tuple(len(program) for program in self._planned.programs)

    def carry_out(self, number: int, told: Told) -> Part:
        """Carry one program of the plan out."""
        self._target.settle(thorough=False)  # what diverges by that is not confirmed by its replay
        space = self._target.space()
        campaign = Campaign(self._model, self.identity, space)
        if not self.identity.kms_witness:
            campaign.absent[unseen(self._model)] = UNWITNESSED  # it is not even planned for
        try:
            campaign.run(self._planned.alone(number), lambda done, _of: told(done))
        finally:
            space.close()
        spent = Spent(space.seconds, space.wire)
        return msgspec.structs.replace(harvested(number, self._planned, campaign, self.identity), spent=spent)

    def seek(self, signature: Signature, places: tuple[Place, ...]) -> Witness:
        """Find the witness of a divergence that came up at these goals."""
        self._target.settle(thorough=True)
        goals = [self._planned.programs[program][number] for program, number in places]
        return search(self._model, self.identity, self._target, signature, goals)

    def look_beyond(self, known: frozenset[Signature]) -> Beyond:
        """Take random programs to the target, if it lets them make whatever they draw."""
        if Provision.of(self.identity).limited:
            return Beyond(incomplete=NO_RANDOM)
        self._target.settle(thorough=True)
        return look_beyond(self._model, self.identity, self._target, self._options, known)

    def close(self) -> None:
        """Close the target."""
        self._target.close()


class Alone:
    """A crew of this process alone."""

    def __init__(self, source: Source, options: Options) -> None:
        self._source = source
        self._options = options

    def __enter__(self) -> Self:
        self._session = Session(self._source, self._options)
        self.identity = self._session.identity
        self.lengths = self._session.lengths
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def carry_out(self, progress: Progress) -> Harvest:
        """Carry one program out after the other."""
        harvest, before, of = NOTHING, 0, sum(self.lengths)
        for number, length in enumerate(self.lengths):
            part = self._session.carry_out(number, functools.partial(_tell, progress, before, of))
            harvest = merge(harvest, Harvest((part,)))
            if harvest.incomplete:
                break
            before += length
        return harvest

    def seek(self, wanted: Wanted) -> Iterator[tuple[Signature, Witness]]:
        """Find one witness after the other."""
        for signature, places in wanted.items():
            yield signature, self._session.seek(signature, places)

    def look_beyond(self, known: frozenset[Signature]) -> Beyond:
        """Take random programs to the target."""
        return self._session.look_beyond(known)


def _tell(progress: Progress, before: int, of: int, done: int) -> None:
    progress(before + done, of)
