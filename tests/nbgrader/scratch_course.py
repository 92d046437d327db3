"""A course of its own in a scratch folder, driven by the real commands, and the three students who take it."""

import json
import os
import shutil
from pathlib import Path

from forked_commands import Command

from autograder.course import problems
from tests.shares import deserved, sample_class

KIT = Path(__file__).parents[2]
SAMPLES = KIT / "samples" / "classifiers"
PART = "classifiers"
COMMAND_TIMEOUT_S = 900  # a machine with many other jobs
PROBLEMS = ("softmax", "training")
ROSTER = """\
id,first_name,last_name,email
right,Ada,Right,ada@example.org
partly,Bo,Partly,bo@example.org
hostile,Hal,=cmd|' /C calc'!A0,hal@example.org
absent,Eve,Absent,eve@example.org
"""
# The first is ada_perfect, the second pablo_typical_mistakes; the hostile student's softmax is right.
FULL = {name: float(problems()[name].points) for name in PROBLEMS}
TYPICAL = deserved(sample_class(PART), "pablo_typical_mistakes")
DESERVED = {
    "right": FULL,
    "partly": {name: TYPICAL[name][0] for name in PROBLEMS},
    "hostile": FULL | {"training": 0.0},
}
PROGRAM = {"nbgrader": ["nbgrader"], "autograder": ["autograder", "nbgrader"]}
HOSTILE_TRAINING = '''\
"""Tries to get points without work."""
import glob, os, sqlite3, sys

def mark_everything():
    for path in glob.glob("/**/gradebook.db", recursive=True) + {gradebooks!r}:
        try:
            with sqlite3.connect(path) as book:
                book.execute("update grade set manual_score = 35, auto_score = 35")
        except Exception:
            pass

mark_everything()

def make_optimizer(*arguments, **options):
    mark_everything()
    print("35.0")
    os._exit(0)

train_step = make_optimizer
'''


class ScratchCourse:
    """A course directory, an exchange and the folders of students.

    Args:
        root: an empty folder.
        db_url: of the gradebook; nbgrader's own default when empty.
    """

    def __init__(self, root: Path, db_url: str = ""):
        self.root, self.course, self.exchange = root, root / "course", root / "exchange"
        self.db_url = db_url
        self.commands = 0
        self.exchange.mkdir(mode=0o777)
        self.exchange.chmod(0o777)

    def start(self, *words: str, folder: Path | None = None, program: str = "nbgrader") -> Command:
        """Start a command."""
        config = self.root / "jupyter"
        paths = os.pathsep.join(filter(None, [str(KIT), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {
            "HOME": str(self.root),
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_DATA_DIR": str(config),
            "JUPYTER_RUNTIME_DIR": str(config),
            "PYTHONPATH": paths,
            "MPLCONFIGDIR": str(self.root.parent / "matplotlib"),  # looking for fonts takes two seconds, once for all courses
            "OMP_NUM_THREADS": "1",
            "JUPYTER_PLATFORM_DIRS": "1",
        }
        self.commands += 1
        output = self.root / f"command-{self.commands}.txt"
        return Command([*PROGRAM[program], *words], folder or self.course, environment, output)

    def run(self, *words: str, folder: Path | None = None, program: str = "nbgrader", status: int = 0) -> str:
        """Run a command and give what it said."""
        return self.finish(self.start(*words, folder=folder, program=program), status)

    def finish(self, command: Command, status: int = 0) -> str:
        """Wait for a command and give what it said."""
        said, ended = command.finish(COMMAND_TIMEOUT_S)
        assert ended == status, said[-4000:]
        return said

    def make(self, *options: str) -> str:
        """`autograder nbgrader init`."""
        roster = self.root / "roster.csv"
        roster.write_text(ROSTER)
        words = [word for name in PROBLEMS for word in ("--problem", name)]
        db = ["--db-url", self.db_url] if self.db_url else []
        return self.run(
            "init",
            str(self.course),
            "--course-id",
            "dl101",
            "--part",
            PART,
            *words,
            *db,
            "--roster",
            str(roster),
            "--exchange",
            str(self.exchange),
            *options,
            folder=self.root,
            program="autograder",
        )

    def desk(self, student: str) -> Path:
        """A student's own folder."""
        return self.root / "desks" / student

    def as_student(self, student: str, *words: str) -> Command:
        """Start a command as a student: in a folder, with a cache, without the course's configuration."""
        folder = self.desk(student)
        folder.mkdir(parents=True, exist_ok=True)
        own = [
            "--course=dl101",
            f"--student={student}",
            f"--Exchange.root={self.exchange}",
            f"--Exchange.cache={folder / 'cache'}",
        ]
        return self.start(*words, *own, folder=folder)

    def students_do(self, *words: str) -> None:
        """Let every student who takes part run a command."""
        for command in [self.as_student(student, *words) for student in DESERVED]:
            self.finish(command)

    def marks(self) -> dict[str, dict[str, float | None]]:
        """Automatic marks in the gradebook by student and cell."""
        from nbgrader.api import Gradebook

        with Gradebook(self.url, "dl101") as book:
            return {
                found.student.id: {grade.name: grade.auto_score for notebook in found.notebooks for grade in notebook.grades}
                for found in book.assignment_submissions(PART)
            }

    @property
    def url(self) -> str:
        """Where the gradebook is."""
        return self.db_url or f"sqlite:///{self.course / 'gradebook.db'}"


def hand_in(course: ScratchCourse) -> None:
    """Put everybody's work into the fetched assignment."""
    for student, sample in (("right", "ada_perfect"), ("partly", "pablo_typical_mistakes"), ("hostile", "ada_perfect")):
        folder = course.desk(student) / PART
        shutil.copytree(SAMPLES / sample, folder, dirs_exist_ok=True)
        notebook = folder / f"{PART}.ipynb"
        if student == "partly":
            notebook.rename(folder / "my copy.ipynb")
        if student == "hostile":
            (folder / "training.py").write_text(HOSTILE_TRAINING.format(gradebooks=[str(course.course / "gradebook.db")]))
            (folder / "checks" / "test_training.py").write_text("def test_nothing():\n    pass\n")
            notebook.write_text(json.dumps(forged(json.loads(notebook.read_text()), course.course / "gradebook.db")))


def forged(notebook: dict, gradebook: Path) -> dict:
    """A notebook that claims full marks in every way there is, and never ends."""
    attack = {
        "cell_type": "code",
        "execution_count": None,
        "id": "attack",
        "metadata": {},
        "outputs": [],
        "source": f"import sqlite3\nsqlite3.connect({str(gradebook)!r}).execute('update grade set manual_score = 35')\nwhile True: pass",
    }
    script = {
        "cell_type": "markdown",
        "id": "script",
        "metadata": {},
        "source": "<script>alert(1)</script> [x](javascript:alert(2))\n\n```mermaid\n<img src=x onerror=alert(3)>\n```\n\n$\\href{javascript:alert(4)}{x}$",
    }
    raw = {"cell_type": "raw", "id": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": "<script>alert(5)</script>"}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade"):
            cell["outputs"] = [
                {"output_type": "execute_result", "data": {"text/plain": "999"}, "metadata": {}, "execution_count": 1}
            ]
            cell["source"] = "20.0"
            about["points"] = 1000.0
    extra = json.loads(json.dumps(next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade"))))
    extra["metadata"]["nbgrader"]["grade_id"] = "bonus"
    extra["id"] = "bonus"
    return notebook | {"cells": [attack, script, raw, *notebook["cells"], extra, extra]}
