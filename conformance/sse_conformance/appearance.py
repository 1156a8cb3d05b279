"""How an answer looks to the rules: all of it that a comparison depends on, with relations in the place of values.

Two answers of one appearance, in one situation, fit the same outcomes, differ in the same fields, and break the same
clauses. So the judge works each out once, however long the trace.
"""

from __future__ import annotations

from collections.abc import Hashable

from sse_spec.actions import Action, PutObject
from sse_spec.names import KeyNames, shape_of_key
from sse_spec.observations import Observation
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import managed_key

from sse_conformance.comparison import header_key, md5

__all__ = ["appearance"]


def appearance(seen: Observation, scene: Scene, action: Action, names: KeyNames) -> Hashable:
    """What tells an answer from others in its situation; None if it shows a key for the first time, which binds it."""
    if seen.refused:
        return seen.status, seen.code
    key = _key(seen.kms_key, scene, action, names) if seen.kms_key is not None else ""
    if key is None:
        return None
    etag = _etag(seen.etag, scene, action) if seen.etag is not None else None
    if seen.configuration is None and seen.body is None:
        return seen.status, seen.algorithm, key, seen.bucket_key, etag
    shown = (
        ()
        if seen.configuration is None
        else tuple(
            (
                rule.algorithm,
                rule.bucket_key,
                None if rule.key is None else _key(rule.key, scene, action, names) or rule.key,
            )
            for rule in seen.configuration
        )
    )
    content = None if scene.object is None else scene.object.body
    same_body = None if content is None else seen.body == content
    return (
        seen.status,
        seen.algorithm,
        key,
        seen.bucket_key,
        etag,
        seen.configuration is None,
        shown,
        seen.body is None,
        same_body,
    )


def _key(text: str, scene: Scene, action: Action, names: KeyNames) -> Hashable:
    """A key by what it is to the situation: which of its keys, or one of others, and whether it is as it was given."""
    symbol = names.symbols.get(text)
    given = header_key(action)
    put = None if scene.setting.rule is None else scene.setting.rule.key
    account = action.principal
    relation = (
        given is not None and names.text(given, account) == text,
        put is not None and names.text(put, account) == text,
    )
    labels = [label for label, known in scene.keys.items() if known == symbol or known == f"={text}"]
    if symbol is not None or labels:
        return symbol is None, symbol == managed_key(account), *labels, *relation
    shape = shape_of_key(text)
    if shape == "key ARN" and not any(relation) and not _all_bound(scene, account, names):
        return None
    return shape, text == f"alias/{MANAGED}", *relation


def _all_bound(scene: Scene, account: str, names: KeyNames) -> bool:
    """Whether there is no key in the situation whose ARN is still to be learnt."""
    known = names.arns
    return managed_key(account) in known and all(one in known or one[0] == "=" for one in scene.keys.values())


def _etag(etag: str, scene: Scene, action: Action) -> Hashable:
    stored = scene.object
    content = action.body if isinstance(action, PutObject) else None if stored is None else stored.body
    before = None if stored is None else stored.etag
    return (
        None if content is None else etag == md5(content),
        None if before is None else etag == before,
    )
