"""What one space tells of the calls to KMS: those of its writes, under its own keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sse_spec.actions import Action, DeleteObject, ReadKmsCalls, Storing
from sse_spec.observations import KmsContext, Observation

from sse_adapters.kms_witness import ENCRYPTING, KmsCall, KmsWitness
from sse_adapters.names import NameMap

__all__ = ["FORGOTTEN", "RUN_SECONDS", "TOO_FAR_APART", "KmsWatch"]

RUN_SECONDS = 10.0
"""So many seconds at most may lie between the first and the last of several writes: no bucket key is as short-lived."""

ARN = "aws:s3:arn"
"""The name under which S3 puts itself into an encryption context."""

TOO_FAR_APART = "the writes were too far apart to tell what a bucket key has saved"
FORGOTTEN = "what KMS was asked during these writes is not known any more"


class _Write(NamedTuple):
    """The last accepted write of an object: between which marks of the witness, and when.

    `named` says that the object is under a key of the space by the answer, and without bucket key: that takes a call.
    """

    first: int
    last: int
    began: float
    ended: float
    named: bool


class KmsWatch:
    """Remembers of each object of a space during which calls to KMS it was written.

    `names` are those of the space. A space carries out one action at a time, and a write is over when its answer has
    come: what KMS was asked in between, under a key that the space has made, was for that write. Where an object that
    needs a call is said to be under such a key, and there was none for that key, the calls for other keys are told.
    """

    def __init__(self, witness: KmsWitness, names: NameMap, now: Callable[[], float] = time.monotonic) -> None:
        self._witness = witness
        self._names = names
        self._now = now
        self._writes: dict[tuple[str, str], _Write] = {}

    def perform(self, action: Action, perform: Callable[[Action], Observation]) -> Observation:
        """Answer what only the witness knows; have `perform` carry out any other action, and note when."""
        if isinstance(action, ReadKmsCalls):
            return self.read(action)
        if not isinstance(action, Storing | DeleteObject):
            return perform(action)
        place = action.bucket, action.key
        before = self._writes.pop(place, None)  # what is there, nobody knows until there is an answer
        first, began = self._witness.mark(), self._now()
        seen = perform(action)
        if seen.refused and seen.fault is None and before is not None:
            self._writes[place] = before
        elif not seen.refused and seen.fault is None and isinstance(action, Storing):
            plain = (seen.bucket_key or "").lower() != "true"
            named = plain and seen.kms_key in self._names.key_arns.values()
            self._writes[place] = _Write(first, self._witness.mark(), began, self._now(), named)
        return seen

    def read(self, action: ReadKmsCalls) -> Observation:
        """What KMS was asked during the last writes of these objects."""
        keys = (action.key, *action.others)
        writes = [self._writes.get((action.bucket, key)) for key in keys]
        known = [one for one in writes if one is not None]
        if len(known) < len(keys):
            return _unknown(FORGOTTEN)
        if max(one.ended for one in known) - min(one.began for one in known) > RUN_SECONDS:
            return _unknown(TOO_FAR_APART)
        calls: list[tuple[str, KmsContext]] = []
        for key, write in zip(keys, known, strict=True):
            found = self._witness.between(write.first, write.last)
            if found is None:
                return _unknown(FORGOTTEN)
            calls += self._of_write(found, write, action.bucket, key)
        return Observation(
            200,
            kms_key=_common(key for key, _ in calls),
            kms_calls=len(calls),
            kms_context=_common(context for _, context in calls),  # type: ignore[arg-type]
        )

    def _of_write(
        self, calls: Iterable[KmsCall], write: _Write, bucket: str, key: str
    ) -> Iterator[tuple[str, KmsContext]]:
        """The ARN of the key, and what the context names, of each call that counts."""
        own = set(self._names.key_arns.values())
        made = [one for one in calls if one.operation in ENCRYPTING and one.status == 200]
        known = [one for one in made if one.key_arn in own]
        for call in known or (made if write.named else ()):
            yield str(call.key_arn), self._named(call.context.get(ARN), bucket, key)

    def _named(self, arn: str | None, bucket: str, key: str) -> KmsContext:
        if arn is None:
            return "none"
        whole = self._names.bucket_arn(bucket)
        # The partition is the second part of an ARN, and differs from one part of the world to another.
        resource, own = arn.partition(":s3:::")[2], whole.partition(":s3:::")[2]
        return "bucket" if resource == own else "object" if resource == f"{own}/{key}" else "other"


def _common(texts: Iterable[str]) -> str | None:
    """The text that all are; `several` where they differ, None where there are none."""
    found = set(texts)
    return found.pop() if len(found) == 1 else "several" if found else None


def _unknown(message: str) -> Observation:
    return Observation(0, message=message, fault="late")
