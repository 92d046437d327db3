"""Progress and messages: a bar on a terminal, plain lines elsewhere, nothing at all inside a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

Advance = Callable[[int], None]


def megabytes(size_bytes: int) -> str:
    """A size as people read it: `170.5 MB`."""
    return f"{size_bytes / 1e6:.1f} MB"


class Reporter:
    """Says nothing: what a program gets that calls `prepare` itself."""

    def say(self, text: str) -> None:
        """Tell the user one thing."""

    @contextmanager
    def bar(self, what: str, total: int, done: int = 0, in_bytes: bool = False) -> Iterator[Advance]:
        """Show progress from `done` to `total`; the given function moves it, and a negative step moves it back."""
        yield lambda step: None


class TerminalReporter(Reporter):
    """Bars and lines on stdout: stderr is for the one sentence that says why it failed."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """Print one line."""
        self.console.print(text, markup=False)

    @contextmanager
    def bar(self, what: str, total: int, done: int = 0, in_bytes: bool = False) -> Iterator[Advance]:
        """Draw a bar while the block runs; on something that is no terminal print one line instead."""
        if not self.console.is_terminal:
            self.say(what)
            yield lambda step: None
            return
        amounts: list[ProgressColumn] = [DownloadColumn(), TransferSpeedColumn()] if in_bytes else [MofNCompleteColumn()]
        columns = [TextColumn("{task.description}"), BarColumn(), *amounts, TimeRemainingColumn()]
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(what, total=total, completed=done)
            yield lambda step: progress.advance(task, step)
