"""The judge: compares predictions with answers, says what they prove, and lets the world follow what happened.

It knows no transport. One judge follows one space from its beginning; what it has counted can be added to what others
have.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sse_spec import following
from sse_spec.actions import Action, CreateKey, DeleteObject, GetObject, HeadObject, HeadReplica, Storing, kind
from sse_spec.clauses import clauses
from sse_spec.effects import CANDIDATE_LIMIT
from sse_spec.model import Case, Looked, Model
from sse_spec.names import KeyNames
from sse_spec.observations import Observation
from sse_spec.outcomes import Outcome
from sse_spec.world import EMPTY, World

from sse_conformance import adoption, blame, fates
from sse_conformance.appearance import appearance
from sse_conformance.causality import mentioned
from sse_conformance.comparison import FIELDS, STORED_FIELDS, Compared, Comparison, compare
from sse_conformance.findings import Finding, Judgement
from sse_conformance.tally import Proof, Tally
from sse_conformance.throttling import throttled

__all__ = ["Judge"]

CLEAN = Judgement()
NOTHING: frozenset[str] = frozenset()
NOT_OFFERED = frozenset({501, 405})
READS_LIMIT = 100_000
"""So many readings are remembered at a time; the four classes have some thousands."""

OFFERED_NOT = frozenset({"NotImplemented", "MethodNotAllowed"})


class Read(NamedTuple):
    """How an answer of one appearance reads: the outcomes that explain it, else the nearest, each with its situation.

    `alternatives` are the open points on which it decides, `findings` the divergences where nothing explains it.
    """

    closest: tuple[tuple[int, Outcome, Comparison], ...]
    alternatives: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    proof: Proof | None


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
        self._unsure: frozenset[str | fates.Place] = frozenset()
        self._untold: frozenset[fates.Place] = frozenset()
        """The objects that have a version whose id the target did not tell: no request can name it."""
        self._clouded: frozenset[str] = NOTHING
        self._reads: dict[Hashable, Read] = {}

    def fresh(self) -> None:
        """Begin another space: nothing exists in it, and no symbol is bound."""
        self.names = KeyNames(self.names.accounts, self.names.regions)
        self.world = EMPTY
        self._pending = {}
        self._unsure = self._untold = frozenset()
        self._clouded = NOTHING

    def step(self, action: Action, seen: Observation, looked: tuple[Looked, ...] | None = None) -> Judgement:
        """Judge one answer; `looked` is what the model says of the action now, if that is known already."""
        if looked is None:
            looked = self.model.look(self.world, action)
        if throttled(action, seen):
            return Judgement(unjudged=f"{kind(action)} was throttled: {blame.error_words(seen)}")
        if self._pending and isinstance(action, Storing | DeleteObject) and (seen.fault or not seen.refused):
            self._pending.pop((action.bucket, action.key), None)
        if seen.fault is not None or seen.status in NOT_OFFERED or seen.code in OFFERED_NOT:
            return self._no_answer(action, seen, looked)
        unknown = self.unknown(action, looked)
        if unknown:
            self.world = fates.lose_sight(self.world, action, seen, self.names)
            return Judgement(unjudged=f"{kind(action)} could not be judged: {unknown}")
        judgement = self._judge(action, seen, looked)
        if isinstance(action, Storing) and seen.version_id is None and not seen.refused:
            self._note_untold(action)
        return judgement

    def _note_untold(self, action: Storing) -> None:
        bucket = self.world.buckets.get(action.bucket)
        if bucket is not None and bucket.versioning == "Enabled":
            self._untold |= {(action.bucket, action.key)}

    def _judge(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Judgement:
        """Judge an answer of which something can be said."""
        read = self._read(action, seen, looked)
        if read is not None:
            return self._again(action, seen, looked, read)
        matches = self._matches(looked, action, seen)
        if matches and any(one.case.prediction.open for one in looked):
            # It may also be the answer in a situation of which nothing is said, and tells nothing of this one.
            if not isinstance(action, HeadReplica):
                self.world = fates.lose_sight(self.world, action, seen, self.names)
            return CLEAN
        if matches:
            findings = self._choose(action, seen, matches)
            self._conforms(action, seen, matches, self._proof(action, seen, looked, matches))
            return Judgement(findings) if findings else CLEAN
        if any(one.case.prediction.open for one in looked):
            return self._undescribed(action, seen)
        return self._diverges(action, seen, looked)

    def _read(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Read | None:
        """How an answer reads, worked out once for all answers that look like it in the same situations.

        None if it shows something for the first time, or if the situation is one of which nothing is described.
        """
        key = tuple([(one.case, appearance(seen, one.scene, action, self.names)) for one in looked])
        read = self._reads.get(key)
        if read is None and all(look is not None for _, look in key):
            read = self._worked_out(action, seen, looked)
            if read is not None:
                if len(self._reads) >= READS_LIMIT:
                    self._reads.clear()
                self._reads[key] = read
        return read

    def _worked_out(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Read | None:
        if any(one.case.prediction.open or not one.case.prediction.outcomes for one in looked):
            return None
        matches = self._matches(looked, action, seen)
        closest = matches or blame.nearest(action, seen, looked, self.names)
        found = () if matches else blame.findings(action, seen, closest, self.names)
        places = tuple(next(at for at, one in enumerate(looked) if one is entry.looked) for entry in closest)
        return Read(
            tuple((at, entry.outcome, entry.comparison) for at, entry in zip(places, closest, strict=True)),
            self._chosen(closest if matches or len(closest) == 1 else ()),
            found,
            self._proof(action, seen, looked, closest) if closest[0].comparison.differs in {None, FIELDS} else None,
        )

    def _again(self, action: Action, seen: Observation, looked: tuple[Looked, ...], read: Read) -> Judgement:
        closest = tuple([Compared(looked[at], outcome, comparison) for at, outcome, comparison in read.closest])
        if closest[0].comparison.differs is not None:
            found = tuple(
                Finding(one.signature, action, seen, one.case, one.permitted, one.derivation) for one in read.findings
            )
            if closest[0].comparison.differs == FIELDS:
                found += self._take_all(read.alternatives, closest[0].looked.case, action, seen)
            return self._diverged(action, seen, looked, closest, found, read.proof)
        alternatives = read.alternatives
        findings = self._take_all(alternatives, closest[0].looked.case, action, seen) if alternatives else ()
        self._conforms(action, seen, closest, read.proof)
        return Judgement(findings) if findings else CLEAN

    def unknown(self, action: Action, looked: Sequence[Looked]) -> str:
        """Why nothing could be said of an answer to this action, read so; empty if something can."""
        if not looked:
            return "nothing is known of its bucket or object any more"
        if len(looked) > CANDIDATE_LIMIT:
            return f"there are more than {CANDIDATE_LIMIT} readings of what went before"
        if self._untold and not self._untold.isdisjoint(fates.told_apart(action)):
            return "the target did not tell the id of a version of its object"
        if not self._unsure:
            return ""
        if not self._unsure.isdisjoint(mentioned(action).union(*map(_rests_on, looked))):
            return "the fate of a call for its bucket or one of its keys is unknown"
        if not self._unsure.isdisjoint(fates.told_apart(action)):
            return "the fate of a call for a version of its object is unknown"
        return ""

    def clouded(self, action: Action) -> bool:
        """Whether something that an action names was, or may have been, changed by a request of unknown fate."""
        return bool(self._clouded) and not self._clouded.isdisjoint(mentioned(action))

    def _matches(self, looked: Iterable[Looked], action: Action, seen: Observation) -> tuple[Compared, ...]:
        found = []
        for one in looked:
            for outcome in one.case.prediction.outcomes:
                comparison = compare(outcome, seen, one.scene, action, self.names)
                if comparison.differs is None:
                    found.append(Compared(one, outcome, comparison))
        return tuple(found)

    # --- an answer that is permitted -----------------------------------------------------------------------------

    def _conforms(self, action: Action, seen: Observation, matches: tuple[Compared, ...], proof: Proof | None) -> None:
        self.tally.add(proof)
        held = self._decided(action, seen) if self._pending else None
        if held is not None:
            blame.settle(held, [match.looked.scene.object for match in matches])
        self._learn(matches)
        explained = [(match.looked.scene, match.outcome) for match in matches]
        self.world = following.follow(self.world, action, seen, explained)

    def _proof(
        self, action: Action, seen: Observation, looked: tuple[Looked, ...], closest: tuple[Compared, ...]
    ) -> Proof:
        """What the answer proves, also where some fields of it are wrong."""
        first = closest[0]
        if len(closest) == len(looked) == 1 and _remembered(first, looked[0]):
            return Proof(first.looked.case, (first.outcome, first.comparison.missed), NOTHING)
        if len(closest) == len(looked) and all(map(_remembered, closest, looked)):
            every = [one.looked.case.exercised(one.outcome, one.comparison.missed) for one in closest]
            return Proof(first.looked.case, None, frozenset.intersection(*every) | _permissive(looked))
        proven = self._proven(action, seen, looked, closest)
        return Proof(first.looked.case, None, proven | _permissive(looked))

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
        return self._take_all(self._chosen(matches), matches[0].looked.case, action, seen)

    def _chosen(self, matches: tuple[Compared, ...]) -> tuple[tuple[str, str], ...]:
        """The open points on which an answer decides, each with the alternative that it takes, in words.

        Where the request is refused for another reason, nothing was chosen; nor where a field that shows the choice
        is wrong.
        """
        if not matches or any(match.looked.case is not matches[0].looked.case for match in matches):
            return ()
        case, taken = matches[0].looked.case, matches[0].outcome
        level = clauses()
        return tuple(
            (clause, blame.alternative(clause, case, taken))
            for clause in sorted(case.decisive)
            if level[clause].level == "MAY"
            and (taken.refusal is None or clause in taken.clauses)
            and not any(clause in field.clauses for field in matches[0].comparison.fields)
        )

    def _take_all(
        self, alternatives: Iterable[tuple[str, str]], case: Case, action: Action, seen: Observation
    ) -> tuple[Finding, ...]:
        return tuple(f for clause, words in alternatives for f in self._take(clause, words, case, action, seen))

    def _take(self, clause: str, words: str, case: Case, action: Action, seen: Observation) -> list[Finding]:
        self.tally.choices[clause, kind(action), words] += 1
        if self.clouded(action):
            return []  # of its past less is known than the target knows: situations that look alike may differ
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
        if seen.refused and not isinstance(action, Storing | GetObject | HeadObject):
            return Judgement(unjudged=f"{kind(action)} was refused: {blame.error_words(seen)}")
        return CLEAN

    # --- an answer that is not -----------------------------------------------------------------------------------

    def _diverges(self, action: Action, seen: Observation, looked: tuple[Looked, ...]) -> Judgement:
        closest = blame.nearest(action, seen, looked, self.names)
        found = blame.findings(action, seen, closest, self.names)
        fields = closest[0].comparison.differs == FIELDS
        proof = self._proof(action, seen, looked, closest) if fields else None
        return self._diverged(action, seen, looked, closest, found, proof)

    def _diverged(
        self,
        action: Action,
        seen: Observation,
        looked: tuple[Looked, ...],
        closest: tuple[Compared, ...],
        found: tuple[Finding, ...],
        proof: Proof | None,
    ) -> Judgement:
        expected = adoption.as_expected(looked, action, seen)
        if isinstance(action, Storing):
            held = blame.hold(action, seen, found, closest, expected)
            if held is not None:
                self._pending[action.bucket, action.key] = held
        elif (held := self._decided(action, seen)) is not None:
            found = blame.shown_by_read(held, found, seen, self.names)
        self.tally.add(proof)  # what the answer has right still counts
        fields = closest[0].comparison.differs == FIELDS
        if fields and not any(one.comparison.missed & STORED_FIELDS for one in closest):
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
        self._unsure |= fates.unsure_of(self.world, action)
        before, self.world = self.world, fates.doubt(self.world, action, looked)
        if self.world is not before:
            self._clouded |= mentioned(action)
        if seen.fault == "no-answer" or seen.status == 503:
            return Judgement(unjudged=f"{kind(action)} got no answer ({seen.fault}, {seen.status})")
        if seen.fault == "late":
            return Judgement(unjudged=f"{kind(action)}: {seen.message or 'nothing came in time'}")
        found = blame.no_s3_answer(action, seen, looked)
        return Judgement(found) if found else Judgement(unjudged=f"{kind(action)}: {seen.fault}")


def _rests_on(one: Looked) -> set[str]:
    """The keys on which a reading of the world rests, though the action may not name them."""
    rule, replication = one.scene.setting.rule, one.scene.replication
    references = (None if rule is None else rule.key, None if replication is None else replication.replica_key)
    return {*one.scene.keys.values(), *(reference.name for reference in references if reference is not None)}


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
