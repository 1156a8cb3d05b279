"""How an answer looks to the rules: all of it that a comparison depends on, with relations in the place of values.

Two answers of one appearance, in one situation, fit the same outcomes, differ in the same fields, and break the same
clauses. So the judge works each out once, however long the trace.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable

from sse_spec.actions import Action, GetObject, account_of
from sse_spec.names import KeyNames, shape_of_key
from sse_spec.observations import Observation, byte_length
from sse_spec.scene import Scene
from sse_spec.situation import MANAGED
from sse_spec.world import managed_key

from sse_conformance.bodies import etag_of_parts, expected_body, known_content, md5
from sse_conformance.comparison import calls_words, customer_key_sent, header_key
from sse_conformance.replicas import look_of_replication

__all__ = ["appearance"]


_NAMES = ("customer_algorithm", "replication_status", "logged_in", "delivered", "kms_context")
_MORE = operator.attrgetter(*_NAMES)
_NO_MORE = (None,) * len(_NAMES)


def appearance(seen: Observation, scene: Scene, action: Action, names: KeyNames) -> Hashable:
    """What tells an answer from others in its situation; None if it shows a key for the first time, which binds it."""
    if seen.refused:
        return seen.status, seen.code
    key = _key(seen.kms_key, scene, action, names) if seen.kms_key is not None else ""
    if key is None:
        return None
    etag = _etag(seen.etag, scene, action) if seen.etag is not None else None
    length = _length(seen.length, scene, action) if seen.length is not None else None
    more: tuple[Hashable, ...] = _MORE(seen)
    if seen.kms_calls is not None:
        more += (calls_words(seen.kms_calls, action),)
    if seen.replication is not None:
        more += (look_of_replication(seen, scene, action, names),)
    shown_more = seen.configuration is not None or seen.body is not None or seen.customer_key_md5 is not None
    if more == _NO_MORE and not shown_more and scene.version_id is None:
        return seen.status, seen.algorithm, key, seen.bucket_key, etag, length
    shown = (
        ()
        if seen.configuration is None
        else tuple(
            (
                rule.algorithm,
                rule.bucket_key,
                rule.blocked,
                None if rule.key is None else _key(rule.key, scene, action, names) or rule.key,
            )
            for rule in seen.configuration
        )
    )
    return (
        seen.status,
        seen.algorithm,
        key,
        seen.bucket_key,
        etag,
        seen.configuration is None,
        shown,
        length,
        None if seen.body is None else _body(seen.body, scene, action),
        more,
        None if seen.customer_key_md5 is None else seen.customer_key_md5 == customer_key_sent(action),
        seen.logged_in == scene.logging,
        None if scene.version_id is None else seen.version_id == scene.version_id,
    )


def _key(text: str, scene: Scene, action: Action, names: KeyNames) -> Hashable:
    """A key by what it is to the situation: which of its keys, or one of others, and whether it is as it was given."""
    symbol = names.symbols.get(text)
    given = header_key(action)
    put = None if scene.setting.rule is None else scene.setting.rule.key
    account = account_of(action.principal)
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
    content = known_content(scene, action)
    before = None if scene.object is None else scene.object.etag
    relation = (
        None if content is None else etag == md5(content),
        None if before is None else etag == before,
    )
    if not scene.parts:
        return relation
    expected = etag_of_parts(scene.parts)
    return *relation, etag.endswith(f"-{len(scene.parts)}") if expected is None else etag == expected


def _length(length: int, scene: Scene, action: Action) -> Hashable:
    content = known_content(scene, action)
    return "unknown" if content is None else length == byte_length(content)


def _body(body: str, scene: Scene, action: Action) -> Hashable:
    """The body by whether it is the whole content, and whether it is the range that was asked for."""
    whole = expected_body(scene, action, whole=True)
    relation = "unknown" if whole is None else body == whole
    if not isinstance(action, GetObject) or action.span is None:
        return relation
    asked = expected_body(scene, action, whole=False)
    return relation, "unknown" if asked is None else body == asked
