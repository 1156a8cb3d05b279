"""Targets that other processes can make: they have to be in a module that can be imported there."""

from __future__ import annotations

import os
import signal
import threading

from sse_adapters.protocol import Identity, Space, TargetError
from sse_conformance.reference import ReferenceTarget
from sse_spec.actions import Action, CreateBucket
from sse_spec.clauses import EDITION
from sse_spec.law import laws
from sse_spec.model import Model
from sse_spec.observations import Observation


def forgets_the_key() -> ReferenceTarget:
    """The reference without KMS-08."""
    return ReferenceTarget(Model(EDITION, law=tuple(law.without("KMS-08") for law in laws(EDITION))))


class NeverThere(ReferenceTarget):
    """Cannot be opened."""

    def __init__(self) -> None:
        super().__init__(Model())

    def open(self) -> Identity:
        raise TargetError("start it first")


class _Stumbling(ReferenceTarget):
    """Something happens at the first call for a bucket of the second program."""

    def __init__(self) -> None:
        super().__init__(Model())

    def space(self) -> Space:  # type: ignore[override]
        return _StumblingSpace(super().space(), self)

    def stumble(self) -> None:
        raise NotImplementedError


class _StumblingSpace:
    def __init__(self, inner: Space, target: _Stumbling) -> None:
        self._inner = inner
        self._target = target

    def perform(self, action: Action) -> Observation:
        if isinstance(action, CreateBucket) and action.bucket.startswith("kms-"):
            self._target.stumble()
        return self._inner.perform(action)

    def close(self) -> None:
        self._inner.close()


class Dies(_Stumbling):
    """Takes its process with it."""

    def stumble(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Blunders(_Stumbling):
    """Raises, which no space may do."""

    def stumble(self) -> None:
        raise ZeroDivisionError("a blunder\nof two lines")


class Hangs(_Stumbling):
    """Never answers."""

    def stumble(self) -> None:
        threading.Event().wait()
