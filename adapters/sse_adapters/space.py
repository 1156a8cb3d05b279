"""A space of the shared carrier: its names, what it learns from answers, and what it removes in the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sse_spec.actions import (
    DEFAULT_ACCOUNT,
    Action,
    BatchCopy,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteObject,
    PostObject,
    PutBucketVersioning,
    PutObject,
    UploadPart,
    UploadPartCopy,
    account_of,
)
from sse_spec.observations import Observation

from sse_adapters.answers import observe_s3
from sse_adapters.calls import Call, call
from sse_adapters.cleaning import Cleaner
from sse_adapters.documents import cut
from sse_adapters.given import placed
from sse_adapters.kms_answers import observe_kms
from sse_adapters.kms_watch import KmsWatch
from sse_adapters.names import STEM, NameMap
from sse_adapters.protocol import TargetError, Wire
from sse_adapters.transport import fault_of
from sse_adapters.waiting import Waiting, waits

if TYPE_CHECKING:
    from sse_adapters.carrier import Carrier

__all__ = ["BotoSpace"]

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}")


class BotoSpace:
    """A space of a target that speaks S3 and KMS: an implementation of :class:`sse_adapters.protocol.Space`.

    Every bucket and alias that it ever names begins with `s3sse-<token of the run>-<number of the space>-`, but for
    those that the operator gave; of such a bucket it touches only the objects in a folder of that name.
    `leftovers` has the names of what the last :meth:`close` could not remove.
    """

    def __init__(self, carrier: Carrier, number: int, *, cleans: bool = True) -> None:
        self._carrier = carrier
        self._number = number
        stem, given = f"{STEM}-{carrier.token}-{number}-", carrier.given_names
        keys = {key.key for key in carrier.given.keys}  # they are told by what they are really called
        named = {symbol: name for symbol, name in given.items() if symbol not in keys}
        self._names = NameMap(stem, carrier.accounts, carrier.regions, named)
        buckets = [given[bucket.symbol] for bucket in carrier.given.buckets or ()]
        self._folders = dict.fromkeys(buckets, self._names.folder)
        self._cleaner = Cleaner(carrier.client, self._names) if cleans else None
        self._watch = None if carrier.witness is None else KmsWatch(carrier.witness, self._names)
        self.leftovers: tuple[str, ...] = ()
        self._before = carrier.wire

    @property
    def wire(self) -> Wire:
        """What was sent and received since the space was made."""
        return self._carrier.wire - self._before

    def perform(self, action: Action) -> Observation:
        """Carry the action out, once, without retries. Never raises: what goes wrong is a fault of the observation."""
        try:
            return self._perform(action) if self._watch is None else self._watch.perform(action, self._perform)
        except Exception as error:
            return self._failed(error)

    def close(self) -> None:
        """Remove what the space made, if the target does not reset itself."""
        if self._cleaner is not None and not self._carrier.closed:
            self.leftovers = self._cleaner.clean()
            self._carrier.left(self._number, self.leftovers)

    def has_bucket(self, symbol: str) -> bool:
        """Whether a bucket is there, as far as the target says it. Raises what :meth:`Carrier.send` raises."""
        look = Call("s3", "head_bucket", {"Bucket": self._names.bucket(symbol)}, DEFAULT_ACCOUNT)
        return self._carrier.send(look).status < 300

    def listing(self, symbol: str) -> Call:
        """The request that lists a bucket."""
        return Call("s3", "list_objects_v2", {"Bucket": self._names.bucket(symbol)}, DEFAULT_ACCOUNT)

    def forget(self, symbol: str) -> None:
        """Leave a bucket where it is: what goes by its name may not be ours."""
        if self._cleaner is not None:
            self._cleaner.forget(symbol)

    def _perform(self, action: Action) -> Observation:
        carrier, names = self._carrier, self._names
        if carrier.closed:
            return Observation(0, message="the target is closed", fault="unreachable")
        if action.principal not in carrier.principals or account_of(action.principal) not in carrier.accounts:
            raise TargetError(f"this target has no principal {action.principal!r}: leave it out")
        if carrier.given.provides(action):
            return self._provided(action)
        if carrier.given.forbids(action):
            raise TargetError("what the operator gave is used and not changed, and no other bucket may be touched")
        request = call(action, names)
        if self._cleaner is not None:
            self._cleaner.note(action)
        seen = self._sent(action, placed(request, self._folders) if self._folders else request)
        if seen.fault is None and not seen.refused:
            _learn(names, action, seen)
        if self._cleaner is not None:
            self._cleaner.learn(action, seen)
        return seen

    def _sent(self, action: Action, request: Call) -> Observation:
        """What comes of the request."""
        carrier, names = self._carrier, self._names
        if waits(action):
            return Waiting(carrier.send, names, carrier.wait_seconds).perform(action, request, self._shown)
        answer = carrier.send(request)
        return (observe_kms if request.service == "kms" else observe_s3)(action, answer, self._shown)

    def _provided(self, action: Action) -> Observation:
        """The answer to a request for something that is there already, and for which nothing is sent."""
        seen = Observation(200)
        if isinstance(action, CreateKey):
            seen = Observation(200, key_arn=self._carrier.given_names[action.key])
        _learn(self._names, action, seen)
        return seen

    def _shown(self, text: str) -> str:
        return self._carrier.redacted(self._names.shown(text))

    def _failed(self, error: Exception) -> Observation:
        try:
            text = _ADDRESS.sub("0x", f"{type(error).__name__}: {error}")
        except Exception:  # an exception of the target may fail even when it is shown
            text = type(error).__name__
        for endpoint in self._carrier.endpoints:  # the port may be another one in the next run
            text = text.replace(endpoint, "")
        return Observation(0, message=cut(text, self._shown), fault=fault_of(error))


def _learn(names: NameMap, action: Action, seen: Observation) -> None:
    match action:
        case CreateBucket():
            names.learn_bucket(action.bucket, action.region)
        case PutObject() | PostObject() | CopyObject() | BatchCopy() | CompleteMultipartUpload():
            names.learn_write(action.bucket, action.key, seen.version_id)
        case CreateMultipartUpload() if seen.upload_id is not None:
            names.learn_upload(action.upload, seen.upload_id)
        case UploadPart() | UploadPartCopy() if seen.etag is not None:
            names.learn_part(action.upload, action.number, seen.etag)
        case DeleteObject(version=None):
            names.learn_delete(action.bucket, action.key, seen.version_id)
        case PutBucketVersioning():
            names.learn_versioning(action.bucket, action.status)
        case CreateKey() if seen.key_arn is not None:
            names.learn_key(action.key, action.region, seen.key_arn)
