"""From a divergence and its witness to the stand-alone script that shows it."""

from __future__ import annotations

from collections.abc import Iterable

from sse_adapters.protocol import Identity
from sse_reports.result import Signature
from sse_spec.actions import DEFAULT_ACCOUNT, Action, ReadKmsCalls, account_of
from sse_spec.clauses import clauses
from sse_spec.model import Model
from sse_spec.outcomes import UNDER_WAY, AsPut, Field, KeyArn, KeyAsGiven, Outcome
from sse_spec.scene import Scene, scenes
from sse_spec.situation import MANAGED
from sse_spec.world import EMPTY

from sse_conformance.comparison import customer_key_sent
from sse_conformance.cover import advance
from sse_conformance.replicas import SELECTED
from sse_conformance.script import script
from sse_conformance.script_verdict import ACCEPTANCE_FIELDS, Check, Want
from sse_conformance.witness import Witness

__all__ = ["script_of"]


def script_of(signature: Signature, witness: Witness, model: Model, identity: Identity) -> str:
    """The witness as a program of its own; empty where no witness was confirmed, or no client can see it."""
    divergent = witness.divergent
    if divergent is None:
        return ""
    actions = [step.action for step in witness.steps[: divergent + 1]]
    if any(isinstance(action, ReadKmsCalls) for action in actions):
        return ""  # what S3 asks its KMS, no client of S3 sees
    check = _check(signature, witness.permitted, _scene(model, actions), actions[-1])
    try:
        return script(
            actions,
            signature.expected,
            signature.observed,
            signature.clause,
            clauses()[signature.clause].title,
            check,
            identity.name,
            identity.version,
            refused=[at for at in witness.refused if at < divergent],
            accounts=identity.accounts,
        )
    except ValueError:
        return ""  # what is to be compared was written by no step of the program


def _scene(model: Model, actions: list) -> Scene:  # type: ignore[type-arg]
    """The scene of the last action, if everything before it goes as predicted."""
    world = EMPTY
    for action in actions[:-1]:
        world = advance(model, world, action)
    return scenes(world, actions[-1])[0]


def _check(signature: Signature, permitted: Iterable[Outcome], scene: Scene, action: Action) -> Check:
    outcomes = tuple(permitted)
    refusals = tuple(outcome.refusal for outcome in outcomes if outcome.refusal is not None)
    if signature.field in ACCEPTANCE_FIELDS:
        return Check(signature.field, refusals=refusals, accepted=len(refusals) < len(outcomes))
    wanted = (field for outcome in outcomes for field in outcome.fields if field.name == signature.field)
    wants = dict.fromkeys(want for field in wanted for want in _wants(field, scene, action))
    return Check(signature.field, wants=tuple(wants), refusals=refusals)


def _wants(field: Field, scene: Scene, action: Action) -> tuple[Want, ...]:
    if field.want == UNDER_WAY:
        return tuple(Want("text", status) for status in sorted(SELECTED))
    if isinstance(field.want, AsPut) and scene.replication is not None:
        put = scene.replication
        if field.name == "replication_destination":
            return (Want("bucket-arn", put.destination),)
        return (Want("as-put", key=put.replica_key),)
    if field.name == "logged_in" and isinstance(field.want, AsPut) and scene.logging is not None:
        return (Want("bucket", scene.logging),)
    return (_want(field, scene, action),)


def _want(field: Field, scene: Scene, action: Action) -> Want:
    want = field.want
    if isinstance(want, KeyArn):
        symbol = scene.keys.get(want.label, MANAGED)
        return _managed(symbol, action) if symbol.startswith(MANAGED) else Want("key-arn", symbol)
    if isinstance(want, AsPut | KeyAsGiven):
        return Want("as-put", key=None if scene.setting.rule is None else scene.setting.rule.key)
    if isinstance(want, bool):
        return Want("true" if want else "false")
    if want is None:
        return Want("absent")
    if field.name == "length":
        return Want("length")
    if field.name in {"etag", "body", "version_id"}:
        return Want(want)  # type: ignore[arg-type]
    if field.name == "customer_key_md5":
        return Want("text", customer_key_sent(action) or "")
    return Want("text", want)


def _managed(symbol: str, action: Action) -> Want:
    """The AWS managed key of an account; of any for the main one, which may be another where the script is run."""
    account = symbol.partition("@")[2] or account_of(action.principal)
    return Want("managed-key-arn", "" if account == DEFAULT_ACCOUNT else account)
