"""The bundled sample class: each made-up student gets exactly the marks that `samples/classifiers.toml` says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import parts
from tests import forked
from tests.shares import deserved, sample_class

KIT_ROOT = Path(__file__).parents[2]
CLASS = KIT_ROOT / "samples" / "classifiers"
MANIFEST = sample_class("classifiers")
SAMPLES = {sample["name"]: sample for sample in MANIFEST["sample"]}
PROBLEMS = {
    problem.id: problem
    for part in parts()
    if part.id == MANIFEST["part"]
    for problem in part.problems
    if problem.id in MANIFEST["problems"]
}
STATUSES = {"passed", "partial", "failed", "not attempted", "missing", "crashed", "timed out"}
# These have nothing that could hurt another, and are graded a second time after all that have.
AGAIN = ("ravi_talkative", "olga_one_level_too_deep", "nour_untouched_stubs", "chidi_channels_last", "ada_perfect")
FILE_LIMIT_BYTES = 4000
SEED = 1
ALONE = {"ada_perfect": 0, "ines_patched_torch": 1}  # exit statuses of `pytest autograder --submission`

# Grades the (name, path) pairs on its standard input in one session and prints one results.json a line.
GRADE = """
import json, sys
from dataclasses import replace
from pathlib import Path
from autograder.course import problems
from autograder.grading.options import Options
from autograder.grading.session import grade_stream
from autograder.results import gradescope
asked = json.load(sys.stdin)
for problem in problems().values():  # an endless loop is stopped sooner than for students, twice
    object.__setattr__(problem, "limits", replace(problem.limits, check_s=min(problem.limits.check_s, 3.0)))
options = Options(Path("."), tuple(asked["problems"]), "cpu", asked["seed"], prove="kept")
source = [(name, Path(path)) for name, path in asked["source"]]
def show(result):
    print("result", json.dumps(gradescope.as_json(result)), flush=True)
print("exit", grade_stream(options, source, show))
"""


def environment() -> dict[str, str]:
    """One thread: the sums, and with them the last digits, are then the same in every process."""
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(KIT_ROOT)}


def marks_of(result: dict) -> dict[str, tuple[float, str]]:
    """Points and status of every problem of a result."""
    return {name: (problem["score"], problem["status"]) for name, problem in result["extra_data"]["problems"].items()}


def without_times(result: dict) -> dict:
    """What must be the same whenever the same submission is graded again."""
    return {key: value for key, value in result.items() if key != "execution_time"}


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> dict[str, Path]:
    """Two of the samples as archives, as students hand them in."""
    folder = tmp_path_factory.mktemp("packed")
    archives = {"ada_perfect": "zip", "chidi_channels_last": "gztar"}
    return {name: Path(shutil.make_archive(str(folder / name), kind, CLASS, name)) for name, kind in archives.items()}


@pytest.fixture(scope="module")
def alone(request, graded, tmp_path_factory):
    """The samples of the day graded by the command for one submission, side by side; the class's proof does for them. Process and folder of each."""
    running = {}
    own = [item for item in request.session.items if item.path == request.path and "alone" in item.fixturenames]
    for name in {item.callspec.params["name"] for item in own}:
        folder = tmp_path_factory.mktemp(name)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "autograder",
            "--submission",
            str(CLASS / name),
            *(word for problem in PROBLEMS for word in ("--problem", problem)),
            "--seed",
            str(SEED),
            "--device",
            "cpu",
            "--results",
            str(folder / "results.json"),
            "--feedback",
            str(folder / "feedback.html"),
        ]
        running[name] = forked.Popen(command, cwd=KIT_ROOT, env=environment(), stdout=subprocess.DEVNULL), folder
    yield running
    for process, _ in running.values():
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def graded(request, packed) -> dict[str, list[dict]]:
    """The samples of the day graded in one session, then some of them again; results by the sample's name."""
    asked_for = {item.callspec.params["name"] for item in request.session.items if {"graded", "name"} <= set(item.fixturenames)}
    source = [(name, str(CLASS / name)) for name in SAMPLES if name in asked_for or name in AGAIN]
    source += [(name, str(packed.get(name, CLASS / name))) for name in AGAIN]
    asked = {"problems": list(PROBLEMS), "seed": SEED, "source": source}
    run = forked.run(
        [sys.executable, "-c", GRADE],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=KIT_ROOT,
        env=environment(),
        timeout=900,
    )
    lines = run.stdout.splitlines()
    results = [json.loads(line.removeprefix("result ")) for line in lines if line.startswith("result ")]
    assert len(results) == len(asked["source"]), run.stdout[-2000:] + run.stderr[-2000:]
    assert lines[-1] == "exit 1"
    found: dict[str, list[dict]] = {}
    for result in results:
        found.setdefault(result["extra_data"]["submission"], []).append(result)
    return found


def test_every_sample_is_documented():
    """The manifest names every folder, and nothing else."""
    assert sorted(SAMPLES) == sorted(path.name for path in CLASS.iterdir())
    for sample in SAMPLES.values():
        assert sample["what"].endswith(".")
        assert set(sample.get("marks", {})) <= set(PROBLEMS)
        assert {mark["status"] for mark in sample.get("marks", {}).values()} <= STATUSES


def test_every_status_occurs_in_the_class():
    """The class shows everything that a problem's status can say, apart from a failure of the kit."""
    assert {status for name in SAMPLES for _, status in deserved(MANIFEST, name).values()} == STATUSES


def test_samples_are_small():
    """A sample is read in a minute."""
    large = [path for path in CLASS.rglob("*") if path.is_file() and path.stat().st_size > FILE_LIMIT_BYTES]
    assert not large


@pytest.mark.nightly(4)
@pytest.mark.parametrize("name", SAMPLES)
def test_sample_gets_the_marks_it_deserves(graded, name):
    """Points and status of every problem, and the total, are the documented ones."""
    for result in graded[name]:
        assert marks_of(result) == deserved(MANIFEST, name)
        assert result["score"] == sum(points for points, _ in deserved(MANIFEST, name).values())


@pytest.mark.parametrize("name", AGAIN)
def test_no_sample_disturbs_another(graded, name):
    """Whoever was graded before, and whether it came as a folder or an archive: the same results, word for word."""
    first, second = graded[name]
    assert without_times(first) == without_times(second)


@pytest.mark.nightly(4)
@pytest.mark.parametrize("name", ALONE)
def test_sample_alone_gets_the_same(alone, graded, name):
    """`pytest autograder --submission` gives the same results as the whole class, and 0 for full marks, 1 for less."""
    process, folder = alone[name]
    assert process.wait(timeout=900) == ALONE[name]
    result = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert without_times(result) == without_times(graded[name][0])
    assert (folder / "feedback.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_what_a_sample_prints_reaches_no_student(graded):
    """Printed text is kept for the teaching assistant, without terminal codes; students' texts hold nothing of it."""
    result = graded["ravi_talkative"][0]
    printed = result["extra_data"]["for_teaching_assistants"]["softmax"]["printed"]
    assert "loading softmax.py" in printed
    assert "\x1b" not in printed
    assert not any(test["output"] for test in result["tests"])
