"""What a person has looked at when a mark by hand was given, so that autograding again can tell whether it is still the same.

nbgrader lets every mark by hand wait again after each autograding, and does not know why it was given. Of each cell that a person may
mark we keep a digest: of an answer its text and pictures, of a problem its automatic mark. One small file a student.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode

from ..results.atomic import write_atomically
from .graded_once import results_folder
from .repair import DELETED

FOLDER = "looked_at"  # below an assignment's results
NOTHING_TO_SEE = ""  # the digest of what nobody can compare: a deleted answer, a mark that is open


class LookedAt:
    """What a student's cells were worth or said when they were entered last, and when a person last looked.

    Args:
        root: the course directory.
        assignment, student: as nbgrader calls them.
    """

    def __init__(self, root: Path, assignment: str, student: str):
        self.path = results_folder(root, assignment) / FOLDER / f"{student}.json"
        self.cells: dict[str, dict[str, str]] = {}
        with contextlib.suppress(OSError, ValueError):  # not there yet, or damaged: then nobody can tell, and a person looks
            self.cells = {name: dict(kept) for name, kept in json.loads(self.path.read_text(encoding="utf-8")).items()}

    def nobody_waits_for(self, names: set[str]) -> None:
        """Before cells are entered anew: those that no mark is waited for were seen, or need nobody, as they were entered last."""
        for name in names & self.cells.keys():
            self.cells[name]["looked_at"] = self.cells[name]["entered"]
        self._write()

    def enter(self, found: dict[str, str]) -> None:
        """Keep what cells are entered with, a digest each."""
        for name, digest in found.items():
            self.cells.setdefault(name, {})["entered"] = digest
        self._write()

    def entered(self, name: str) -> str | None:
        """The digest that a cell was entered with last."""
        return self.cells.get(name, {}).get("entered")

    def is_deleted(self, name: str) -> bool:
        """Whether an answer's cell was not in the notebook that was entered last."""
        return self.entered(name) == NOTHING_TO_SEE

    def unchanged(self, name: str) -> bool | None:
        """Whether a cell is as it was when a person last looked; None when nobody can tell."""
        known = self.cells.get(name, {})
        if "looked_at" not in known or NOTHING_TO_SEE in known.values():
            return None
        return known["looked_at"] == known["entered"]

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, json.dumps(self.cells, sort_keys=True) + "\n")


def digest_of_answer(cell: NotebookNode) -> str:
    """Of what a student wrote in a cell for an answer."""
    if DELETED in cell.source:
        return NOTHING_TO_SEE
    return _digest([cell.source, cell.get("attachments", {})])


def digest_of_mark(points: float | None) -> str:
    """Of what a problem's files are worth."""
    return NOTHING_TO_SEE if points is None else _digest(points)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
