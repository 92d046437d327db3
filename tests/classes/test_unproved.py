"""Graders that cannot prove themselves take no work, and what they have judged since their last good proof counts no more."""

import io
import json

import fake_grader
import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder.classes.command import grade
from autograder.classes.unit import NoProof


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


def screen() -> Console:
    """A console that keeps what is printed."""
    return Console(file=io.StringIO(), width=200)


def test_a_class_says_how_long_the_proof_took(make_class, run_class):
    """Once for the run, however many graders there are."""
    console = screen()
    run_class(make_class(ann="score all", bob="score 3"), jobs=1, console=console)
    assert "Before judging anybody, the grader gave the reference solutions full marks (in 0.5 s)." in console.file.getvalue()


def test_one_grader_that_cannot_prove_itself_leaves_its_work_to_the_others(make_class, run_class, tmp_path, monkeypatch):
    """Everybody is graded, and the end of the page says who took no work and why."""
    monkeypatch.setenv("FAKE_START", "unproved here")
    monkeypatch.setenv("FAKE_BROKEN", str(tmp_path / "broken"))
    console = screen()
    rows = run_class(make_class(ann="score all", bob="score 3", cy="score 1"), jobs=2, console=console)
    assert [(row.score, row.graded) for row in rows] == [(fake_grader.FULL, True), (3, True), (1, True)]
    assert "1 of 2 graders took no work. Nobody is judged by this grader" in console.file.getvalue()


def test_when_no_grader_can_prove_itself_nobody_has_a_mark(make_class, tmp_path, monkeypatch):
    """The command ends with the sentence and the status for what is not graded; no result is written."""
    monkeypatch.setenv("FAKE_START", "unproved")
    folder = make_class(ann="score all", bob="score 3")
    done = CliRunner().invoke(grade, [str(folder), "--out", str(tmp_path / "out"), "--problem", "softmax", "--device", "cpu"])
    assert done.exit_code == 3 and f"Error: {fake_grader.UNPROVED}" in done.output and "Traceback" not in done.output
    assert not list((tmp_path / "out" / "records").iterdir())
    assert (tmp_path / "out" / "grades.csv").read_text().splitlines()[1:] == ["ann,,,,not graded yet", "bob,,,,not graded yet"]


def test_what_was_judged_since_the_last_good_proof_is_graded_again(make_class, run_class, graded_log, tmp_path):
    """The grader fails after bob: ann, whom it had judged, and bob are graded by a fresh one, and the page says that."""
    console = screen()
    rows = run_class(make_class(ann="score all", bob="unprove once\nscore 3", cy="score 1"), jobs=1, console=console)
    assert [(row.score, row.graded) for row in rows] == [(fake_grader.FULL, True), (3, True), (1, True)]
    assert sorted(graded_log()) == ["ann", "ann", "bob", "cy"]
    assert "Taken back, to be graded again: 2 (ann, bob)" in console.file.getvalue()


def test_what_stays_taken_back_is_open_and_not_believed_later(make_class, run_class, tmp_path):
    """A submission after which every grader fails is not graded, nor is anybody whose result was taken back twice; all are tried by the next run."""
    folder = make_class(ann="score all", bob="unprove")
    rows = {row.student: row for row in run_class(folder, jobs=1)}
    assert not rows["bob"].graded and rows["ann"].graded == (rows["ann"].score == fake_grader.FULL)
    said = json.dumps(json.loads((tmp_path / "out" / "records" / "bob.json").read_text()))
    assert "was taken back" in said
    (folder / "bob" / "act.txt").write_text("score 3")
    assert [(row.score, row.graded) for row in run_class(folder, jobs=1)] == [(fake_grader.FULL, True), (3, True)]


def test_a_gpu_on_which_nothing_can_be_proved_is_left_alone(make_class, run_class, monkeypatch):
    """With `auto` the CPU grades everybody, and the screen and every result say so; with `cuda` nobody is graded."""
    monkeypatch.setenv("FAKE_START", "only cpu")
    monkeypatch.setattr("autograder.classes.run.usable_device", lambda name, scheduler="": "cuda")
    folder, console = make_class(ann="score all", bob="score 3"), screen()
    with pytest.raises(NoProof, match="Nobody is judged"):
        run_class(folder, device="cuda")
    rows = run_class(folder, device="auto", console=console)
    assert [(row.score, row.graded) for row in rows] == [(fake_grader.FULL, True), (3, True)]
    assert "The GPU is not used. Nobody is judged by this grader" in console.file.getvalue()
    last = console.file.getvalue()[-700:]
    assert "Graded on the CPU, because this machine's GPU did not pass the proof." in last and "seed 1, cpu" in last
