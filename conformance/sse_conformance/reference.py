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
    Action,
    CopyObject,
    CreateKey,
    DeleteBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutObject,
    kind,
)
from sse_spec.model import Looked, Model
from sse_spec.names import KeyNames
from sse_spec.observations import Observation, ShownRule
from sse_spec.outcomes import AsPut, KeyArn, KeyAsGiven, Outcome, Want
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import EMPTY, World

from sse_conformance.comparison import as_given, md5

__all__ = ["ReferenceSpace", "ReferenceTarget"]

ACCOUNTS = {"main": "111122223333", "other": "444455556666"}
REGIONS = {"home": "us-east-1", "away": "us-west-2"}
CALL_SECONDS = 0.0001


class ReferenceTarget:
    """The model as a target. `seed` decides which permitted alternative it takes where there are several."""

    def __init__(self, model: Model, seed: int = 0, name: str = "reference") -> None:
        self._model = model
        self._seed = seed
        self._name = name
        self._spaces = itertools.count()

    def open(self) -> Identity:
        """It is always there."""
        return Identity(self._name, metadata.version("s3-sse-conformance"), ACCOUNTS, REGIONS, CALL_SECONDS)

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
        if len(permitted) < 2:
            return permitted[0] if permitted else None
        situation = msgspec.json.encode((self._seed, permitted[0][0].situation))
        return permitted[zlib.crc32(situation) % len(permitted)]

    def _undescribed(self, action: Action) -> Observation:
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
        return f"arn:aws:kms:{REGIONS[region]}:{ACCOUNTS[account]}:key/{key_id}"

    def _answer(self, action: Action, scene: Scene, outcome: Outcome) -> Observation:
        if outcome.refusal is not None:
            code = outcome.refusal.codes[0] if outcome.refusal.codes else "InvalidRequest"
            return Observation(outcome.refusal.status, code=None if isinstance(action, HeadObject) else code)
        wants = {field.name: field.want for field in outcome.fields}
        status = wants.get("status")
        return Observation(
            int(status) if isinstance(status, str) else 200,
            algorithm=_text(wants.get("algorithm")),
            kms_key=self._key(wants.get("kms_key"), action, scene),
            bucket_key="true" if wants.get("bucket_key") else None,
            etag=self._etag(wants.get("etag"), action, scene) if _has_etag(action) else None,
            version_id=self._hex() if self._versions(action) else None,
            body=scene.object.body if wants.get("body") and scene.object is not None else None,
            configuration=self._configuration(wants, action, scene) if "default_algorithm" in wants else None,
        )

    def _versions(self, action: Action) -> bool:
        if not isinstance(action, PutObject | CopyObject):
            return False
        bucket = self._world.buckets.get(action.bucket)
        return bucket is not None and bucket.versioning == "Enabled"

    def _configuration(self, wants: dict[str, Want], action: Action, scene: Scene) -> tuple[ShownRule, ...]:
        flag = wants.get("default_bucket_key")
        shown_key = self._key(wants.get("default_key"), action, scene)
        return (ShownRule(_text(wants["default_algorithm"]), shown_key, flag if isinstance(flag, bool) else None),)

    def _key(self, want: Want, action: Action, scene: Scene) -> str | None:
        if isinstance(want, KeyAsGiven):
            return self._refer(as_given(want, scene, action), action)
        if isinstance(want, AsPut):
            return self._refer(_default_key(scene), action)
        if not isinstance(want, KeyArn):
            return None
        symbol = scene.keys.get(want.label, f"{MANAGED}@{action.principal}")
        if want.label not in scene.keys and want.label != MANAGED:
            symbol = f"{want.label} {getattr(action, 'bucket', kind(action))}"
        if symbol.startswith("="):
            return symbol[1:]
        if symbol not in self._names.arns:
            self._names.bind(symbol, self._arn("home", action.principal))
        return self._names.arns[symbol]

    def _refer(self, reference: KeyRef | None, action: Action) -> str | None:
        return None if reference is None else self._names.text(reference, action.principal)

    def _etag(self, want: Want, action: Action, scene: Scene) -> str | None:
        before = scene.object
        if want == "kept":
            return None if before is None else before.etag
        if want == "md5":
            return md5(action.body if isinstance(action, PutObject) else "" if before is None else before.body)
        return self._hex()


def _default_key(scene: Scene) -> KeyRef | None:
    return None if scene.setting.rule is None else scene.setting.rule.key


def _has_etag(action: Action) -> bool:
    return isinstance(action, PutObject | CopyObject | HeadObject | GetObject)


def _text(want: Want) -> str | None:
    return want if isinstance(want, str) else None
