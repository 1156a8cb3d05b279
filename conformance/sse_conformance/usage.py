"""Mistakes of who calls."""

from __future__ import annotations

__all__ = ["UsageError"]


class UsageError(Exception):
    """The words of the command are wrong; the message is one line that says what would be right."""
