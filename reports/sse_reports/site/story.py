"""How the verdicts on a target change from version to version, as of one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from sse_reports.result import Verdict
from sse_reports.site.shelf import Run

__all__ = ["Change", "Stretch", "by_day", "changes", "stretches"]

JUDGED = ("pass", "fail")


class Stretch(NamedTuple):
    """Versions in a row that share a verdict on a clause; None where they have none."""

    verdict: Verdict | None
    first: str
    last: str

    @property
    def versions(self) -> str:
        """The versions in words."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"


class Change(NamedTuple):
    """What changed from one version to the next: the clauses, in the order of the run, by what became of them."""

    before: Run
    after: Run
    fixed: tuple[str, ...]
    regressed: tuple[str, ...]
    newly_judged: tuple[str, ...]
    no_longer_judged: tuple[str, ...]

    @property
    def kinds(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each kind that there is, in words, with its clauses."""
        kinds = (
            ("fixed", self.fixed),
            ("regressed", self.regressed),
            ("newly judged", self.newly_judged),
            ("no longer judged", self.no_longer_judged),
        )
        return ((words, clauses) for words, clauses in kinds if clauses)


def by_day(history: Iterable[Run]) -> dict[str, tuple[Run, ...]]:
    """The runs of a target by the day as of which they judge, the newest first; each from old to new."""
    runs = sorted(history, key=lambda run: run.as_of, reverse=True)
    return {day: tuple(group) for day, group in groupby(runs, key=lambda run: run.as_of)}


def stretches(history: Sequence[Run], clause: str) -> tuple[Stretch, ...]:
    """The verdicts on a clause from old to new, equal ones put together."""
    groups = (list(group) for _, group in groupby(history, key=lambda run: run.verdict(clause)))
    return tuple(Stretch(group[0].verdict(clause), group[0].version, group[-1].version) for group in groups)


def changes(history: Sequence[Run]) -> tuple[Change, ...]:
    """What changed from each version to the next, the newest first; without versions between which nothing did."""
    found = (_change(before, after) for before, after in pairwise(history))
    return tuple(one for one in reversed(list(found)) if any(one.kinds))


def _change(before: Run, after: Run) -> Change:
    turned: dict[tuple[bool, bool, Verdict], list[str]] = {}
    for name, one in after.clauses.items():
        was = before.verdict(name)
        if was is None or was == one.verdict:
            continue
        key = was in JUDGED, one.verdict in JUDGED, one.verdict
        turned.setdefault(key, []).append(name)

    def those(was_judged: bool, is_judged: bool, *verdicts: Verdict) -> tuple[str, ...]:
        return tuple(name for verdict in verdicts for name in turned.get((was_judged, is_judged, verdict), ()))

    return Change(
        before,
        after,
        fixed=those(True, True, "pass"),
        regressed=those(True, True, "fail"),
        newly_judged=those(False, True, "pass", "fail"),
        no_longer_judged=those(True, False, "unsupported", "inconclusive", "not-exercised"),
    )
