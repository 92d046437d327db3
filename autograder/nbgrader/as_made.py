"""`COURSE/.autograder/as_made.json`: digests of what the kit has written into a course, by which an update tells edits from what is old."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from ..results.atomic import write_atomically
from .repair import cell_name

PLACE = Path(".autograder") / "as_made.json"


@dataclass
class AsMade:
    """Of one assignment: its files and the texts of its notebook's cells; `whole` when the course gives every problem of the part."""

    files: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    whole: bool = False


def as_made(files: dict[str, bytes], notebook: NotebookNode, whole: bool) -> AsMade:
    """The digests of what is written now."""
    return AsMade(
        {name: digest(content) for name, content in files.items()},
        {key(cell): digest(cell.source.encode()) for cell in notebook.cells},
        whole,
    )


def key(cell: NotebookNode) -> str:
    """By what a cell is known: its id in the gradebook, else the one that Jupyter keeps."""
    return cell_name(cell) or str(cell.get("id", ""))


def digest(content: bytes) -> str:
    """Of a file or a text."""
    return hashlib.sha256(content).hexdigest()


def read_made(root: Path) -> dict[str, AsMade]:
    """What is known of each assignment; nothing of a course that an earlier kit has made."""
    try:
        table = json.loads((root / PLACE).read_text(encoding="utf-8"))
        return {name: AsMade(**about) for name, about in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_made(root: Path, made: dict[str, AsMade]) -> None:
    """Write the file.

    Raises:
        OSError: it cannot be written.
    """
    (root / PLACE).parent.mkdir(parents=True, exist_ok=True)
    write_atomically(root / PLACE, json.dumps({name: vars(about) for name, about in made.items()}, indent=1) + "\n")
