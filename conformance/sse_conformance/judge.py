"""The judge: compares predictions with answers, says what they prove, and lets the world follow what happened.

It knows no transport. One judge follows one space from its beginning; what it has counted can be added to what others
have.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from sse_spec.actions import Action, CopyObject, CreateKey, DeleteObject, GetObject, HeadObject, PutObject, kind
from sse_spec.clauses import clauses
from sse_spec.effects import CANDIDATE_LIMIT
from sse_spec.model import Case, Looked, Model
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome
from sse_spec.world import EMPTY, World

from sse_conformance import adoption, blame
from sse_conformance.appearance import appearance
from sse_conformance.comparison import FIELDS, STORED_FIELDS, Compared, Comparison, compare
from sse_conformance.findings import Finding, Judgement
from sse_conformance.tally import Tally

__all__ = ["Judge"]

CLEAN = Judgement()
NOTHING: frozenset[str] = frozenset()
NOT_OFFERED = frozenset({501, 405})
READS_LIMIT = 100_000
"""So many readings are remembered at a time; the four classes have some thousands."""

OFFERED_NOT = frozenset({"NotImplemented", "MethodNotAllowed"})


class Read(NamedTuple):
    """How an answer of one appearance reads in one situation: the outcomes that explain it, else the nearest.

    `alternatives` are the open points on which it decides, `findings` the divergences where nothing explains it.
    """

    closest: tuple[tuple[Outcome, Comparison], ...]
    alternatives: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


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
        self._unsure: frozenset[str] = NOTHING
        self._reads: dict[tuple[Case, Hashable], Read] = {}

    def fresh(self) -> None:
        """Begin another space: nothing exists in it, and no symbol is bound."""
        self.names = KeyNames(self.names.accounts, self.names.regions)
        self.world = EMPTY
        self._pending = {}
        self._unsure = NOTHING

    def step(self, action: Action, seen: Observation, looked: tuple[Looked, ...] | None = None) -> Judgement:
        """Judge one answer; `looked` is what the model says of the action now, if that is known already."""
        if looked is None:
            looked = self.model.look(self.world, action)
        if self._pending and isinstance(action, PutObject | CopyObject | DeleteObject) and not seen.refused:
            self._pending.pop((action.bucket, action.key), None)
        if seen.fault is not None or seen.status in NOT_OFFERED or seen.code in OFFERED_NOT:
            return self._no_answer(action, seen, looked)
        if self._unsure or not 0 < len(looked) <= CANDIDATE_LIMIT:
            unknown = self._unknown(looked)
            if unknown:
                self.world = adoption.lose_sight(self.world, action, seen, self.names)
                return Judgement(unjudged=f"{kind(action)} could not be judged: {unknown}")
        if len(looked) == 1:
            # The usual case: one reading of the world. What came of such an answer before comes of it again.
            read = self._read(action, seen, looked[0])
            if read is not None:
                return self._again(action, seen, looked, read)
        matches = self._matches(looked, action, seen)
        if matches:
            findings = self._choose(action, seen, matches)
            self._conforms(action, seen, looked, matches)
            return Judgement(findings) if findings else CLEAN
        if any(one.case.prediction.open for one in looked):
            return self._undescribed(action, seen)
        return self._diverges(action, seen, looked)

    def _read(self, action: Action, seen: Observation, one: Looked) -> Read | None:
        """How an answer reads in one situation, worked out once; None if it shows something for the first time."""
        look = appearance(seen, one.scene, action, self.names)
        if look is None:
            return None
        read = self._reads.get((one.case, look))
        if read is None:
            read = self._worked_out(action, seen, one)
            if read is not None:
                if len(self._reads) >= READS_LIMIT:
                    self._reads.clear()
                self._reads[one.case, look] = read
        return read

    def _worked_out(self, action: Action, seen: Observation, one: Looked) -> Read | None:
        prediction = one.case.prediction
        compared = [(outcome, compare(outcome, seen, one.scene, action, self.names)) for outcome in prediction.outcomes]
        if prediction.open or not compared or any(comparison.binding is not None for _, comparison in compared):
            return None
        matches = tuple(entry for entry in compared if entry[1].differs is None)
        if matches:
            return Read(matches, self._alternatives(one.case, matches[0][0]), ())
        closest = blame.nearest(action, seen, (one,), self.names)
        found = blame.findings(action, seen, closest, self.names)
        return Read(tuple((entry.outcome, entry.comparison) for entry in closest), (), found)

    def _again(self, action: Action, seen: Observation, looked: tuple[Looked, ...], read: Read) -> Judgement:
        closest = tuple(Compared(looked[0], outcome, comparison) for outcome, comparison in read.closest)
        if closest[0].comparison.differs is not None:
            found = tuple(
                Finding(one.signature, action, seen, one.case, one.permitted, one.derivation) for one in read.findings
            )
            return self._diverged(action, seen, looked, closest, found)
        findings = tuple(
            f for clause, words in read.alternatives for f in self._take(clause, words, looked[0].case, action, seen)
        )
        self._conforms(action, seen, looked, closest)
        return Judgement(findings) if findings else CLEAN

    def _unknown(self, looked: tuple[Looked, ...]) -> str:
        """Why nothing can be said of an answer; empty if something can."""
        if not looked:
            return "nothing is known of its bucket or object any more"
        if len(looked) > CANDIDATE_LIMIT:
            return f"there are more than {CANDIDATE_LIMIT} readings of what went before"
        if any(symbol in self._unsure for one in looked for symbol in one.scene.keys.values()):
            return "the fate of a call for one of its keys is unknown"
        return ""

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
    ) -> None:
        self._count(action, seen, looked, matches)
        held = self._decided(action, seen) if self._pending else None
        if held is not None:
            blame.settle(held, [match.looked.scene.object for match in matches])
        self._learn(matches)
        explained = tuple((match.looked.scene, match.outcome) for match in matches)
        self.world = adoption.follow(self.world, action, seen, explained)

    def _count(
        self, action: Action, seen: Observation, looked: tuple[Looked, ...], closest: tuple[Compared, ...]
    ) -> None:
        """Count what the answer proves, also where some fields of it are wrong."""
        first = closest[0]
        if len(closest) == len(looked) == 1 and _remembered(first, looked[0]):
            self.tally.exercised[first.looked.case, first.outcome, first.comparison.missed] += 1
        elif len(closest) == len(looked) and all(map(_remembered, closest, looked)):
            every = [one.looked.case.exercised(one.outcome, one.comparison.missed) for one in closest]
            self.tally.count(frozenset.intersection(*every) | _permissive(looked), first.looked.case)
        elif not any(one.case.prediction.open for one in looked):
            self.tally.count(self._proven(action, seen, looked, closest) | _permissive(looked), first.looked.case)

    def _proven(
        self, action: Action, seen: Observation, looked: tuple[Looked, ...], closest: tuple[Compared, ...]
    ) -> frozenset[str]:
        """The clauses without which no reading of the world explains the answer, but for the fields that are wrong."""
        missed = frozenset[str]().union(*(one.comparison.missed for one in closest))

        def explains(one: Looked, outcome: Outcome) -> bool:
            comparison = compare(outcome, seen, one.scene, action, self.names)
            return comparison.differs in {None, FIELDS} and comparison.missed <= missed

        return frozenset(
            clause
            for clause in frozenset.intersection(*(one.looked.case.decisive for one in closest))
            if not any(explains(one, outcome) for one in looked for outcome in one.case.without(clause).outcomes)
        )

    def _choose(self, action: Action, seen: Observation, matches: tuple[Compared, ...]) -> tuple[Finding, ...]:
        """Note which alternative was taken; who takes another one in the same situation has no constant choice.

        Where several readings of the world explain the answer, nobody knows in which situation it was chosen.
        """
        case, taken = matches[0].looked.case, matches[0].outcome
        if any(match.looked.case is not case for match in matches):
            return ()
        alternatives = self._alternatives(case, taken)
        return tuple(f for clause, words in alternatives for f in self._take(clause, words, case, action, seen))

    def _alternatives(self, case: Case, taken: Outcome) -> tuple[tuple[str, str], ...]:
        """The open points on which an outcome decides, each with the alternative that it takes, in words.

        Where the request is refused for another reason, nothing was chosen.
        """
        level = clauses()
        return tuple(
            (clause, blame.alternative(clause, case, taken))
            for clause in sorted(case.decisive)
            if level[clause].level == "MAY" and (taken.refusal is None or clause in taken.clauses)
        )

    def _take(self, clause: str, words: str, case: Case, action: Action, seen: Observation) -> list[Finding]:
        self.tally.choices[clause, kind(action), words] += 1
        before = self.tally.constant.setdefault((clause, case.situation), words)
        if before == words:
            return []
        return [blame.finding(clause, action, seen, case, "choice", before, words)]

    def _learn(self, matches: tuple[Compared, ...]) -> None:
        """Bind the symbol that the answer shows, if all that explains the answer has it be the same one."""
        binding = matches[0].comparison.binding
        if binding is not None and all(match.comparison.binding == binding for match in matches):
            self.names.bind(*binding)

    def _decided(self, action: Action, seen: Observation) -> blame.Held | None:
        """What a read decides about the object, if it shows the newest version and a wrong answer left that open."""
        if seen.refused or not isinstance(action, HeadObject | GetObject):
            return None
        if action.version is not None:
            bucket = self.world.buckets.get(action.bucket)
            if bucket is None or action.version != len(bucket.objects.get(action.key, ())) - 1:
                return None
        return self._pending.pop((action.bucket, action.key), None)

    def _undescribed(self, action: Action, seen: Observation) -> Judgement:
        """Set-up calls and what this edition does not describe: the world follows, nothing is proved."""
        if isinstance(action, CreateKey) and seen.key_arn is not None:
            if self.names.symbols.get(seen.key_arn, action.key) != action.key:
                return Judgement(unjudged="CreateKey answered with the ARN of another key")
            self.names.bind(action.key, seen.key_arn)
        self.world = adoption.adopt(self.world, action, seen, self.names, ())
        if seen.refused and not isinstance(action, PutObject | CopyObject | GetObject | HeadObject):
            return Judgement(unjudged=f"{kind(action)} was refused: {blame.error_words(seen)}")
        return CLEAN

    # --- an answer that is not -----------------------------------------------------------------------------------

    def _diverges(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Judgement:
        closest = blame.nearest(action, seen, looked, self.names)
        found = blame.findings(action, seen, closest, self.names)
        return self._diverged(action, seen, looked, closest, found)

    def _diverged(
        self,
        action: Action,
        seen: Observation,
        looked: tuple[Looked, ...],
        closest: tuple[Compared, ...],
        found: tuple[Finding, ...],
    ) -> Judgement:
        expected = adoption.as_expected(looked, action, seen)
        if isinstance(action, PutObject | CopyObject):
            held = blame.hold(action, seen, found, closest, expected)
            if held is not None:
                self._pending[action.bucket, action.key] = held
        elif self._decided(action, seen) is not None:
            # How the object is stored was open, and is known now; it was the write that was wrong, and is blamed.
            found = tuple(one for one in found if one.signature.field not in STORED_FIELDS)
        if closest[0].comparison.differs == FIELDS:
            # What the answer has right still counts.
            self._count(action, seen, looked, closest)
            if not any(one.comparison.missed & STORED_FIELDS for one in closest):
                self._learn(closest)
        self.world = adoption.adopt(self.world, action, seen, self.names, expected)
        if not found:
            return Judgement(unjudged=f"{kind(action)} answered {blame.error_words(seen)}")
        return Judgement(found)

    def _no_answer(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Judgement:
        if seen.fault is None:
            if isinstance(action, HeadObject | GetObject) and all(one.case.prediction.open for one in looked):
                return CLEAN
            answer = blame.error_words(seen)
            self.tally.refuse_support(action, answer)
            return Judgement(unsupported=answer)
        if seen.fault == "unreachable":
            return Judgement(unjudged="the target was not reached", lost=True)
        self._unsure |= adoption.unsure_keys(self.world, action)
        self.world = adoption.doubt(self.world, action, looked)
        if seen.fault == "no-answer" or seen.status == 503:
            return Judgement(unjudged=f"{kind(action)} got no answer ({seen.fault}, {seen.status})")
        found = blame.no_s3_answer(action, seen, looked)
        return Judgement(found) if found else Judgement(unjudged=f"{kind(action)}: {seen.fault}")


def _remembered(match: Compared, one: Looked) -> bool:
    """Whether what the answer proves in this reading is remembered with its case: nothing in it was seen first now."""
    stored = one.scene.object
    return (
        match.looked is one
        and match.comparison.binding is None
        and (stored is None or (stored.etag is not None and stored.body is not None))
    )


def _permissive(looked: Iterable[Looked]) -> frozenset[str]:
    """The clauses that only permit: they are put to the test wherever they are decisive."""
    level = clauses()
    return frozenset(c for one in looked for c in one.case.decisive if level[c].level == "MAY")
