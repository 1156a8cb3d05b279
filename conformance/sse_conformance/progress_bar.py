"""How far a run is, on the terminal."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import Progress

__all__ = ["Bar"]


class Bar:
    """A progress bar on standard error, if that is a terminal."""

    def __enter__(self) -> Self:
        console = Console(stderr=True)
        self._bar = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._bar.start()
        self._task = self._bar.add_task("judging", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, done: int, of: int) -> None:
        """Show how far the run is."""
        self._bar.update(self._task, completed=done, total=of)
