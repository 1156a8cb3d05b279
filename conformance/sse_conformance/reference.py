"""The model as a target: an S3 that keeps every clause, takes permitted outcomes by seed and invents ids as AWS does.

With another law or other rules it is an S3 with a bug: a mutant.
"""

from __future__ import annotations

import hashlib
import itertools
import zlib
from collections.abc import Iterable
from importlib import metadata

import msgspec
from sse_adapters.protocol import Identity
from sse_spec import effects, following
from sse_spec.actions import (
    RESTRICTED,
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    DeleteAlias,
    DeleteBucketEncryption,
    DisableKey,
    EnableKey,
    GetObject,
    GetObjectAttributes,
    HeadObject,
    HeadReplica,
    KeyRef,
    ListParts,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    ScheduleKeyDeletion,
    Storing,
    UpdateAlias,
    UploadPart,
    UploadPartCopy,
    account_of,
    kind,
)
from sse_spec.model import Looked, Model
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownReplication, ShownRule, byte_length
from sse_spec.outcomes import EACH_WRITE, FEWER, NO_CALL, UNDER_WAY, AsPut, KeyArn, KeyAsGiven, Outcome, Want
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import EMPTY, World, managed_key

from sse_conformance.bodies import etag_of_parts, expected_body, known_content, md5
from sse_conformance.comparison import as_given, customer_key_sent

__all__ = ["ReferenceSpace", "ReferenceTarget"]

ACCOUNTS = {"main": "111122223333", "other": "444455556666"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}
CALL_SECONDS = 0.0001

SETTING_UP = (
    CreateBucket
    | PutBucketVersioning
    | PutBucketPolicy
    | AbortMultipartUpload
    | ListParts
    | GetObjectAttributes
    | CreateKey
    | DisableKey
    | EnableKey
    | ScheduleKeyDeletion
    | CancelKeyDeletion
    | CreateAlias
    | UpdateAlias
    | DeleteAlias
)
"""The requests of which nothing is described but what they leave behind."""


class ReferenceTarget:
    """The model as a target. `seed` decides which permitted alternative it takes where there are several."""

    def __init__(self, model: Model, seed: int = 0, name: str = "reference") -> None:
        self._model = model
        self._seed = seed
        self._name = name
        self._spaces = itertools.count()

    def open(self) -> Identity:
        """It is always there."""
        version = metadata.version("s3-sse-conformance")
        principals = (*ACCOUNTS, *RESTRICTED)
        return Identity(self._name, version, ACCOUNTS, REGIONS, CALL_SECONDS, principals, kms_witness=True)

    def space(self) -> ReferenceSpace:
        """A fresh space."""
        return ReferenceSpace(self._model, self._seed, next(self._spaces))

    def close(self) -> None:
        """Nothing has to be stopped."""


