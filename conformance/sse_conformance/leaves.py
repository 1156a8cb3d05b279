"""Every situation that the rules tell apart, found by asking them.

A rule is run on a situation that is undecided until it looks: the first look at a field forks into the field's values. The
rules are run under the law and once more under the law without each clause that was consulted, so a leaf fixes just the
fields on which the prediction, or what any clause is needed for, depends.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from sse_spec.model import Case, Model
from sse_spec.outcomes import Prediction
from sse_spec.situation import MANAGED, Situation

__all__ = ["Leaf", "Value", "goals", "leaves"]

Value = Any
"""The value of one field of a situation."""

UNKNOWN_ALGORITHM = "AES512"
"""Stands for every algorithm that no S3 knows."""

STATES = ("enabled", "disabled", "pending", "cancelled", "restored")
DEFAULT_KEY, HEADER_KEY, OBJECT_KEY, FORMER_KEY = "D", "H", "O", "T"


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
        domain = _domain(self, name)
        if len(domain) > 1:
            at = len(self.taken)
            index = self.path[at] if at < len(self.path) else 0
            self.taken.append((index, len(domain)))
            value = domain[index]
        else:
            (value,) = domain
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
    """One leaf for each goal of an operation, in a fixed order.

    A goal is an answer and its derivation. Of the leaves that have it, the first is taken, and what the law leaves unread
    is decided so that as many of the consulted clauses as possible are decisive at once. `baseline` says whether new
    objects are always encrypted.
    """
    known: set[Hashable] = set()
    for undecided, prediction, consulted in _explore(model, action, baseline):
        derivations = frozenset(outcome.derivation for outcome in prediction.outcomes)
        key = (prediction.shapes, derivations, _by_choice(undecided.decided))
        if key in known:
            continue
        known.add(key)
        leaf = _complete(model, undecided, prediction, consulted)
        if leaf is not None:
            yield leaf


def _by_choice(values: Mapping[str, Value]) -> Hashable:
    """What is told apart beyond answers and derivations: every form of a key, where nothing else is special."""
    if values.get("header_bucket_key") is not None or values.get("default_bucket_key") is not None:
        return None
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
        yield (undecided, *model.judge_by(model.laws, cast(Situation, undecided)))
        path = undecided.next_path()


def _complete(model: Model, undecided: _Undecided, prediction: Prediction, consulted: frozenset[str]) -> Leaf | None:
    """The leaf with what was left unread decided; None where no clause is decisive."""
    values = dict(undecided.decided)
    for clause in sorted(consulted):
        start = _Undecided(undecided.action, undecided.baseline, [], values)
        values = _made_decisive(model, clause, prediction, start) or values
    complete = _Undecided(undecided.action, undecided.baseline, [], values)
    case = Case(model, cast(Situation, complete))
    return Leaf(undecided.action, complete.decided, case) if case.decisive else None


def _made_decisive(model: Model, clause: str, prediction: Prediction, start: _Undecided) -> dict[str, Value] | None:
    """The first way to decide what is unread under which breaking the clause shows; None if there is none."""
    laws = tuple(law.without(clause) for law in model.laws)
    path: list[int] | None = []
    while path is not None:
        tried = _Undecided(start.action, start.baseline, path, start.decided)
        broken, _ = model.judge_by(laws, cast(Situation, tried))
        if broken.shapes != prediction.shapes:
            return tried.decided
        path = tried.next_path()
    return None


FIXED: dict[str, tuple[Value, ...]] = {
    "bucket": (True, False),
    "rules": ("one", "none", "two", "malformed"),
    "new_apply": (True, False),
    "new_algorithm": ("AES256", "aws:kms", None, UNKNOWN_ALGORITHM),
    "new_bucket_key": (None, True, False),
    "header_key_given": (False, True),
    "header_bucket_key": (None, True, False),
    "managed_elsewhere": (True,),  # a first use tells no more than a later one
    "object": ("present", "missing", "no-bucket"),
    "refused": (False, True),
}
"""The values of a field that do not depend on those of others, the cheapest to bring about first."""

NAMED = ("arn", "id", "alias", "alias-arn")
REACHED: dict[str | None, tuple[Value, ...]] = {
    "arn": (*STATES, "missing", "away"),
    "id": ("enabled", "missing", "away"),
    "alias": ("enabled", "disabled", "missing"),
    "alias-arn": ("enabled", "missing"),
    "text": ("missing",),
    "empty": ("missing",),
}
"""The states of keys with which each form is tried: no rule reads the two together but for keys that are missing."""


def _domain(s: _Undecided, name: str) -> tuple[Value, ...]:
    if name in FIXED:
        return FIXED[name]
    if name == "in_place":
        return (False, True) if _may_be_in_place(s) else (False,)
    if name in {"source_version", "changes_metadata"}:
        return (False,) if s.decided.get("default_names_key") else (False, True)
    if name == "override":
        plain = s.decided.get("previous_bucket_key") is None and s.decided.get("default_key") in {None, "arn"}
        return (None, True, False) if plain else (None,)
    if name in {"newer_algorithm", "copied_algorithm"}:
        return _afterwards_domain(s, name)
    if name.startswith(("default_", "configured", "previous")):
        return _default_domain(s, name)
    if name.startswith("object_"):
        return _object_domain(s, name)
    if name.startswith("header_"):
        return _header_domain(s, name)
    if name == "new_key":
        return (None, *NAMED, "text", "empty") if s.new_algorithm == "aws:kms" else (None, "arn")
    if name == "new_key_state":
        return REACHED.get(s.new_key, ("enabled",))
    raise AttributeError(name)


def _may_be_in_place(s: _Undecided) -> bool:
    """Copies in place are not crossed with the states of keys nor with headers that no rule reads together with them."""
    plain = not s.header_key_given and s.header_bucket_key is None and s.decided.get("header_context") is None
    usual = s.decided.get("default_key") in {None, "arn"} and s.decided.get("default_key_state", "enabled") == "enabled"
    return s.action == "CopyObject" and plain and usual and s.decided.get("object", "present") == "present"


def _afterwards_domain(s: _Undecided, name: str) -> tuple[Value, ...]:
    """What happened after an object was written: one thing at a time, as no rule reads two of them together."""
    other = "copied_algorithm" if name == "newer_algorithm" else "newer_algorithm"
    calm = s.object == "present" and not s.decided.get("default_changed") and s.decided.get(other) is None
    usable = s.decided.get("object_key_state", "enabled") == "enabled"
    return (None, "AES256", "aws:kms") if calm and usable else (None,)


def _header_domain(s: _Undecided, name: str) -> tuple[Value, ...]:
    if name == "header_algorithm":
        if s.action in {"GetObject", "HeadObject"}:
            return (None, "AES256", "aws:kms")
        return (None, "AES256", "aws:kms", UNKNOWN_ALGORITHM, "")
    if name == "header_key":
        return (*NAMED, "aws/s3", "text") if s.header_key_given else (None,)
    if name == "header_key_state":
        return REACHED.get(s.header_key, ("enabled",))
    if name == "header_context":
        # Not crossed with the default and the key, which no rule reads together with it.
        alone = s.decided.get("default_algorithm") is None and not s.header_key_given
        return (None, "valid", "invalid") if alone else (None,)
    if s.header_key == "aws/s3":
        return (MANAGED,)
    if s.header_key_state == "missing":
        return (None,)
    return (HEADER_KEY, DEFAULT_KEY) if s.decided.get("default_names_key") else (HEADER_KEY,)


def _default_domain(s: _Undecided, name: str) -> tuple[Value, ...]:
    if name == "default_algorithm":
        if not s.decided.get("bucket", True):
            return (None,)
        return ("AES256", "aws:kms") if s.decided.get("default_changed") else (None, "AES256", "aws:kms")
    if name == "default_changed":
        usable = s.object == "present" and s.decided.get("object_key_state", "enabled") == "enabled"
        return (False, True) if usable else (False,)
    if name == "configured":
        return (True,) if s.default_algorithm is not None else (False, True)
    if name == "previous_algorithm":
        never = (
            s.default_algorithm is not None or not s.decided.get("bucket", True) or s.decided.get("configured") is False
        )
        return (None,) if never else (None, "aws:kms")
    if name == "previous_bucket_key":
        plain = s.default_algorithm is not None and s.decided.get("default_key") is None
        return (None, True) if plain else (None,)
    if name == "default_bucket_key":
        return (None,) if s.default_algorithm is None else (None, True, False)
    if name == "default_names_key":
        return (False, True) if s.default_algorithm == "aws:kms" else (False,)
    if name == "default_key":
        return (*NAMED, "text") if s.default_names_key else (None,)
    if name == "default_key_state":
        return REACHED.get(s.default_key, ("enabled",))
    if name == "default_key_then":
        return (None, FORMER_KEY) if s.default_key in {"alias", "alias-arn"} else (None,)
    return (None,) if s.default_key is None or s.default_key_state == "missing" else (DEFAULT_KEY,)


def _object_domain(s: _Undecided, name: str) -> tuple[Value, ...]:
    if s.object != "present":
        return {"object_bucket_key": (False,), "object_key_state": ("enabled",)}.get(name, (None,))
    if name == "object_algorithm":
        return ("AES256", "aws:kms") if s.baseline else (None, "AES256", "aws:kms")
    if s.object_algorithm != "aws:kms":
        return {"object_key_label": (None,), "object_bucket_key": (False,), "object_key_state": ("enabled",)}[name]
    if name == "object_key_label":
        return (OBJECT_KEY, MANAGED)
    if name == "object_bucket_key":
        return (False, True)
    if s.action == "CopyObject":
        return ("enabled", "disabled", "pending")
    return STATES if s.object_key_label == OBJECT_KEY else ("enabled",)
