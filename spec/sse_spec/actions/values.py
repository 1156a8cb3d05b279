"""What requests are made of: principals, references to keys, encryption headers, the rules of a configuration."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "ALGORITHMS",
    "DEFAULT_ACCOUNT",
    "DSSE",
    "KMS_ALGORITHMS",
    "RESTRICTED",
    "SSE_C",
    "Action",
    "Blocked",
    "CustomerKey",
    "EncryptionHeaders",
    "KeyForm",
    "KeyRef",
    "Region",
    "Rule",
    "account_of",
]

ALGORITHMS = ("AES256", "aws:kms")
"""The algorithms that S3 knew on every day that is described."""

DSSE = "aws:kms:dsse"
"""Dual-layer encryption with a KMS key, known since 2023-06-13."""

KMS_ALGORITHMS = frozenset({"aws:kms", DSSE})
"""The algorithms that encrypt under a KMS key."""

SSE_C = "SSE-C"
"""Stands for the algorithm of an object that is encrypted under a key of the customer's; no header ever names it."""

DEFAULT_ACCOUNT = "main"
"""The account that owns everything, unless a program says otherwise."""

RESTRICTED = ("main/no-kms", "main/no-decrypt", "main/no-generate", "main/no-config")
"""The principals of the account `main` that lack something.

`no-kms` has every right on S3 and none on KMS keys; `no-decrypt` has kms:GenerateDataKey but not kms:Decrypt,
`no-generate` the reverse; `no-config` may neither read nor change an encryption configuration.
"""

KeyForm = Literal["id", "arn", "alias", "alias-arn", "text"]
"""How a KMS key is written: bare key id, key ARN, alias name, alias ARN, or a text sent exactly as it stands."""

Region = Literal["home", "away"]
"""The Region in which everything is, unless a program says otherwise, and one other."""

Blocked = Literal["SSE-C", "NONE"]
"""A value of BlockedEncryptionTypes: requests with SSE-C are refused, or nothing is."""


class KeyRef(msgspec.Struct, frozen=True):
    """A KMS key as a request names it.

    `name` is the symbol of a key for the forms `id` and `arn` (a symbol that no CreateKey made stands for a key that
    does not exist), the alias without its `alias/` prefix for `alias` and `alias-arn`, and the text itself for `text`.
    """

    form: KeyForm
    name: str


class CustomerKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """The three headers of SSE-C, as a request carries them.

    `key` is the symbol of a 256-bit key that the customer keeps; None sends no key (and no MD5 of it). `algorithm` None
    sends no algorithm. `flaw` sends a key of another length, or an MD5 that is not the key's.
    """

    key: str | None = "c1"
    algorithm: str | None = "AES256"
    flaw: Literal["length", "md5"] | None = None


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule of a bucket's encryption configuration.

    `apply` false stands for a rule without the `ApplyServerSideEncryptionByDefault` element. `blocked` is the content
    of `BlockedEncryptionTypes`, None where the rule has no such element.
    """

    algorithm: str | None = None
    key: KeyRef | None = None
    bucket_key: bool | None = None
    apply: bool = True
    blocked: Blocked | None = None


class EncryptionHeaders(msgspec.Struct, frozen=True, omit_defaults=True):
    """The server-side encryption headers of a write; None is a header that is not sent."""

    algorithm: str | None = None
    key: KeyRef | None = None
    bucket_key: bool | None = None
    context: str | None = None
    customer: CustomerKey | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="action"):
    """One request; `principal` is who signs it: an account, or one of :data:`RESTRICTED`."""

    principal: str = DEFAULT_ACCOUNT


def account_of(principal: str) -> str:
    """The account of a principal."""
    return principal.partition("/")[0]