class ReferenceSpace:
    """One space of the reference target."""

    def __init__(self, model: Model, seed: int, number: int) -> None:
        self._model = model
        self._seed = seed
        self._number = number
        self._invented = itertools.count()
        self._names = KeyNames(ACCOUNTS, REGIONS)
        self._world: World = EMPTY

    def close(self) -> None:
        """Forget everything."""
        self._world = EMPTY

    def perform(self, action: Action) -> Observation:
        """Answer as the model predicts."""
        looked = self._model.look(self._world, action)
        taken = self._take(looked)
        if taken is None:
            return self._undescribed(action)
        scene, outcome = taken
        answer = self._answer(action, scene, outcome)
        if isinstance(action, BatchCopy) and not answer.refused:
            # The job shows nothing of the copy; that has an ETag all the same.
            done = msgspec.structs.replace(answer, etag=self._etag_of_copy(action, scene, outcome))
            self._world = following.follow(self._world, action, done, ((scene, outcome),))
            return answer
        self._world = self._settled(following.follow(self._world, action, answer, ((scene, outcome),)), action)
        return answer

    def _settled(self, world: World, action: Action) -> World:
        """The world with what the documents leave open about a configuration decided: always in the same way."""
        if not isinstance(action, PutBucketEncryption | DeleteBucketEncryption):
            return world
        bucket = world.buckets.get(action.bucket)
        if bucket is None or len(bucket.settings) < 2:
            return world
        at = zlib.crc32(f"{self._seed} {kind(action)}".encode()) % len(bucket.settings)
        return effects.settle(world, action.bucket, bucket.settings[at : at + 1])

    def _take(self, looked: Iterable[Looked]) -> tuple[Scene, Outcome] | None:
        """One of the permitted outcomes: always the same one in the same situation."""
        permitted = [(one.scene, outcome) for one in looked for outcome in one.case.prediction.outcomes]
        if len(permitted) < 2 or permitted[0][0].situation.action in {"ReadLog", "ReadKmsCalls"}:
            # It delivers each log at once, and makes a bucket key whenever one is asked for.
            return permitted[0] if permitted else None
        situation = msgspec.json.encode((self._seed, permitted[0][0].situation))
        return permitted[zlib.crc32(situation) % len(permitted)]

    def _undescribed(self, action: Action) -> Observation:
        if not isinstance(action, SETTING_UP):
            # It refuses what no document describes: had it accepted, nobody could say what it shows afterwards.
            if isinstance(action, Storing) and not isinstance(action, BatchCopy):
                self._world = effects.refused_write(self._world, action)
            return Observation(400, code=None if isinstance(action, HeadObject | HeadReplica) else "InvalidRequest")
        self._world = effects.done(self._world, action)
        if not isinstance(action, CreateKey):
            return Observation(200)
        arn = self._arn(action.region, action.principal)
        self._names.bind(action.key, arn)
        return Observation(200, key_arn=arn)

    def _hex(self) -> str:
        text = f"{self._seed} {self._number} {next(self._invented)}"
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def _arn(self, region: str, account: str) -> str:
        digits = self._hex()
        key_id = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        return f"arn:aws:kms:{REGIONS[region]}:{ACCOUNTS[account_of(account)]}:key/{key_id}"

    def _answer(self, action: Action, scene: Scene, outcome: Outcome) -> Observation:
        if outcome.refusal is not None:
            code = outcome.refusal.codes[0] if outcome.refusal.codes else "InvalidRequest"
            bodiless = isinstance(action, HeadObject | HeadReplica)
            return Observation(outcome.refusal.status, code=None if bodiless else code)
        wants = {field.name: field.want for field in outcome.fields}
        status = wants.get("status")
        return Observation(
            int(status) if isinstance(status, str) else 200,
            algorithm=_text(wants.get("algorithm")),
            kms_key=self._key(wants.get("kms_key"), action, scene),
            bucket_key="true" if wants.get("bucket_key") else None,
            customer_algorithm=_text(wants.get("customer_algorithm")),
            customer_key_md5=customer_key_sent(action) if wants.get("customer_key_md5") else None,
            logged_in=scene.logging if wants.get("logged_in") is not None else None,
            delivered=_flag(wants.get("delivered")),
            kms_calls=_calls(wants.get("kms_calls"), action),
            kms_context=wants.get("kms_context"),  # type: ignore[arg-type]
            etag=self._etag(wants.get("etag"), action, scene) if _has_etag(action) else None,
            version_id=self._version_id(wants.get("version_id"), action, scene),
            body=expected_body(scene, action, whole=wants["body"] == "written") if wants.get("body") else None,
            length=_length(wants.get("length"), action, scene),
            upload_id=self._hex() if isinstance(action, CreateMultipartUpload) else None,
            configuration=self._configuration(wants, action, scene) if "default_algorithm" in wants else None,
            replication_status=_status(wants.get("replication_status")),
            replication=self._replication(wants, action, scene) if "replication_destination" in wants else None,
        )

    def _etag_of_copy(self, action: BatchCopy, scene: Scene, outcome: Outcome) -> str | None:
        plain = outcome.written is not None and outcome.written.algorithm in (None, "AES256")
        return self._etag("md5" if plain else "not-md5", action, scene)

    def _version_id(self, want: Want, action: Action, scene: Scene) -> str | None:
        if want is None:
            return self._hex() if self._versions(action) else None
        return scene.version_id if want == "kept" else self._hex()

    def _versions(self, action: Action) -> bool:
        if not isinstance(action, Storing) or isinstance(action, BatchCopy):
            return False
        bucket = self._world.buckets.get(action.bucket)
        return bucket is not None and bucket.versioning == "Enabled"

    def _configuration(self, wants: dict[str, Want], action: Action, scene: Scene) -> tuple[ShownRule, ...]:
        flag = wants.get("default_bucket_key")
        shown_key = self._key(wants.get("default_key"), action, scene)
        shown_flag, blocked = flag if isinstance(flag, bool) else None, _text(wants.get("default_blocked"))
        algorithm = _text(wants["default_algorithm"])
        return (ShownRule(algorithm, shown_key, shown_flag, None if blocked is None else (blocked,)),)

    def _replication(self, wants: dict[str, Want], action: Action, scene: Scene) -> ShownReplication | None:
        put = scene.replication
        if put is None or wants["replication_destination"] is None:
            return None
        key = self._refer(put.replica_key, action) if wants["replication_replica_key"] is not None else None
        return ShownReplication(put.destination, _text(wants["replication_sse_kms"]), key)

    def _key(self, want: Want, action: Action, scene: Scene) -> str | None:
        if isinstance(want, KeyAsGiven):
            return self._refer(as_given(want, scene, action), action)
        if isinstance(want, AsPut):
            return self._refer(_default_key(scene), action)
        if not isinstance(want, KeyArn):
            return None
        symbol = scene.keys.get(want.label, managed_key(account_of(action.principal)))
        if want.label not in scene.keys and want.label != MANAGED:
            symbol = f"{want.label} {getattr(action, 'bucket', kind(action))}"
        if symbol.startswith("="):
            return symbol[1:]
        if symbol not in self._names.arns:
            account = symbol.partition("aws/s3@")[2] or action.principal
            self._names.bind(symbol, self._arn("home", account))
        return self._names.arns[symbol]

    def _refer(self, reference: KeyRef | None, action: Action) -> str | None:
        return None if reference is None else self._names.text(reference, action.principal)

    def _etag(self, want: Want, action: Action, scene: Scene) -> str | None:
        before = scene.object
        if want == "kept":
            return None if before is None else before.etag
        if want == "md5":
            return md5(known_content(scene, action) or "")
        if want == "of-parts":
            return etag_of_parts(scene.parts) or f"{self._hex()}-{len(scene.parts)}"
        return self._hex()


def _default_key(scene: Scene) -> KeyRef | None:
    return None if scene.setting.rule is None else scene.setting.rule.key


def _status(want: Want) -> str | None:
    """A replication status: at this target everything has been replicated by the time that somebody looks."""
    return "COMPLETED" if want == UNDER_WAY else _text(want)


def _has_etag(action: Action) -> bool:
    shown = isinstance(action, Storing | UploadPart | UploadPartCopy | HeadObject | GetObject | HeadReplica)
    return shown and not isinstance(action, BatchCopy)


def _length(want: Want, action: Action, scene: Scene) -> int | None:
    if want is None:
        return None
    length = byte_length(known_content(scene, action) or "")
    return length if want == "written" else length + 1


def _calls(want: Want, action: Action) -> int | None:
    """So many calls to KMS as are wanted for the writes that somebody looks at."""
    writes = 1 + len(getattr(action, "others", ()))
    return {NO_CALL: 0, FEWER: writes - 1, EACH_WRITE: writes}.get(str(want))


def _flag(want: Want) -> bool | None:
    return want if isinstance(want, bool) else None


def _text(want: Want) -> str | None:
    return want if isinstance(want, str) else None
