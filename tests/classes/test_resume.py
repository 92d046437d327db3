"""Whatever ends a run, the next one goes on: nothing is lost and nothing is graded twice."""

import io
import json
import os
import shutil
import signal
import subprocess
import time

import pytest
from fake_grader import FULL
from rich.console import Console

from autograder.classes.entries import ClassError
from autograder.classes.progress import Progress

from stand_in_runs import CLASS, command, wait_for

from tests import forked


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


def test_a_second_run_grades_nobody_again(make_class, run_class, graded_log):
    """Unless something changed."""
    folder = make_class(**CLASS)
    first = run_class(folder)
    assert sorted(graded_log()) == sorted(CLASS)
    assert run_class(folder, seed=None, jobs=1) == first
    assert graded_log() == []


def test_a_changed_submission_is_noticed(make_class, run_class, graded_log):
    """By its content, not by its date; so is a new file, and so is a new student."""
    folder = make_class(ann="score all", bob="score 3", cy="score 3")
    run_class(folder)
    graded_log()
    os.utime(folder / "ann" / "act.txt", (1, 1))
    make_class(bob="score all", dee="score 5")
    (folder / "cy" / "more.py").write_text("")
    rows = run_class(folder)
    assert sorted(graded_log()) == ["bob", "cy", "dee"]
    assert [row.score for row in rows] == [FULL, FULL, 3, 5]


def test_another_seed_or_kit_grades_everybody_again(make_class, run_class, graded_log, monkeypatch):
    """Marks of one class come from one seed and one kit; the same seed is kept when none is given."""
    folder = make_class(ann="score all", bob="score 3")
    for seed, kit, again in ((1, "a", 2), (2, "a", 2), (None, "a", 0), (None, "b", 2)):
        monkeypatch.setattr("autograder.classes.run.kit_hash", lambda kit=kit: kit)
        run_class(folder, seed=seed)
        assert len(graded_log()) == again


def test_what_was_not_graded_is_tried_again(make_class, run_class, graded_log):
    """The next run grades those, and only those."""
    folder = make_class(ann="score all", bob="die")
    assert not run_class(folder)[1].graded
    (folder / ".bob.died").touch()
    (folder / "bob" / "act.txt").write_text("die once\nscore 5")
    graded_log()
    assert run_class(folder)[1].score == 5
    assert graded_log() == ["bob"]


def test_regrade_takes_students_and_problems(make_class, run_class, graded_log):
    """A problem means everybody; a name that is neither is an error before anything starts."""
    folder = make_class(ann="score all", bob="score 3", cy="score 3")
    run_class(folder)
    graded_log()
    run_class(folder, regrade=["bob"])
    assert graded_log() == ["bob"]
    run_class(folder, regrade=["softmax"])
    assert sorted(graded_log()) == ["ann", "bob", "cy"]
    with pytest.raises(ClassError, match="no such student"):
        run_class(folder, regrade=["eve"])
    with pytest.raises(ClassError, match="did you mean bob"):
        run_class(folder, regrade=["Bob"])


def test_regrade_takes_the_names_that_people_see(make_class, run_class, graded_log):
    """The name in `grades.csv`, also where no file can have it."""
    folder = make_class(**{"Lee, Ann (al1)": "score 3", "bob": "score 3"})
    run_class(folder)
    graded_log()
    run_class(folder, regrade=["Lee, Ann (al1)"])
    assert "_".join(graded_log()).startswith("Lee__Ann__al1_~")  # the log is split at spaces


def test_marks_of_other_problems_are_not_overwritten(make_class, run_class, graded_log):
    """A run with fewer problems than before would lose them; more are welcome."""
    folder = make_class(ann="score 3")
    run_class(folder, problems=["softmax", "convnet"])
    with pytest.raises(ClassError, match="also for convnet, and would be lost"):
        run_class(folder)
    assert run_class(folder, problems=["softmax", "convnet"])[0].problems.keys() == {"softmax", "convnet"}
    assert graded_log() == ["ann"]
    run_class(folder, problems=["softmax", "convnet", "training"])
    assert len(run_class(folder, fewer_problems=True)[0].problems) == 1


def test_results_without_a_submission_are_said(make_class, run_class, tmp_path):
    """Somebody who left the course keeps the files, and is in no table."""
    folder = make_class(ann="score 3", bob="score 3")
    run_class(folder)
    shutil.rmtree(folder / "bob")
    console = Console(file=io.StringIO(), width=300)
    assert [row.student for row in run_class(folder, console=console)] == ["ann"]
    assert "results of 1 who are not in" in console.file.getvalue() and "(bob)" in console.file.getvalue()
    assert (tmp_path / "out" / "records" / "bob.json").exists()


