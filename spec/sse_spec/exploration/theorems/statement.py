"""What a theorem is: a sentence about every step that the specification permits."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sse_spec.actions import Action, CreateMultipartUpload, Rule
from sse_spec.exploration.components import Address, Change
from sse_spec.exploration.steps import Answered, answered
from sse_spec.model import Model
from sse_spec.outcomes import Outcome, Want
from sse_spec.scene import version_of
from sse_spec.world import Bucket, Stored, World

__all__ = ["Says", "Step", "Theorem", "object_at", "theorem", "wanted"]

Says = bool | str
"""What a theorem says of a step: True, it holds; False, it is about other steps; a text, how it is violated."""


class Step:
    """One action, one of its permitted answers, and the world after it.

    `changed` are the components of the world that are not what they were, as far as S3 may act on them, with their
    values; `remembers` tells of one whether a wrong S3 could at least remember something else of it.
    """

    def __init__(
        self,
        model: Model,
        before: World,
        action: Any,
        answer: Answered,
        after: World,
        changed: tuple[Change, ...],
        remembers: Callable[[Address], bool],
    ) -> None:
        self.model = model
        self.before = before
        self.action = action
        self.scene = answer.scene
        self.outcome = answer.outcome
        self.after = after
        self.changed = changed
        self.remembers = remembers
        self.accepted = answer.outcome.refusal is None
        self._asked: dict[tuple[int, Action], tuple[Answered, ...]] = {}

    def want(self, name: str) -> Want:
        """What a field of the answer must be."""
        return wanted(self.outcome, name)

    def asks(self, world: World, action: Action) -> tuple[Answered, ...]:
        """What would be permitted for a question, in the world before or in the one after."""
        question = (id(world), action)
        found = self._asked.get(question)
        if found is None:
            found = self._asked[question] = tuple(answered(self.model, world, action))
        return found

    @functools.cached_property
    def bucket(self) -> Bucket | None:
        """The bucket of the request, as it was before."""
        return self.before.buckets.get(self.action.bucket)

    @functools.cached_property
    def default(self) -> Rule | None:
        """The configured default of that bucket, as it was before."""
        return None if self.bucket is None else self.bucket.settings[0].rule

    @functools.cached_property
    def object(self) -> Stored | None:
        """The object that a read is about; None where it is not there."""
        return object_at(self.before, self.action.bucket, self.action.key, self.action.version)

    @functools.cached_property
    def source(self) -> Stored | None:
        """The object that is copied; None where it is not there."""
        action = self.action
        return object_at(self.before, action.source_bucket, action.source_key, getattr(action, "source_version", None))

    @functools.cached_property
    def made(self) -> Stored | None:
        """How the object of an accepted request is encrypted, or is going to be; None where it was refused."""
        if not self.accepted:
            return None
        action = self.action
        if isinstance(action, CreateMultipartUpload):
            upload = self.after.uploads.get(action.upload)
            return None if upload is None else upload.candidates[0]
        return object_at(self.after, action.bucket, action.key)


def object_at(world: World, bucket: str, key: str, version: int | None = None) -> Stored | None:
    """A version of an object, the newest for None; None where it is not there."""
    found = world.buckets.get(bucket)
    one = None if found is None else version_of(found, key, version)
    return None if one is None or not one.candidates else one.candidates[0]


def wanted(outcome: Outcome, name: str) -> Want:
    """What a field of an answer must be; None where it must be absent."""
    return next((field.want for field in outcome.fields if field.name == name), None)


class Theorem(NamedTuple):
    """A theorem: its sentence, the clauses that it rests on, and the actions that it is about."""

    name: str
    statement: str
    clauses: tuple[str, ...]
    about: tuple[type[Action], ...]
    says: Callable[[Step], Says]


def theorem(
    about: type[Action] | types.UnionType, clauses: Iterable[str]
) -> Callable[[Callable[[Step], Says]], Theorem]:
    """Make a theorem of a function whose docstring is its sentence. Breaking any of the clauses must violate it."""
    kinds = about.__args__ if isinstance(about, types.UnionType) else (about,)
    return functools.partial(_theorem, kinds, tuple(clauses))


def _theorem(about: tuple[type[Action], ...], clauses: tuple[str, ...], says: Callable[[Step], Says]) -> Theorem:
    sentence = " ".join((says.__doc__ or "").split())
    return Theorem(says.__name__.replace("_", " "), sentence, clauses, about, says)
