"""All mutants of the suite: chapter by chapter, and those that take a history."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sse_conformance.mutants import (
    access_logging,
    batch,
    bucket_key,
    bytes,  # noqa: A004 - the chapter's name
    configuration,
    copy,
    cross_account,
    deep,
    default,
    dsse,
    etag,
    headers,
    kms,
    multipart,
    permissions,
    post_form,
    reading,
    replication,
    sse_c,
    update,
)
from sse_conformance.mutants.mutant import Mutant

__all__ = ["MUTANTS", "UnknownMutantError", "named"]

_CHAPTERS = (
    default,
    configuration,
    headers,
    kms,
    bucket_key,
    copy,
    etag,
    reading,
    bytes,
    post_form,
    multipart,
    sse_c,
    dsse,
    cross_account,
    permissions,
    access_logging,
    replication,
    batch,
    update,
    deep,
)

MUTANTS: Mapping[str, Mutant] = MappingProxyType(
    {mutant.name: mutant for chapter in _CHAPTERS for mutant in chapter.MUTANTS}
)
"""Every mutant by its name, in the order of the chapters; those that take a history come last."""


class UnknownMutantError(LookupError):
    """There is no mutant of this name."""


def named(name: str) -> Mutant:
    """The mutant of this name. Raises :class:`UnknownMutantError`."""
    try:
        return MUTANTS[name]
    except KeyError:
        raise UnknownMutantError(name) from None
