"""Every situation that the rules tell apart, found by asking them.

A rule is run on a situation that is undecided until it looks: the first look at a field forks into the field's values.
The rules are run under the law and once more under the law without each clause that was consulted, so a leaf fixes
just the fields on which the prediction, or what any clause is needed for, depends.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, cast

from sse_spec.actions import DSSE
from sse_spec.model import Case, Model
from sse_spec.outcomes import Prediction
from sse_spec.situation import MANAGED, OTHERS_MANAGED, Situation

from sse_conformance.domains import DOMAINS, EVEN_IF_UNREAD, FIRST, Value
from sse_conformance.domains.values import UNKNOWN_ALGORITHM

__all__ = ["Leaf", "goals", "is_as", "leaves"]

FIXED = frozenset({MANAGED, OTHERS_MANAGED})
"""The labels that mean the same key in every situation of a requester."""

ONLY_PROOF = frozenset({"managed_elsewhere", "delivers"})
"""The fields that decide what an answer proves, not what is asked: aws/s3 used elsewhere, a log that has come."""


class Leaf(NamedTuple):
    """One situation up to what no rule looks at: the fields that were looked at, and the case they make."""

    action: str
    values: Mapping[str, Value]
    case: Case


class _Undecided:
    """A situation that is decided field by field, along a given path of choices and then by the first value of each."""

    def __init__(
        self, action: str, baseline: bool, path: list[int], known: Mapping[str, Value] = MappingProxyType({})
    ) -> None:
        self.action = action
        self.described = True
        self.baseline = baseline
        self.path = path
        self.taken: list[tuple[int, int]] = []
        self.decided: dict[str, Value] = dict(known)
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Value:
        domain = DOMAINS[name](self)
        index = 0
        if len(domain) > 1:
            at = len(self.taken)
            index = self.path[at] if at < len(self.path) else 0
            self.taken.append((index, len(domain)))
        value = domain[index]
        self.decided[name] = value
        setattr(self, name, value)
        return value

    def next_path(self) -> list[int] | None:
        """The path to the next leaf, None behind the last."""
        taken = self.taken
        while taken and taken[-1][0] + 1 == taken[-1][1]:
            taken.pop()
        return [index for index, _ in taken[:-1]] + [taken[-1][0] + 1] if taken else None


def goals(model: Model, action: str, baseline: bool) -> Iterator[Leaf]:
    """The leaves of an operation that a run asks for, in a fixed order: one for each goal, more where one is too few.

    A goal is an answer and its derivation. The first leaf that has it is taken, and what the law leaves unread is
    decided so that as many of the consulted clauses as possible are decisive at once. There may be a clause in the
    derivation that is not decisive there, because without it the answer would be the same in that situation. Then the
    first leaf of the goal that does put the clause to the test is taken as well. `baseline` says whether new objects
    are always encrypted.
    """
    untested: dict[Hashable, frozenset[str]] = {}
    for undecided, prediction, consulted in _explore(model, action, baseline):
        derivations = frozenset(outcome.derivation for outcome in prediction.outcomes)
        refused = all(outcome.refusal is not None for outcome in prediction.outcomes)
        key = (prediction.shapes, derivations, _by_choice(action, undecided.decided, refused))
        missing = untested.get(key)
        if missing is None:
            untested[key] = missing = frozenset[str]().union(*derivations)
        elif not _can_be_tested(model, missing & consulted, undecided, prediction):
            continue
        leaf = _complete(model, undecided, prediction, consulted)
        if leaf is not None:
            untested[key] = missing - leaf.case.decisive
            yield leaf


def _can_be_tested(model: Model, missing: Iterable[str], undecided: _Undecided, prediction: Prediction) -> bool:
    """Whether any of these clauses is decisive for one way to decide what is unread."""
    start = _Undecided(undecided.action, undecided.baseline, [], undecided.decided)
    return any(_made_decisive(model, clause, prediction, start) is not None for clause in missing)


TOLD_APART_IF_REFUSED: dict[str, tuple[str, ...]] = {
    "PutBucketEncryption": ("rules",),
    "PutObject": ("default_algorithm", "header_algorithm"),
    "CreateMultipartUpload": ("default_algorithm",),
    "CopyObject": ("object_key_state",),
    "GetObject": ("object_algorithm", "header_algorithm"),
    "HeadObject": ("object_algorithm", "header_algorithm"),
}
"""The fields of which a refusal is tried with each value: a target may have forgotten the reason for one of them."""


DSSE_LIKE = {"header_algorithm": UNKNOWN_ALGORITHM, "default_algorithm": "aws:kms", "object_algorithm": "aws:kms"}
"""What DSSE-KMS is not told apart from in these fields: there are days on which nobody knows it."""


def _by_choice(action: str, values: Mapping[str, Value], refused: bool) -> Hashable:
    """What is told apart beyond answers and derivations: reasons to refuse, and forms of keys."""
    reasons = TOLD_APART_IF_REFUSED.get(action, ()) if refused else ()
    tried = (DSSE_LIKE.get(name) if values.get(name) == DSSE else values.get(name) for name in reasons)
    return (*tried, _by_key(action, values))


def _by_key(action: str, values: Mapping[str, Value]) -> Hashable:
    """Every form of a key, where nothing else is special."""
    if action == "UpdateObjectEncryption":
        return values.get("header_key"), values.get("header_key_state"), values.get("object_algorithm")
    if values.get("target") is not None:
        return values.get("target_algorithm")
    if values.get("source_customer") is not None:
        # What is wrong with these headers may also be wrong with those of the copy.
        return str(values["source_customer"])
    if values.get("header_bucket_key") is not None:
        return None
    if values.get("default_bucket_key") is not None:
        # A setting that is inherited may get lost with a form of a key.
        return values.get("header_key") if action == "PutObject" and values["default_bucket_key"] else None
    if values.get("header_key") is None:
        return values.get("default_key") if values.get("header_algorithm") is None else None
    return values["header_key"] if values.get("default_algorithm") is None else None


def leaves(model: Model, action: str, baseline: bool) -> Iterator[Leaf]:
    """Every leaf of an operation, in a fixed order."""
    for undecided, prediction, consulted in _explore(model, action, baseline):
        leaf = _complete(model, undecided, prediction, consulted)
        if leaf is not None:
            yield leaf


def _explore(model: Model, action: str, baseline: bool) -> Iterator[tuple[_Undecided, Prediction, frozenset[str]]]:
    path: list[int] | None = []
    while path is not None:
        undecided = _Undecided(action, baseline, path)
        for name in (*FIRST.get(action, ()), *EVEN_IF_UNREAD.get(action, ())):
            getattr(undecided, name)
        yield (undecided, *model.judge_by(model.laws, cast("Situation", undecided)))
        path = undecided.next_path()


def _complete(model: Model, undecided: _Undecided, prediction: Prediction, consulted: frozenset[str]) -> Leaf | None:
    """The leaf with what was left unread decided; None where no clause is decisive."""
    values = dict(undecided.decided)
    for clause in sorted(consulted):
        start = _Undecided(undecided.action, undecided.baseline, [], values)
        values = _made_decisive(model, clause, prediction, start) or values
    complete = _Undecided(undecided.action, undecided.baseline, [], values)
    case = Case(model, cast("Situation", complete))
    return Leaf(undecided.action, complete.decided, case) if case.decisive else None


def _made_decisive(model: Model, clause: str, prediction: Prediction, start: _Undecided) -> dict[str, Value] | None:
    """The first way to decide what is unread under which breaking the clause shows; None if there is none."""
    laws = tuple(law.without(clause) for law in model.laws)
    path: list[int] | None = []
    while path is not None:
        tried = _Undecided(start.action, start.baseline, path, start.decided)
        broken, _ = model.judge_by(laws, cast("Situation", tried))
        if broken.shapes != prediction.shapes:
            return tried.decided
        path = tried.next_path()
    return None


def is_as(values: Mapping[str, object], situation: Situation) -> bool:
    """Whether a situation has the values of a leaf; keys are the same ones, whatever they are called."""
    labels: dict[object, object] = {}
    for name, value in values.items():
        if name in ONLY_PROOF:
            continue
        actual = getattr(situation, name)
        if not name.endswith(("_label", "_then")) or value is None or actual is None:
            if actual != value:
                return False
        elif ({value, actual} & FIXED and value != actual) or labels.setdefault(value, actual) != actual:
            return False
    return len(set(labels.values())) == len(labels)
