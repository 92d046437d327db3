"""A kit with a course of its own, two problems and a few lines long, and runs of `pytest autograder` in it that start at once.

The course is made up so that checks can fail in every way, ours included, and so that these tests need no other.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import forked

KIT = Path(__file__).resolve().parents[2]

PART = """
title = "Small sums"
number = 1
summary = "A made-up part."

[[problem]]
id = "total"
number = "1.1"
title = "Totals"
points = 7
files = ["total.py"]
symbols = ["total", "mean"]
lines = "about 2 lines"
limits = { check_s = 1.0, timeouts = 9 }

[[problem]]
id = "ours"
number = "1.2"
title = "Faults of ours"
points = 2
files = ["ours.py"]
symbols = ["one"]
lines = "about 1 line"
"""
SOLUTION = {
    "total.py": "def total(x): return x.sum()\ndef mean(x): return x.mean()\n",
    "ours.py": "def one(): return 1\n",
}
CHECKS = {
    "test_total.py": '''
import pytest
from autograder.judge.expect import expect_close, expect_equal

@pytest.mark.check(weight=2)
@pytest.mark.parametrize("n", [1, 3], ids=["1 number", "3 numbers"])
def test_total_adds(student, reference, draw, n):
    """total adds the numbers up"""
    numbers = draw("numbers", n)
    expect_close("total(x)", student.total.total(numbers), reference.total.total(numbers), rtol=0, atol=1e-5)

@pytest.mark.check()
def test_mean_divides(student, reference, draw):
    """mean divides by the number of numbers"""
    numbers = draw("numbers", 4)
    expect_close("mean(x)", student.total.mean(numbers), reference.total.mean(numbers), rtol=0, atol=1e-5)

@pytest.mark.check(needs="test_total_adds")
def test_total_is_exact(student):
    """total of nothing is nothing"""
    import torch
    expect_equal("total(x)", student.total.total(torch.zeros(0)).item(), 0.0)
''',
    "test_ours.py": '''
import os, signal, time
from autograder.judge.expect import expect_equal

tried = {}

def expect_one(student, grading, mood):
    """The student hands in how our machine behaves, so that one course tries every way."""
    said = student.file("mood.txt") or b""
    tries = tried[student] = tried.get(student, 0) + 1
    count = tried[mood, grading.run.name] = tried.get((mood, grading.run.name), 0) + 1
    if f"{mood} always".encode() in said or (f"{mood} once".encode() in said and count == 1):
        if mood == "killed":
            os.kill(grading.warm.process.pid, signal.SIGKILL)
            time.sleep(0.3)     # until the child is dead, too
        else:
            raise ZeroDivisionError("a check of ours divides by zero")
    expect_equal("one()", student.ours.one(), 1)

def test_one_while_our_check_is_broken(student, grading):
    """one is one, though our check may raise"""
    expect_one(student, grading, "broken")

def test_one_while_our_process_is_killed(student, grading):
    """one is one, though our process may die"""
    expect_one(student, grading, "killed")
''',
}
GRADE_ALL = """
import json, sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent))
from autograder.grading import submission_run
from autograder.grading.options import Options
from autograder.grading.session import grade_stream
from autograder.results.gradescope import as_json

honest = submission_run.read
def read(path, declared):
    if path.name == "our reader is broken":
        raise TypeError("a fault of the reader")
    return honest(path, declared)
submission_run.read = read

def source():
    for path in sorted(Path(sys.argv[1]).iterdir()):
        yield path.name, path
    yield "gone", Path(sys.argv[1]) / "gone"
    for _ in range(2):
        yield "again", Path(sys.argv[1]) / "wrong"

