"""What random programs find beyond the cover: listed beside its verdicts, which they do not change."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec
from sse_adapters.protocol import Identity, Target
from sse_reports.result import Signature
from sse_spec.model import Model

from sse_conformance.harvest import Evidence
from sse_conformance.options import Options
from sse_conformance.retrace import retrace
from sse_conformance.shrinking import shrink
from sse_conformance.stateful.exploring import Discovery, explore
from sse_conformance.witness import Witness

__all__ = ["NOTHING", "Beyond", "look_beyond"]


class Beyond(msgspec.Struct, frozen=True):
    """What random programs came to: how many there were, their calls, and the divergences that they alone have shown.

    `incomplete` is empty, or says why they ended early. Calls for witnesses are not counted.
    """

    programs: int = 0
    calls: int = 0
    evidence: tuple[Evidence, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    incomplete: str = ""


NOTHING = Beyond()
"""What comes of no programs."""


def look_beyond(
    model: Model, identity: Identity, target: Target, options: Options, known: Collection[Signature]
) -> Beyond:
    """Take random programs to an open target, and make those short that diverge in a way that is not `known`."""
    walk = explore(
        model,
        identity,
        target,
        known=known,
        classes=options.classes,
        seed=options.seed,
        examples=options.examples,
    )
    found = [one for one in walk.discoveries if not options.only or one.signature.clause in options.only]
    witnesses: list[Witness] = []
    incomplete = walk.incomplete
    try:
        for one in () if incomplete else found:
            shrunk = shrink(model, identity, target, one.signature, one.program)
            witnesses.append(shrunk.witness)
    except KeyboardInterrupt:
        incomplete = "the run was interrupted while it shrank what random programs had found"
    witnesses += [Witness()] * (len(found) - len(witnesses))
    evidence = tuple(_evidence(model, identity, found))
    return Beyond(walk.examples, walk.calls, evidence, tuple(witnesses), incomplete)


def _evidence(model: Model, identity: Identity, found: Collection[Discovery]) -> Iterator[Evidence]:
    for one in found:
        last = len(one.log) - 1
        trace = retrace(model, identity, one.log, {last})[last]
        finding = one.finding
        yield Evidence(one.signature, 1, finding.case.situation, finding.permitted, finding.derivation, (), trace)
