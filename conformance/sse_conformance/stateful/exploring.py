"""Exploring a target by random programs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from sse_adapters.protocol import Identity, Target
from sse_reports.result import Signature
from sse_spec.model import Model

from sse_conformance.stateful.session import Discovery, Over, Session

__all__ = ["STEPS_PER_EXAMPLE", "Discovery", "Walk", "explore"]

STEPS_PER_EXAMPLE = 40
"""Steps of one example."""


class Walk(NamedTuple):
    """What an exploration came to.

    `discoveries` are the first of each signature that was not known, in order. `steps` counts the steps taken, each of
    one call or of a few, `calls` the calls made, `examples` the spaces used. `incomplete` says why it ended early;
    empty if it did not, or if it had found enough.
    """

    discoveries: tuple[Discovery, ...]
    steps: int
    examples: int
    incomplete: str
    calls: int = 0


def explore(
    model: Model,
    identity: Identity,
    target: Target,
    *,
    known: Collection[Signature],
    classes: tuple[str, ...],
    seed: int,
    examples: int,
    steps: int = STEPS_PER_EXAMPLE,
    enough: Callable[[Discovery], bool] | None = None,
) -> Walk:
    """Take random programs of `steps` steps to an open target, and keep what diverges in a way that is not `known`.

    The programs depend on the model, the seed, the numbers of examples and steps, and nothing else: what a target does
    not offer is drawn all the same and then left out. `enough` is asked at each discovery whether to stop there.
    """
    from sse_conformance.stateful.machine import run  # Hypothesis takes a third of a second to import

    session = Session(model, identity, target, known, classes, enough)
    try:
        run(session, seed, examples, steps)
    except Over:
        pass
    except KeyboardInterrupt:
        session.incomplete = f"the exploration was interrupted after {session.calls} calls"
    finally:
        session.close()
    return Walk(tuple(session.discoveries), session.steps, session.examples, session.incomplete, session.calls)
