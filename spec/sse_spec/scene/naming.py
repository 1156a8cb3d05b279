"""Where references to keys lead, and the names that keys go by in a situation."""

from __future__ import annotations

from typing import NamedTuple, cast

from sse_spec.actions import KeyRef
from sse_spec.situation import MANAGED, OTHERS_MANAGED, Form, Label, State
from sse_spec.world import World, managed_key

__all__ = ["Labels", "Resolved", "resolve"]


class Resolved(NamedTuple):
    """Where a reference to a key leads."""

    form: Form
    symbol: str | None
    state: State


def resolve(world: World, account: str, reference: KeyRef) -> Resolved:
    """Follow a reference as KMS does for a requester of this account."""
    form, name = reference.form, reference.name
    if form == "text":
        return Resolved("text" if name else "empty", None, "missing")
    if form in {"alias", "alias-arn"}:
        if name == "aws/s3":
            return Resolved("aws/s3", managed_key(account), "enabled")
        target = world.aliases.get((account, name))
        if target is None:
            return Resolved(cast("Form", form), None, "missing")
        name = target
    return _key(world, account, cast("Form", form), name)


def _key(world: World, account: str, form: Form, name: str) -> Resolved:
    key = world.keys.get(name)
    if key is None:
        if name.startswith("aws/s3@"):
            return Resolved(form, name, "enabled" if name == managed_key(account) else "foreign")
        return Resolved(form, None, "missing")
    if key.account != account:
        if form == "id":  # a bare id is looked for among the requester's own keys
            return Resolved("id", None, "missing")
        if not key.shared:
            return Resolved(form, name, "foreign")
        if key.state in {"enabled", "restored"} and key.region == "home":
            return Resolved(form, name, "shared")
    return Resolved(form, name, "away" if key.region == "away" else key.state)


class Labels:
    """Names keys by the order in which a situation mentions them; there are few."""

    __slots__ = ("_managed", "symbols")

    def __init__(self, account: str) -> None:
        self._managed = managed_key(account)
        self.symbols: dict[Label, str] = {}

    def of(self, symbol: str | None) -> Label | None:
        """The label of the key with this symbol, None for None."""
        if symbol is None:
            return None
        for label, known in self.symbols.items():
            if known == symbol:
                return label
        label = f"K{len(self.symbols) + 1}"
        if symbol == self._managed:
            label = MANAGED
        elif symbol.startswith("aws/s3@") and OTHERS_MANAGED not in self.symbols:
            label = OTHERS_MANAGED
        self.symbols[label] = symbol
        return label
