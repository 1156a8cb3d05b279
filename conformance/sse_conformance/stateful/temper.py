"""What one example is like: how few things it is about, and what it does often."""

from __future__ import annotations

from typing import NamedTuple

from sse_spec.actions import KeyForm

from sse_conformance.stateful.draws import Draws

__all__ = ["Temper", "temper"]


class Temper(NamedTuple):
    """The habits of one example. Chances are in percent.

    Swarm testing of arguments: what half of the examples never do, the others do often, so that long histories of the
    same few things come about. `buckets`, `objects`, `keys` and `aliases` say how many there are in play, `plain` how
    often a write leaves the encryption to the bucket, `forms` how keys are written, `flagged` how often something is
    said of bucket keys, `customer` how often a write is one with SSE-C, `stranger` how often somebody else than the
    main account asks, `wrong` how often a request is one that must be refused, `probing` how often a change is followed
    by a request that shows what has come of it. `default` is the algorithm of the default with which the first bucket
    begins, `versioned` whether it begins with versioning; `theme` is the number of a theme.
    """

    buckets: int
    objects: int
    keys: int
    aliases: int
    plain: int
    forms: tuple[KeyForm, ...]
    flagged: int
    customer: int
    stranger: int
    wrong: int
    versioned: bool
    default: str | None
    probing: int
    theme: int


FORMS: tuple[tuple[KeyForm, ...], ...] = (
    ("arn",),
    ("arn", "id"),
    ("alias",),
    ("alias", "alias-arn"),
    ("arn", "alias", "id", "alias-arn"),
)


def temper(draws: Draws) -> Temper:
    """Choose the habits of an example."""
    return Temper(
        buckets=draws.of((1, 1, 2, 2, 3)),
        objects=draws.of((1, 1, 2, 3)),
        keys=draws.of((1, 2, 2, 3)),
        aliases=draws.of((1, 1, 2)),
        plain=draws.of((95, 80, 60, 30)),
        forms=draws.of(FORMS),
        flagged=draws.of((0, 20, 60)),
        customer=draws.of((0, 0, 0, 10, 40)),
        stranger=draws.of((0, 0, 10, 40)),
        wrong=draws.of((0, 0, 2, 8)),
        versioned=draws.chance(50),
        default=draws.of((None, None, None, "AES256", *(("aws:kms",) * 6))),
        probing=draws.of((0, 40, 80)),
        theme=draws.below(1000),
    )
