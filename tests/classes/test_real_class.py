"""A class graded by the real graders: the same marks whoever grades in whatever order, and through any interruption."""

import json
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from autograder.classes.journal import ENDED, IN_A_ROW, Journal
from autograder.classes.worker import environment
from autograder.course import parts
from tests import forked
from tests.benchmarks.made_class import make_class

STUDENTS = 9
PROBLEMS = ("softmax",)
HOSTILE = {
    "exits": "import os\nos._exit(0)\n",
    "kills": "import os\nos.kill(-1, 9)\n",
    "torch": "import torch\ntorch.equal = None\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A made class; three of it are hostile."""
    folder = tmp_path_factory.mktemp("real") / "class"
    make_class(folder, STUDENTS, 3, [part for part in parts() if part.id == "classifiers"])
    for name, code in HOSTILE.items():
        (folder / name / "models").mkdir(parents=True)
        (folder / name / "models" / "softmax.py").write_text(code)
    (folder / "exits" / "classifiers").mkdir()
    (folder / "exits" / "classifiers" / "timestamp.txt").write_text("2026-03-01")  # of nbgrader's layout, which this is not
    return folder


def command(folder: Path, out: Path, *more: str) -> list[str]:
    """The command line of a run."""
    problems = [word for name in PROBLEMS for word in ("--problem", name)]
    run = "import sys; from autograder.classes.command import grade; grade(sys.argv[1:])"
    return [
        sys.executable,
        "-c",
        run,
        str(folder),
        "--out",
        str(out),
        "--seed",
        "7",
        "--device",
        "cpu",
        *problems,
        *more,
    ]


def files(out: Path) -> dict[str, object]:
    """Everything a run wrote that students or instructors read, times aside."""
    found: dict[str, object] = {path.name: path.read_bytes() for path in (out / "feedback").iterdir()}
    for path in (out / "results").iterdir():
        found[path.name] = json.loads(path.read_text()) | {"execution_time": 0}
    return found | {"grades.csv": (out / "grades.csv").read_bytes()}


@pytest.fixture(scope="module")
def undisturbed(folder, tmp_path_factory) -> Path:
    """The class graded by two graders at once."""
    out = tmp_path_factory.mktemp("undisturbed")
    forked.run(command(folder, out, "--jobs", "2"), env=environment(), check=True)
    return out


def test_everybody_is_graded_and_hostile_code_harms_only_itself(undisturbed):
    """One row a student; the hostile ones lose their own problem and nothing else."""
    rows = [line.split(",") for line in (undisturbed / "grades.csv").read_text().splitlines()[1:]]
    assert len(rows) == STUDENTS + len(HOSTILE) and all(row[2] for row in rows)
    marks = {row[0]: row[1] for row in rows}
    assert {marks[name] for name in HOSTILE} == {"0"}
    assert len({row[2] for row in rows}) > 2
    events = [json.loads(line)["event"] for line in (undisturbed / "journal.jsonl").read_text().splitlines()]
    assert IN_A_ROW in events and events[-1] == ENDED


def test_one_grader_in_another_order_gives_the_same_bytes_after_a_kill(folder, undisturbed, tmp_path):
    """Killed with `kill -9` in the middle and resumed by one grader: the same files as the undisturbed run."""
    (tmp_path / "journal.jsonl").write_text('{"event": "started", "student": "student0000"}\n')  # so it comes last
    first = subprocess.Popen(command(folder, tmp_path, "--jobs", "1"), env=environment(), stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while len(list(tmp_path.glob("records/*.json"))) < 4 and time.monotonic() < end:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    stood = {path: path.stat().st_mtime_ns for path in tmp_path.glob("records/*.json")}  # written last of a student's files
    assert 4 <= len(stood) < STUDENTS
    with closing(Journal(tmp_path / "journal.jsonl")) as journal:
        doubtful = {name for row in journal.rows.values() for name in row}  # nothing has proved the grader since they failed
    assert len(doubtful) < 6
    forked.run(command(folder, tmp_path, "--jobs", "1"), env=environment(), check=True, stdout=subprocess.DEVNULL)
    assert files(tmp_path) == files(undisturbed)
    assert all(path.stat().st_mtime_ns == when for path, when in stood.items() if path.stem not in doubtful)


def test_a_class_run_itself_needs_no_torch():
    """Only its graders do: it starts at once and stays small."""
    code = "import sys; import autograder.classes.run, autograder.classes.command; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment()).returncode == 0