def test_a_run_that_is_done_gives_its_seed_to_no_other(make_class, run_class, tmp_path):
    """What its pages have shown helps nobody later: an interrupted run goes on with its seed, the next one draws another."""
    out = tmp_path / "out"

    def seeds() -> dict[str, int]:
        return {path.stem: json.loads(path.read_text())["result"]["seed"] for path in (out / "records").glob("*.json")}

    folder = make_class(ann="score 3", bob="die")
    run_class(folder, seed=None, jobs=1)
    first = seeds()["ann"]
    (folder / "bob" / "act.txt").write_text("score 5")
    run_class(folder, seed=None)
    assert seeds() == {"ann": first, "bob": first}
    (folder / "bob" / "act.txt").write_text("score 6")
    run_class(folder, seed=None)
    assert seeds()["ann"] == first != seeds()["bob"] == json.loads((out / "run.json").read_text())["seed"]
    run_class(folder, seed=None, regrade=["ann"])
    assert len({first, *seeds().values()}) == 3


def test_single_files_are_gathered_in_the_order_in_which_they_came(run_class, tmp_path, graded_log):
    """Canvas and Moodle put uploads side by side."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("softmax.py", "training.py", "act.txt"):
        (folder / f"leeann_77_1_{name}").write_text("score 3")
    assert run_class(folder)[0].score == 3
    collected = tmp_path / "out" / "collected" / "leeann_77"
    assert {path.relative_to(collected).as_posix() for path in collected.rglob("*.*")} == {
        "softmax.py",
        "training.py",
        "act.txt",
    }


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_goes_on_where_it_stopped(make_class, run_class, graded_log, tmp_path, how):
    """`kill -9` and Ctrl-C: the result of an undisturbed run, nothing graded twice."""
    folder = make_class(**{name: f"sleep 0.1\n{act}" for name, act in CLASS.items()})
    results = tmp_path / "out" / "records"
    run = forked.Popen(command(folder, tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: results.is_dir() and len(list(results.glob("*.json"))) >= 5)
    run.send_signal(how)
    _, errors = run.communicate()
    assert how == signal.SIGKILL or run.returncode == 130 and "the same command goes on" in errors
    done = {path.stem: path.stat().st_mtime_ns for path in results.glob("*.json")}
    if how != signal.SIGKILL:
        assert (tmp_path / "out" / "grades.csv").read_text().count("not graded yet") == len(CLASS) - len(done)
    assert 5 <= len(done) < len(CLASS)
    time.sleep(0.3)  # the orphaned graders of a killed run end by themselves
    graded_log()
    rows = run_class(folder)
    assert {row.student: row.score for row in rows} == {name: float(act.split()[1]) for name, act in CLASS.items()}
    assert sorted(graded_log()) == sorted(set(CLASS) - set(done))
    assert all((results / f"{name}.json").stat().st_mtime_ns == when for name, when in done.items())


def test_what_a_run_died_on_comes_last(make_class, run_class, graded_log, tmp_path):
    """Should it end this run, too, everybody else is graded before."""
    folder = make_class(**CLASS)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "journal.jsonl").write_text('{"event": "started", "student": "student00"}\n{"event": "grad')
    run_class(folder, jobs=1)
    assert graded_log()[-1] == "student00"
    assert all(json.loads(line) for line in (tmp_path / "out" / "journal.jsonl").read_text().splitlines()[2:])


def test_a_run_cut_short_in_a_row_of_equal_failures_does_not_believe_them(make_class, run_class, graded_log, tmp_path, monkeypatch):
    """Two silent wrong results of a failing device look like two mistakes; a third would have made the grader prove itself."""
    acts = ["score all", "score 3\nrow 1", "score 0", "score 3\nrow 1", "score 3\nrow 2", "score 3\nrow 3"]
    folder = make_class(**{f"s{number}": act for number, act in enumerate(acts)})
    real, seen = Progress.done, []

    def done(progress, row):
        seen.append(row.student)
        if row.student == "s4" and len(seen) == 5:
            raise KeyboardInterrupt
        real(progress, row)

    monkeypatch.setattr(Progress, "done", done)
    with pytest.raises(KeyboardInterrupt):
        run_class(folder, jobs=1, seed=None)
    assert graded_log()[:5] == ["s0", "s1", "s2", "s3", "s4"]
    console = Console(file=io.StringIO(), width=300)
    run_class(folder, jobs=1, seed=None, console=console)
    assert graded_log() == ["s3", "s4", "s5"] and "(2: s3, s4); they are graded again" in console.file.getvalue()
    run_class(folder, jobs=1, seed=None)
    assert graded_log() == [], "a run that came to its end leaves nobody in doubt"