found = []
status = grade_stream(Options(Path(), ("total", "ours"), "cpu", 5), source(), found.append)
print(json.dumps({"status": status, "results": [as_json(result) for result in found]}))
"""
SUBMISSIONS = {
    "perfect": SOLUTION,
    "wrong": {
        "total.py": "def total(x): return x.sum() + 1\ndef mean(x): return x.mean()\n",
        "ours.py": "def one(): return 2\n",
    },
    "stub": {
        "total.py": "def total(x): raise NotImplementedError('Task 1.1: total is not written yet')\n"
        "def mean(x): raise NotImplementedError('Task 1.1: mean is not written yet')\n",
        "ours.py": "def one(): raise NotImplementedError('Task 1.2: one is not written yet')\n",
    },
    "half": {
        "total.py": "def total(x):\n    if len(x) > 1: raise ValueError('too many')\n    return x.sum()\n"
        "def mean(x): return x.sum() / 4\n"
    },
    "exits": {
        "total.py": "import os\ndef total(x): os._exit(0)\ndef mean(x): return x.mean()\n",
        "ours.py": "def one(): return 1\n",
    },
    "hangs": {
        "total.py": "def total(x):\n    while True: pass\ndef mean(x): return x.mean()\n",
        "ours.py": "def one(): return 1\n",
    },
    "prints": SOLUTION | {"total.py": "print('\\x1b[2J<b>hello</b>')\n" + SOLUTION["total.py"]},
    "syntax": {"total.py": "def total(x:\n", "ours.py": "def one(): return 1\n"},
    "only a readme": {"readme.md": "I did not manage."},
    "empty": {},
    "our reader is broken": SOLUTION,
    "our check breaks once": SOLUTION | {"mood.txt": "broken once"},
    "our check is broken": SOLUTION | {"mood.txt": "broken always"},
    "our process is killed": SOLUTION | {"mood.txt": "killed always"},
    "our process is killed once": SOLUTION | {"mood.txt": "killed once"},
    "zz honest after all that": SOLUTION,
}


@dataclass
class Run:
    """A finished run: exit status, output, and the results file where one was asked for."""

    status: int
    output: str
    results: dict | None = None


class TinyKit:
    """The made-up kit on disk."""

    def __init__(self, root: Path):
        self.root, self.started = root, {}
        unneeded = shutil.ignore_patterns("checks", "__pycache__", "classes", "build")
        shutil.copytree(KIT / "autograder", root / "autograder", ignore=unneeded)
        shutil.copy(KIT / "setup.cfg", root)
        self.write("solutions/sums/part.toml", PART)
        for name, text in SOLUTION.items():
            self.write(f"solutions/sums/{name}", text)
        for name, text in CHECKS.items():
            self.write(f"autograder/checks/sums/{name}", text)
        self.write("grade_all.py", GRADE_ALL)
        for student, files in SUBMISSIONS.items():
            (root / "class" / student).mkdir(parents=True)
            for name, text in files.items():
                self.write(f"class/{student}/{name}", text)

    def write(self, name: str, text: str) -> None:
        """A file of the kit."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, name: str, *arguments: str, **variables: str) -> subprocess.Popen:
        """Start a Python process in the kit."""
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | variables
        self.started[name] = forked.Popen(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self.started[name]

    def start_grading(self, name: str, *options: str, **variables: str) -> subprocess.Popen:
        """Start `pytest autograder` with these options and a results file."""
        results = self.root / f"{name}.json"
        return self.start(
            name,
            "-m",
            "pytest",
            "autograder",
            "-p",
            "no:cacheprovider",
            "--device",
            "cpu",
            "--results",
            str(results),
            *options,
            **variables,
        )

    def finished(self, name: str) -> Run:
        """The run of this name, once it has ended."""
        output, _ = self.started[name].communicate(timeout=300)
        results = self.root / f"{name}.json"
        return Run(self.started[name].returncode, output, json.loads(results.read_text()) if results.exists() else None)


@pytest.fixture(scope="session")
def make_kit(tmp_path_factory):
    """`make_kit("name")`: a made-up kit of one's own, without any run."""
    return lambda name: TinyKit(tmp_path_factory.mktemp(name))


@pytest.fixture(scope="session")
def kit(tmp_path_factory) -> TinyKit:
    """The made-up kit; whatever still runs in it at the end is ended."""
    tiny = TinyKit(tmp_path_factory.mktemp("kit"))
    yield tiny
    for process in tiny.started.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def graded(kit) -> dict:
    """Every submission graded in one session, by name; under `again` a list of two gradings of the same one."""
    kit.start("all", "grade_all.py", "class")
    run = kit.finished("all")
    assert run.status == 0, run.output
    found = json.loads(run.output.splitlines()[-1])
    by_name: dict = {"status": found["status"], "again": []}
    for result in found["results"]:
        name = result["extra_data"]["submission"]
        if name == "again":
            by_name["again"].append(result)
        else:
            by_name[name] = result
    return by_name
