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

STARTED, GRADED, AGAIN = "started", "graded", "grade again"


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
        elif event == AGAIN:
            self.asked_again.add(student)
        elif event == GRADED:
            self.interrupted.discard(student)
            self.asked_again.discard(student)

    def note(self, event: str, student: str = "", **more: Any) -> None:
        """Append one event.

        Raises:
            OSError: the disk is full.
        """
        who = {"student": student} if student else {}
        line = {"time": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "event": event, **who, **more}
        self.file.write(json.dumps(line).encode() + b"\n")
        if event != STARTED:  # losing that one costs nothing
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
