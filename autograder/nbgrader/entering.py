"""Enters the kept results of one submission after the other with nbgrader's own converter, in several processes where that pays.

Making the `autograded` folder and the rows of the gradebook is nbgrader's work and takes it some 0.2 seconds of processor time a student.
Each student has rows of his own, so processes do not get in each other's way: PostgreSQL takes them side by side, and
with SQLite a process waits for its turn to write.
"""

import glob
import logging
import multiprocessing
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from collections.abc import Iterable, Iterator

from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from .gradebook import course_at

STUDENTS_A_PROCESS = 40  # fewer are entered while another process starts
SQLITE_WAIT_S = 120


@dataclass
class Desk:
    """An assignment of a course whose marks are entered here."""

    coursedir: CourseDirectory
    config: Config
    assignment: str

    def enter(self, student: str) -> str:
        """Make the folder and enter the marks of one student; why it was not possible, empty when it was."""
        from .converter import HarnessAutograde

        self.coursedir.assignment_id, self.coursedir.student_id = self.assignment, glob.escape(student)
        converter = HarnessAutograde(coursedir=self.coursedir, config=self.config)
        converter.force = converter.create_student = True
        words = _LastError()
        converter.log.addHandler(words)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # SQLAlchemy and nbformat have remarks on how nbgrader uses them
                converter.start()
        except NbGraderException:
            return words.text or "nbgrader gave no reason"
        finally:
            converter.log.removeHandler(words)
        return ""


class _LastError(logging.Handler):
    """Keeps the last error that nbgrader wrote to its log."""

    text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record."""
        if record.levelno >= logging.ERROR and "Traceback" in record.getMessage():
            self.text = record.getMessage().strip().splitlines()[-1]


def enter_all(root: Path, assignment: str, students: list[str], jobs: int) -> Iterator[tuple[str, str]]:
    """Enter the marks of students; each with why it was not possible, as soon as it is done.

    Args:
        root: the course directory.
        assignment: its name.
        students: nbgrader's ids.
        jobs: processes at most.
    """
    processes = min(jobs, len(students) // STUDENTS_A_PROCESS)
    if processes < 2:
        yield from _enter_here(root, assignment, students)
        return
    context = multiprocessing.get_context("spawn")  # this process has threads
    with ProcessPoolExecutor(processes, context, _open_desk, (str(root.absolute()), assignment)) as pool:
        try:
            yield from zip(students, pool.map(_enter_there, students))
        except BrokenProcessPool:
            raise OSError(0, "a process that entered marks was killed", str(root)) from None


def _enter_here(root: Path, assignment: str, students: Iterable[str]) -> Iterator[tuple[str, str]]:
    with course_at(root) as (coursedir, config):
        desk = Desk(_patient(coursedir), config, assignment)
        for student in students:
            yield student, desk.enter(student)


_desk: Desk | None = None


def _open_desk(root: str, assignment: str) -> None:
    """What a process does once."""
    global _desk
    os.chdir(root)
    with course_at(Path(root)) as (coursedir, config):
        _desk = Desk(_patient(coursedir), config, assignment)


def _enter_there(student: str) -> str:
    assert _desk is not None
    return _desk.enter(student)


def _patient(coursedir: CourseDirectory) -> CourseDirectory:
    """The course with a gradebook that waits for its turn instead of failing."""
    coursedir.root = str(coursedir.root)
    if coursedir.db_url.startswith("sqlite") and "?" not in coursedir.db_url:
        coursedir.db_url = f"{coursedir.db_url}?timeout={SQLITE_WAIT_S}"
    return coursedir
