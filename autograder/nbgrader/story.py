"""Reads the story of a part: a script whose cells begin with `# %%`."""

import re
from dataclasses import dataclass
from pathlib import Path

STORY = "story.py"
BOXES = Path(__file__).with_name("notebooks") / "notebook_boxes.py"
KINDS = ("code", "markdown", "problem", "needs", "questions")
_START = re.compile(r"# %%(?P<words>.*)")


class StoryError(ValueError):
    """A story is wrong; the message names file, line and remedy."""


@dataclass(frozen=True)
class StoryCell:
    """One cell of a story."""

    kind: str  # one of `KINDS`
    names: tuple[str, ...]  # the problems it is about
    text: str


def read_story(path: Path, known: tuple[str, ...]) -> list[StoryCell]:
    """The cells of a story, in order; what stands before the first is for whoever edits it.

    Args:
        path: the script.
        known: the ids of the part's problems.
    Raises:
        StoryError: a cell is of no known kind or about a problem that is not in the part.
    """
    cells: list[StoryCell] = []
    head: tuple[str, tuple[str, ...]] | None = None
    lines: list[str] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), "# %%"], start=1):
        start = _START.fullmatch(line)
        if start is None:
            lines.append(line)
            continue
        if head is not None:
            cells.append(_cell(*head, lines))
        head, lines = _head(start["words"], f"{path.name}, line {number}", known), []
    return cells


def expect_every_problem(cells: list[StoryCell], path: Path, known: tuple[str, ...]) -> None:
    """Each problem of the part has its cell.

    Raises:
        StoryError: one has none.
    """
    there = {name for cell in cells if cell.kind == "problem" for name in cell.names}
    if missing := [name for name in known if name not in there]:
        shown = "/".join(path.parts[-4:])
        raise StoryError(f"{shown} has no cell for the problem {missing[0]}: add `# %% problem {missing[0]}`.")


def _head(words: str, where: str, known: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    kind, *names = words.replace("[markdown]", "markdown").split() or ["code"]
    if kind not in KINDS:
        raise StoryError(f"{where}: a cell cannot be of the kind {kind!r}; there are {', '.join(KINDS)}.")
    if unknown := [name for name in names if name not in known]:
        raise StoryError(f"{where}: there is no problem {unknown[0]} in this part; there are {', '.join(known)}.")
    if bool(names) != (kind in ("problem", "needs")) or kind == "problem" and len(names) != 1:
        raise StoryError(f"{where}: name the problem behind `problem` (one) or `needs` (at least one), and behind nothing else.")
    return kind, tuple(names)


def _cell(kind: str, names: tuple[str, ...], lines: list[str]) -> StoryCell:
    if kind in ("markdown", "problem"):
        lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    return StoryCell(kind, names, "\n".join(lines).strip("\n"))
