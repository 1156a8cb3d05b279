"""The steps of a random program, one for each kind of action, and the themes that an example may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sse_conformance.stateful import configuring, replicating, uploading, writing
from sse_conformance.stateful.composer import Composer
from sse_conformance.stateful.temper import Temper

__all__ = ["CHANGES", "STEPS", "THEMES", "Step", "themed"]

Step = Callable[[Composer], None]

STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        configuring.put_default,
        configuring.delete_default,
        configuring.get_default,
        configuring.put_versioning,
        configuring.put_policy,
        configuring.put_logging,
        configuring.get_logging,
        configuring.disable_key,
        configuring.enable_key,
        configuring.schedule_deletion,
        configuring.cancel_deletion,
        configuring.move_alias,
        configuring.delete_alias,
        writing.put_object,
        writing.put_under_customer_key,
        writing.post_object,
        writing.copy_away,
        writing.copy_in_place,
        writing.batch_copy,
        writing.update_encryption,
        writing.get_object,
        writing.head_object,
        writing.delete_object,
        uploading.begin_upload,
        uploading.send_part,
        uploading.copy_part,
        uploading.complete_upload,
        uploading.abort_upload,
        replicating.put_replication,
        replicating.get_replication,
        replicating.delete_replication,
        replicating.replicate,
    )
}
"""What the rules of the machine do, by their names."""

CHANGES: frozenset[Step] = frozenset(
    {
        configuring.put_default,
        configuring.delete_default,
        configuring.put_versioning,
        configuring.put_policy,
        configuring.disable_key,
        configuring.enable_key,
        configuring.schedule_deletion,
        configuring.cancel_deletion,
        configuring.move_alias,
        configuring.delete_alias,
        uploading.begin_upload,
    }
)
"""The steps whose consequences only a later write or read shows."""


class Theme(NamedTuple):
    """A family of steps that have to do with one another, the usual ones named more than once; `habits` go with it."""

    steps: tuple[Step, ...]
    habits: dict[str, Any] = {}  # noqa: RUF012 - never changed


ALIASES = {"forms": ("alias", "alias-arn"), "default": "aws:kms", "plain": 80, "stranger": 0, "aliases": 1}
FEW_KEYS = {"keys": 1, "default": "aws:kms"}
STRANGERS = {"stranger": 50, "objects": 1, "buckets": 1}

THEMES: tuple[Theme, ...] = (
    Theme(
        (configuring.put_default, configuring.put_default, configuring.delete_default, configuring.get_default),
        {"probing": 60, "plain": 80},
    ),
    Theme(
        (configuring.put_default, writing.put_object, writing.put_object, writing.post_object, writing.delete_object),
        {"objects": 1, "versioned": False, "default": "aws:kms"},
    ),
    Theme((configuring.disable_key, configuring.enable_key, writing.put_object, writing.get_object), FEW_KEYS),
    Theme(
        (configuring.schedule_deletion, configuring.cancel_deletion, writing.put_object, writing.get_object), FEW_KEYS
    ),
    Theme((configuring.move_alias, configuring.move_alias, configuring.delete_alias, writing.put_object), ALIASES),
    Theme((writing.copy_away, writing.copy_away, writing.copy_in_place, configuring.put_default, writing.put_object)),
    Theme(
        (writing.copy_in_place, writing.copy_in_place, writing.put_object, writing.head_object),
        {"objects": 1, "default": "AES256", "plain": 80},
    ),
    Theme(
        (
            configuring.put_versioning,
            writing.put_object,
            writing.put_object,
            writing.head_object,
            writing.copy_in_place,
        ),
        {"objects": 1, "versioned": True, "default": "aws:kms"},
    ),
    Theme((uploading.begin_upload, uploading.send_part, uploading.copy_part, uploading.complete_upload)),
    Theme(
        (uploading.begin_upload, uploading.complete_upload, configuring.put_default, uploading.abort_upload),
        {"probing": 0},
    ),
    Theme(
        (uploading.begin_upload, uploading.send_part, uploading.complete_upload, writing.put_under_customer_key),
        {"customer": 60},
    ),
    Theme(
        (
            writing.put_under_customer_key,
            writing.put_under_customer_key,
            writing.get_object,
            writing.put_object,
            writing.copy_away,
            configuring.put_default,
        ),
        {"customer": 25, "objects": 1},
    ),
    Theme(
        (writing.put_under_customer_key, writing.put_under_customer_key, writing.get_object, writing.head_object),
        {"objects": 1, "buckets": 1, "versioned": True},
    ),
    Theme((configuring.put_policy, writing.put_object, writing.get_object, writing.copy_away), STRANGERS),
    Theme((writing.put_object, writing.get_object, writing.get_object, configuring.put_default), STRANGERS),
    Theme(
        (replicating.put_replication, replicating.replicate, replicating.delete_replication, configuring.put_default)
    ),
    Theme((configuring.put_logging, configuring.put_logging, configuring.get_logging, configuring.put_default)),
    Theme((writing.update_encryption, writing.update_encryption, writing.put_object, writing.head_object)),
    Theme(
        (writing.update_encryption, writing.put_object, writing.put_object, writing.head_object),
        {"objects": 1, "buckets": 1, "versioned": True, "default": "aws:kms"},
    ),
    Theme((writing.batch_copy, writing.batch_copy, configuring.put_default, writing.put_object)),
)
"""What an example may be about most of the time."""


def themed(habits: Temper, number: int) -> tuple[Temper, tuple[Step, ...]]:
    """The habits of an example with those that go with one of the themes, and the steps of that."""
    theme = THEMES[number % len(THEMES)]
    return habits._replace(**theme.habits), theme.steps
