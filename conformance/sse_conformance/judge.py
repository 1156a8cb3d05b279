"""The judge: compares predictions with answers, says what they prove, and lets the world follow what happened.

It knows no transport. One judge follows one space from its beginning; what it has counted can be added to what others
have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from sse_spec.actions import Action, CopyObject, CreateKey, GetObject, HeadObject, PutObject, kind
from sse_spec.clauses import clauses
from sse_spec.model import Case, Looked, Model, covers
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome
from sse_spec.world import EMPTY, World

from sse_conformance import adoption, blame
from sse_conformance.comparison import Compared, compare
from sse_conformance.findings import Finding, Judgement
from sse_conformance.tally import Tally

__all__ = ["Judge"]

CLEAN = Judgement()
NOTHING: frozenset[str] = frozenset()
NOT_OFFERED = frozenset({501, 405})
OFFERED_NOT = frozenset({"NotImplemented", "MethodNotAllowed"})


class Judge:
    """Judges the answers of one space, in order."""

    def __init__(
        self, model: Model, accounts: Mapping[str, str], regions: Mapping[str, str], tally: Tally | None = None
    ) -> None:
        self.model = model
        self.names = KeyNames(accounts, regions)
        self.tally = Tally() if tally is None else tally
        self.world: World = EMPTY
        self._pending: blame.Pending = {}

    def fresh(self) -> None:
        """Begin another space: nothing exists in it, and no symbol is bound."""
        self.names = KeyNames(self.names.accounts, self.names.regions)
        self.world = EMPTY
        self._pending.clear()

    def step(self, action: Action, seen: Observation, looked: tuple[Looked, ...] | None = None) -> Judgement:
        """Judge one answer; `looked` is what the model says of the action now, if that is known already."""
        if looked is None:
            looked = self.model.look(self.world, action)
        if seen.fault is not None or seen.status in NOT_OFFERED or seen.code in OFFERED_NOT:
            return self._no_answer(action, seen, looked)
        if len(looked) == 1 and looked[0].case.prediction.outcomes:
            # The usual case, kept short: one reading of the world, and the first outcome explains the answer.
            only = looked[0]
            outcomes = only.case.prediction.outcomes
            comparison = compare(outcomes[0], seen, only.scene, action, self.names)
            if comparison.differs is None and len(outcomes) == 1:
                self.tally.exercised[only.case, outcomes[0], NOTHING] += 1
                self._follow(action, seen, (Compared(only, outcomes[0], comparison),))
                return CLEAN
        matches = self._matches(looked, action, seen)
        if matches:
            findings = self._conforms(action, seen, looked, matches)
            return Judgement(findings) if findings else CLEAN
        if any(one.case.prediction.open for one in looked):
            return self._undescribed(action, seen)
        return self._diverges(action, seen, looked)

    def _matches(self, looked: Iterable[Looked], action: Action, seen: Observation) -> tuple[Compared, ...]:
        found = []
        for one in looked:
            for outcome in one.case.prediction.outcomes:
                comparison = compare(outcome, seen, one.scene, action, self.names)
                if comparison.differs is None:
                    found.append(Compared(one, outcome, comparison))
        return tuple(found)

    # --- an answer that is permitted -----------------------------------------------------------------------------

    def _conforms(
        self, action: Action, seen: Observation, looked: tuple[Looked, ...], matches: tuple[Compared, ...]
    ) -> tuple[Finding, ...]:
        self._count(looked, matches)
        findings = self._choose(action, seen, matches)
        if isinstance(action, HeadObject | GetObject):
            blame.settle(self._pending, action, tuple(match.looked.scene.object for match in matches))
        self._follow(action, seen, matches)
        return findings

    def _count(self, looked: tuple[Looked, ...], matches: tuple[Compared, ...]) -> None:
        """Count what the answer proves: what every reading of it proves."""
        if len(looked) == 1:
            self.tally.exercised[matches[0].looked.case, matches[0].outcome, NOTHING] += 1
            return
        proven = frozenset[str].intersection(*(m.looked.case.exercised(m.outcome) for m in matches))
        explaining = {id(match.looked) for match in matches}
        for one in looked:
            if id(one) not in explaining:
                proven -= {
                    c for c in proven if any(covers(o, matches[0].outcome) for o in one.case.without(c).outcomes)
                }
        level = clauses()
        permissive = {c for one in looked for c in one.case.decisive if level[c].level == "MAY"}
        self.tally.count(proven | permissive, matches[0].looked.case)

    def _choose(self, action: Action, seen: Observation, matches: tuple[Compared, ...]) -> tuple[Finding, ...]:
        """Note which alternative was taken; who takes another one in the same situation has no constant choice."""
        level = clauses()
        findings = []
        for case in dict.fromkeys(match.looked.case for match in matches):
            choosing = sorted(c for c in case.decisive if level[c].level == "MAY")
            taken = next(match.outcome for match in matches if match.looked.case is case)
            for clause in choosing:
                findings += self._take(clause, case, taken, action, seen)
        return tuple(findings)

    def _take(self, clause: str, case: Case, taken: Outcome, action: Action, seen: Observation) -> list[Finding]:
        words = blame.alternative(clause, case, taken)
        self.tally.choices[clause, kind(action), words] += 1
        before = self.tally.constant.setdefault((clause, case.situation), words)
        if before == words:
            return []
        return [blame.finding(clause, action, seen, case, "choice", before, words)]

    def _follow(self, action: Action, seen: Observation, matches: tuple[Compared, ...]) -> None:
        for match in matches:
            if match.comparison.binding is not None:
                self.names.bind(*match.comparison.binding)
        if isinstance(action, CreateKey) and seen.key_arn is not None:
            self.names.bind(action.key, seen.key_arn)
        explained = tuple((match.looked.scene, match.outcome) for match in matches)
        self.world = adoption.follow(self.world, action, seen, explained)

    def _undescribed(self, action: Action, seen: Observation) -> Judgement:
        """Set-up calls and what this edition does not describe: the world follows, nothing is proved."""
        if isinstance(action, CreateKey) and seen.key_arn is not None:
            self.names.bind(action.key, seen.key_arn)
        self.world = adoption.adopt(self.world, action, seen, self.names, ())
        if seen.refused and not isinstance(action, PutObject | CopyObject | GetObject | HeadObject):
            return Judgement(unjudged=f"{kind(action)} was refused: {seen.status} {seen.code or ''}".rstrip())
        return CLEAN

    # --- an answer that is not -----------------------------------------------------------------------------------

    def _diverges(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Judgement:
        closest = blame.nearest(action, seen, looked, self.names)
        findings = blame.findings(action, seen, closest, self.names)
        if closest and closest[0].comparison.differs == "fields":
            # What the answer has right still counts.
            near = closest[0]
            self.tally.exercised[near.looked.case, near.outcome, near.comparison.missed] += 1
        expected = adoption.as_expected(looked, action, seen)
        self.world = adoption.adopt(self.world, action, seen, self.names, expected)
        if isinstance(action, PutObject | CopyObject):
            blame.defer(self._pending, action, findings, expected)
        if not findings:
            return Judgement(unjudged=f"{kind(action)} answered {seen.status} {seen.code or ''}".rstrip())
        return Judgement(findings)

    def _no_answer(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Judgement:
        if seen.fault is None:
            answer = f"{seen.status} {seen.code or ''}".rstrip()
            self.tally.refuse_support(action, answer)
            return Judgement(unsupported=answer)
        if seen.fault == "unreachable":
            return Judgement(unjudged="the target was not reached", lost=True)
        self.world = adoption.doubt(self.world, action, tuple(one.scene for one in looked))
        if seen.fault == "no-answer" or seen.status == 503:
            return Judgement(unjudged=f"{kind(action)} got no answer ({seen.fault}, {seen.status})")
        found = blame.no_s3_answer(action, seen, looked)
        return Judgement(found) if found else Judgement(unjudged=f"{kind(action)}: {seen.fault}")
