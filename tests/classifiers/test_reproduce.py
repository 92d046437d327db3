"""`python -m solutions.reproduce`: measures what is missing, never twice, and writes the page from what it noted."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder.build.tree import planned
from autograder.course import SOLUTIONS
from solutions.reproduce import __main__ as command
from solutions.reproduce import page, runs
from solutions.reproduce.rows import ROWS
from tests import forked

BY_NAME = {row.name: row for row in ROWS}
# Small networks instead of those of the table; one seed each.
SMALL = (
    replace(BY_NAME["softmax"], seeds=(0,)),
    replace(BY_NAME["own"], arguments=(*BY_NAME["own"].arguments, "--hidden-dim", "2")),
)


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    """Receives runs and page."""
    return tmp_path_factory.mktemp("reproduced")


def started(command, *arguments, usual=subprocess.Popen, **options):
    """A process; one of its own for the run whose processor time is looked at, since only a child's is known."""
    return (usual if "softmax-0" in map(str, command) else forked.Popen)(command, *arguments, **options)


@pytest.fixture
def reproduce(monkeypatch, top, data):
    """The command on synthetic images, one epoch with few of them."""
    monkeypatch.setattr(command, "ROWS", SMALL)
    monkeypatch.setattr(subprocess, "Popen", started)

    def call(*arguments):
        command.main(
            [
                "--dataset",
                "synthetic",
                "--root",
                str(data),
                "--runs",
                str(top / "runs"),
                "--out",
                str(top / "R.md"),
                "--quick",
                "--device",
                "cpu",
                "--threads",
                "1",
                *arguments,
            ]
        )
        return (top / "R.md").read_text(encoding="utf-8")

    return call


def test_every_run_is_noted_and_the_page_has_a_line_for_each_figure(reproduce, top):
    """Test-time augmentation is a line of its own, and says so."""
    text = reproduce("--only", "softmax", "own")
    notes = {path.stem: json.loads(path.read_text()) for path in (top / "runs" / "synthetic" / "cpu").glob("*.json")}
    assert set(notes) == {"softmax-0", "own-0"}
    assert 0 < notes["softmax-0"]["test"]["test_accuracy"] < 1 and notes["softmax-0"]["spent"][0]["cpu_seconds"] > 0
    lines = [line for line in text.splitlines() if line.startswith(("| softmax", "| a model of one's own"))]
    assert len(lines) == 4 and sum("test-time augmentation" in line for line in lines) == 2
    assert f"**{100 * notes['softmax-0']['test']['test_accuracy']:.2f}**" in lines[0]
    assert "cores, 1, bf16 |" in lines[1] and "Not measured yet: two-layer, cnn, teacher" in text


def test_finished_runs_are_not_repeated(reproduce, top, monkeypatch):
    """No process starts, and the page comes out the same."""
    before = (top / "R.md").read_text()
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a finished run was repeated"))
    assert reproduce("--only", "softmax", "own") == before
    assert reproduce("--table-only") == before


def test_an_interrupted_run_goes_on(top, data, monkeypatch):
    """What was spent is kept, and the script is asked to resume; other settings begin anew."""
    place = runs.Place(top / "stopped", data, "synthetic", "cpu", quick=True)

    def stopped(arguments, **_):
        (place.folder / "softmax-0").mkdir(parents=True)
        (place.folder / "softmax-0" / runs.STATE).touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", stopped)
    first = runs.Run(SMALL[0], 0, place)
    assert first.command()[-1] == "--restart"
    with pytest.raises(KeyboardInterrupt):
        first.finish()
    again = runs.Run(SMALL[0], 0, place)
    assert not again.is_finished and len(again.note["spent"]) == 1 and again.command()[-1] == "--resume"
    other = runs.Run(replace(SMALL[0], arguments=("--epochs", "3")), 0, place)
    assert other.note["spent"] == [] and other.command()[-1] == "--restart"


def test_what_stands_on_a_run_is_measured_again_with_it(tmp_path, monkeypatch):
    """A student's teacher, the network that was quantized: found anew, it makes what came of it another result."""
    place, found = runs.Place(tmp_path, tmp_path, "synthetic", "cpu"), {"of": 0.5}

    def trained(arguments, **_):
        folder = place.folder / ("distilled-0" if "distilled" in arguments else "teacher-0")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "log.jsonl").write_text(json.dumps({"epoch": 1, "test_accuracy": found["of"]}) + "\n")
        return subprocess.CompletedProcess(arguments, 0)

    monkeypatch.setattr(subprocess, "run", trained)
    for name in ("teacher", "distilled"):
        runs.Run(BY_NAME[name], 0, place).finish()
    later = runs.Run(BY_NAME["distilled"], 0, place)
    assert later.is_finished
    (place.folder / "teacher-0.json").unlink()
    assert later.is_finished, "the note of its teacher was lost, which is no reason to lose another"
    runs.Run(BY_NAME["teacher"], 0, place).finish()
    assert later.is_finished, "the teacher has learnt the same again"
    (place.folder / "teacher-0.json").unlink()
    found["of"] = 0.6
    runs.Run(BY_NAME["teacher"], 0, place).finish()
    assert not later.is_finished and later.note["test"]["test_accuracy"] == 0.5
    later.finish()
    assert later.is_finished and later.note["test"]["test_accuracy"] == 0.6 and len(later.note["spent"]) == 1


def test_a_missing_data_set_is_said_in_a_sentence(tmp_path):
    """Exit status 1, what to run, nothing written."""
    ended = forked.run(
        [
            sys.executable,
            "-m",
            "solutions.reproduce",
            "--root",
            str(tmp_path),
            "--runs",
            str(tmp_path / "runs"),
            "--out",
            str(tmp_path / "R.md"),
        ],
        cwd=SOLUTIONS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1 and "run: python -m data_scripts cifar10 --root" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1 and not list(tmp_path.iterdir())


def test_the_page_gives_mean_spread_and_what_a_teacher_is_worth(tmp_path):
    """Runs of one row are one line; differences are taken seed by seed."""
    folder = tmp_path / "cifar10" / "cpu"
    folder.mkdir(parents=True)
    for row, accuracies in (("student", (0.60, 0.62)), ("distilled", (0.61, 0.64))):
        for seed, accuracy in enumerate(accuracies):
            note = {
                "row": row,
                "seed": seed,
                "dataset": "cifar10",
                "script": "x.py",
                "arguments": ["--epochs", "8", "--seed"],
                "spent": [{"seconds": 4, "cpu_seconds": 2}, {"seconds": 6, "cpu_seconds": 3}],
                "epochs": 8,
                "threads": 1,
                "test": {"test_accuracy": accuracy},
                "machine": "a machine",
                "torch": "2.6",
            }
            (folder / f"{row}-{seed}.json").write_text(json.dumps(note))
    text = page.page(tmp_path)
    title = BY_NAME["distilled"].title
    assert f"| {title} | 48.85 | **62.50 ± 2.12** | 2 | 8 | 10 | 5 | a machine, 1 | 2.6 |" in text
    assert "against the same student alone: +1.50 points on average (seed by seed: +1.00, +2.00)." in text


def test_students_get_none_of_it():
    """Neither the page nor what makes it."""
    assert not [path for path in planned() if "reproduce" in path or "RESULTS" in path]
