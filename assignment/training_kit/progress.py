"""How a training looks while it runs: a bar on a terminal, and one line for each epoch everywhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Reporter:
    """Prints, unless it was told to be quiet."""

    def __init__(self, quiet: bool = False):
        self.console = Console(highlight=False, soft_wrap=True, quiet=quiet)
        self._bar: Progress | None = None

    def say(self, text: str) -> None:
        """Print one line.

        Args:
            text: as it is; brackets have no meaning.
        """
        self.console.print(text, markup=False)

    @contextmanager
    def bar(self) -> Iterator[None]:
        """Keep a bar at the bottom while the block runs; only on a terminal."""
        if not self.console.is_terminal or self.console.quiet:
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as self._bar:
            yield
        self._bar = None

    def batches(self, title: str, batches: Iterable, n_batches: int, figures) -> Iterator:
        """Pass batches on and move the bar.

        Args:
            title: what the bar says on its left.
            batches: to pass on.
            n_batches: how many there are.
            figures: called without arguments, gives the text on the right.
        """
        if self._bar is None:
            yield from batches
            return
        task = self._bar.add_task(title, total=n_batches, figures="")
        for batch in batches:
            yield batch
            self._bar.update(task, advance=1, figures=figures())
        self._bar.remove_task(task)


def figures_text(figures: dict[str, Any]) -> str:
    """Loss and accuracy as people read them.

    Args:
        figures: `loss`, `accuracy` and perhaps `cross_entropy` by name; None where one is not known.
    """
    loss, accuracy, cross_entropy = figures["loss"], figures["accuracy"], figures.get("cross_entropy")
    # Where the network learns from something else, only its cross-entropy can be compared with the other images'.
    is_other = cross_entropy is not None and abs(cross_entropy - loss) > 0.005 * abs(loss)
    said = f"loss {loss:.3f}" + (f" (cross-entropy {cross_entropy:.3f})" if is_other else "")
    return f"{said}, accuracy {'unknown' if accuracy is None else f'{accuracy:.1%}'}"
