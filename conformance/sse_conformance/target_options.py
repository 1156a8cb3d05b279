"""The options of the command line that say where a target is, and what the operator has for it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from sse_conformance.usage import positive

__all__ = ["Settings", "add_target_options", "option_of", "settings"]

Settings = Mapping[str, Any]
"""The keyword arguments of what makes a target; those only that the operator gave."""

NAMES = (
    "endpoint_url",
    "kms_endpoint_url",
    "profile",
    "other_profile",
    "region",
    "away_region",
    "addressing",
    "ca_bundle",
    "verify",
    "keys",
    "buckets",
    "product",
    "product_version",
    "yes",
    "max_requests",
)
"""The settings that there are. Each target takes those that mean something to it."""

OPTIONS = {"verify": "--no-verify", "keys": "--key", "buckets": "--bucket"}
"""The options that are not called like their setting."""


def add_target_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that are passed on to the target."""
    group = parser.add_argument_group("the target", "what a target needs to be told; each takes some of these")
    group.add_argument("--endpoint-url", metavar="URL", help="where S3 is")
    group.add_argument("--kms-endpoint-url", metavar="URL", help="where its KMS is (default: where S3 is)")
    group.add_argument("--profile", metavar="NAME", help="the AWS profile to sign with")
    group.add_argument("--other-profile", metavar="NAME", help="the AWS profile of a second account")
    group.add_argument("--region", metavar="NAME", help="the Region of buckets and keys")
    group.add_argument("--away-region", metavar="NAME", help="a second Region")
    group.add_argument("--addressing", choices=("path", "virtual"), help="where the name of a bucket goes in a URL")
    group.add_argument("--ca-bundle", metavar="FILE", help="the certificates to trust")
    group.add_argument(
        "--no-verify",
        dest="verify",
        action="store_const",
        const=False,
        help="trust any certificate; the report says so",
    )
    group.add_argument(
        "--key",
        dest="keys",
        action="append",
        type=_key,
        metavar="NAME=ID",
        help="a KMS key to use, where the target has no API to make one (repeatable)",
    )
    group.add_argument(
        "--bucket",
        dest="buckets",
        action="append",
        metavar="NAME",
        help="a bucket to use, where none may be created (repeatable)",
    )
    group.add_argument("--product", metavar="NAME", help="what the report calls it, where it does not say itself")
    group.add_argument("--product-version", metavar="VERSION", help="the version of that product")
    group.add_argument("--yes", action="store_const", const=True, help="go on without asking, whatever it costs")
    group.add_argument(
        "--max-requests", type=positive, metavar="N", help="send no more than N requests, those to clean up apart"
    )


def settings(parsed: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given, by name."""
    given = {name: getattr(parsed, name) for name in NAMES if getattr(parsed, name, None) is not None}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def option_of(setting: str) -> str:
    """The option that gives a setting."""
    return OPTIONS.get(setting, f"--{setting.replace('_', '-')}")


def _key(word: str) -> tuple[str, str]:
    name, found, key_id = word.partition("=")
    if not (name and found and key_id):
        raise argparse.ArgumentTypeError(f"{word!r} is not NAME=ID")
    return name, key_id
