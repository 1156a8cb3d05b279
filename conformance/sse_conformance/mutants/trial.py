"""Trying a mutant: does the suite kill it, by which clause, after how many calls, and with which witness?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace
from sse_adapters.protocol import Identity
from sse_reports.result import Signature
from sse_spec.clauses import CLASSES
from sse_spec.model import Model, standard

from sse_conformance.campaign import Campaign
from sse_conformance.cover import plan
from sse_conformance.mutants.mutant import Mutant
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.shrinking import shrink
from sse_conformance.stateful.exploring import explore
from sse_conformance.witness import Witness, search

__all__ = ["EXAMPLES", "Trial", "try_mutant"]

EXAMPLES = 400
"""So many random programs are tried on a mutant that the cover did not kill."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What the suite made of a mutant.

    `killer` is what killed it: the cover, a random program, or nothing. `blamed` are the clauses that the divergences
    blame up to the first that is confirmed, `calls` the calls made until then, replays apart, those of the cover
    included. `witness` has its requests in words, the divergent one last; `confirmed` says whether a replay showed the
    divergence, and `shrinking` how many calls it took to make a random program short.
    """

    name: str
    clause: str
    deep: bool
    killer: Literal["cover", "random program", ""] = ""
    blamed: tuple[str, ...] = ()
    calls: int
    witness: tuple[str, ...] = ()
    confirmed: bool = False
    shrinking: int = 0


def try_mutant(mutant: Mutant, seed: int = 0, examples: int = EXAMPLES) -> Trial:
    """Run the suite on a mutant until it is killed: the cover first, then random programs, drawn by the seed."""
    model, target = standard(mutant.as_of), MutantTarget(mutant)
    identity = target.open()
    tried = Trial(name=mutant.name, clause=mutant.clause, deep=mutant.when is not None, calls=0)
    by_cover = _by_cover(tried, model, identity, target)
    return by_cover if by_cover.killer else _at_random(by_cover, model, identity, target, seed, examples)


class _Watch:
    """Looks on while the cover is carried out, and stops it at the first divergence that comes again when replayed."""

    def __init__(self, campaign: Campaign, identity: Identity, target: MutantTarget, clause: str) -> None:
        self.campaign = campaign
        self.witness = Witness()
        self._identity = identity
        self._target = target
        self._clause = clause
        self._seen = 0

    def look(self, _done: int, _of: int) -> None:
        """See what the last goal has brought. Raises :class:`_KilledError` once something is confirmed."""
        new, self._seen = self.campaign.found[self._seen :], len(self.campaign.found)
        signatures = dict.fromkeys(one.finding.signature for one in new)
        for signature in sorted(signatures, key=lambda one: one.clause != self._clause):
            places = [one for one in self.campaign.found if one.finding.signature == signature]
            self.witness = search(self.campaign.model, self._identity, self._target, signature, places)
            if self.witness.confirmed:
                raise _KilledError


class _KilledError(Exception):
    """The cover has killed a mutant, which is enough."""


def _by_cover(tried: Trial, model: Model, identity: Identity, target: MutantTarget) -> Trial:
    """What the cover makes of a mutant, up to the first goal at which it finds something that comes again."""
    campaign = Campaign(model, identity, target.space())
    watch = _Watch(campaign, identity, target, tried.clause)
    with contextlib.suppress(_KilledError):
        campaign.run(plan(model, CLASSES), watch.look)
    tried = replace(tried, calls=sum(campaign.calls.values()))
    if not campaign.found:
        return tried
    blamed = _clauses(one.finding.signature for one in campaign.found)
    return replace(tried, killer="cover", blamed=blamed, **_shown(watch.witness))


def _at_random(tried: Trial, model: Model, identity: Identity, target: MutantTarget, seed: int, examples: int) -> Trial:
    """What random programs make of a mutant that the cover let live."""
    walk = explore(model, identity, target, known=(), classes=CLASSES, seed=seed, examples=examples, enough=_any)
    if not walk.discoveries:
        return replace(tried, calls=tried.calls + walk.calls)
    first = _first([one.signature for one in walk.discoveries], tried.clause)
    found = next(one for one in walk.discoveries if one.signature == first)
    shrunk = shrink(model, identity, target, first, found.program)
    return replace(
        tried,
        killer="random program",
        blamed=_clauses(one.signature for one in walk.discoveries),
        calls=tried.calls + found.calls,
        shrinking=shrunk.calls,
        **_shown(shrunk.witness),
    )


def _any(_: object) -> bool:
    """The first discovery is enough."""
    return True


def _first(signatures: Sequence[Signature], clause: str) -> Signature:
    """The first signature that blames the clause that is broken; the first of all if none does."""
    return next((one for one in signatures if one.clause == clause), signatures[0])


def _clauses(signatures: Iterable[Signature]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.clause for one in signatures))


def _shown(witness: Witness) -> dict[str, Any]:
    """What a trial tells of a witness: the requests up to the divergent one, and whether it was confirmed."""
    until = len(witness.steps) if witness.divergent is None else witness.divergent + 1
    return {"witness": tuple(step.request for step in witness.steps[:until]), "confirmed": witness.confirmed}
