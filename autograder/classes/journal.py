"""The journal of a class run: one line an event, appended as it happens.

It says what was under way when a run was cut short, and whose work is to be graded again. The results are files of
their own: without the journal nothing else is lost.
"""

import json
import os
import time
from pathlib import Path
from typing import Any
from collections.abc import Iterator

STARTED, GRADED, AGAIN, ENDED = "started", "graded", "grade again", "run ended"
IN_A_ROW = "failed like the one before"


class Journal:
    """Appends to `OUT/journal.jsonl` and knows what earlier runs left open.

    Args:
        path: the file; it is made when it is not there.
    Raises:
        OSError: it cannot be read or written.
    """

    def __init__(self, path: Path):
        self.interrupted: set[str] = set()  # were being graded when a run ended
        self.asked_again: set[str] = set()  # are to be graded again, whatever is there
        self.rows: dict[
            str, list[str]
        ] = {}  # by grader, who failed in the same way since it last proved itself, in a run that was cut short
        torn = False
        if path.exists():
            for line in _lines(path):
                self._replay(line)
            torn = not path.read_bytes().endswith(b"\n")
        self.file = open(path, "ab", buffering=0)
        if torn:
            self.file.write(b"\n")  # what a power loss tore must not swallow the next line

    def _replay(self, line: dict) -> None:
        event, student = line.get("event"), line.get("student", "")
        if event == STARTED:
            self.interrupted.add(student)
        elif event == IN_A_ROW:
            self._add_to_row(line.get("grader", ""), student, line.get("row", 0))
        elif event == ENDED:
            self.rows.clear()
        elif event == AGAIN:
            self.asked_again.add(student)
        elif event == GRADED:
            self.interrupted.discard(student)
            self.asked_again.discard(student)

    def in_a_row(self, grader: str, student: str, row: int) -> None:
        """Append, before a result is stored, how many of its grader's in a row have failed in the same way; 0 ends the row.

        Raises:
            OSError: the disk is full.
        """
        self._add_to_row(grader, student, row)
        self.note(IN_A_ROW, student, grader=grader, row=row)

    def _add_to_row(self, grader: str, student: str, row: int) -> None:
        self.rows[grader] = [*(self.rows.get(grader, ()) if row > 1 else ()), student] if row else []

    def note(self, event: str, student: str = "", **more: Any) -> None:
        """Append one event.

        Raises:
            OSError: the disk is full.
        """
        who = {"student": student} if student else {}
        line = {"time": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "event": event, **who, **more}
        self.file.write(json.dumps(line).encode() + b"\n")
        if event not in (STARTED, IN_A_ROW):  # losing these costs nothing, or needs a power loss in the worst moment
            os.fsync(self.file.fileno())

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def _lines(path: Path) -> Iterator[dict]:
    with open(path, encoding="utf-8", errors="replace") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line
