"""The texts behind key references, and back: what a request sends, and which key an answer means."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping

from sse_spec.actions import KeyRef, account_of

__all__ = ["KeyNames", "absent_key_id", "customer_key", "customer_key_md5", "is_key_arn", "shape_of_key"]

NAMESPACE = uuid.UUID("6f1c1f0e-5d0c-5c3e-9d6b-0d8f3f2a7b11")
"""Makes the ids of keys that do not exist the same in every run."""

KEY_ARN = re.compile(r"arn:[\w-]+:kms:[\w-]+:\d{12}:key/[\w-]+")
ALIAS_ARN = re.compile(r"arn:[\w-]+:kms:[\w-]*:\d{12}:alias/.+")
KEY_ID = re.compile(r"(?:mrk-)?[0-9a-f-]{32,36}", re.IGNORECASE)


def absent_key_id(symbol: str) -> str:
    """The id sent for a key that no CreateKey made: well-formed, and nobody's."""
    return str(uuid.uuid5(NAMESPACE, symbol))


def customer_key(symbol: str) -> bytes:
    """The 256-bit key of a customer that this symbol stands for, the same in every run."""
    return hashlib.sha256(symbol.encode()).digest()


def customer_key_md5(symbol: str) -> str:
    """The MD5 of that key as the headers of SSE-C carry it: base64."""
    return base64.b64encode(hashlib.md5(customer_key(symbol), usedforsecurity=False).digest()).decode()


def is_key_arn(text: str) -> bool:
    """Whether the text is the full ARN of a KMS key."""
    return KEY_ARN.fullmatch(text) is not None


def shape_of_key(text: str | None) -> str:
    """In which form an answer names a key, without saying which."""
    if text is None:
        return "absent"
    if is_key_arn(text):
        return "key ARN"
    if ALIAS_ARN.fullmatch(text):
        return "alias ARN"
    if text.startswith("alias/"):
        return "alias"
    return "bare key id" if KEY_ID.fullmatch(text) else "empty" if not text else "some text"


class KeyNames:
    """Symbols of keys bound to ARNs, one to one.

    `accounts` maps account symbols to 12-digit ids, `regions` the symbols `home` and `away` to Region names.
    """

    def __init__(self, accounts: Mapping[str, str], regions: Mapping[str, str]) -> None:
        self.accounts = dict(accounts)
        self.regions = dict(regions)
        self.arns: dict[str, str] = {}
        self.symbols: dict[str, str] = {}

    def bind(self, symbol: str, arn: str) -> None:
        """Let the symbol stand for this ARN from now on."""
        self.symbols.pop(self.arns.get(symbol, ""), None)
        self.arns[symbol] = arn
        self.symbols[arn] = symbol

    def text(self, reference: KeyRef, account: str) -> str:
        """What a request by `account` sends for the reference."""
        form, name = reference.form, reference.name
        if form == "text":
            return name
        if form == "alias":
            return f"alias/{name}"
        if form == "alias-arn":
            return f"{self._prefix(account)}alias/{name}"
        arn = self.arns.get(name) or f"{self._prefix(account)}key/{absent_key_id(name)}"
        return arn if form == "arn" else arn.rpartition("/")[2]

    def _prefix(self, account: str) -> str:
        region = self.regions.get("home", "us-east-1")
        return f"arn:aws:kms:{region}:{self.accounts.get(account_of(account), '000000000000')}:"
