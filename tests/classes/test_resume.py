"""Whatever ends a run, the next one goes on: nothing is lost and nothing is graded twice."""

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import fake_grader
import pytest
from rich.console import Console

from autograder.classes.entries import ClassError
from autograder.classes.progress import Progress


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


CLASS = {f"student{number:02}": f"score {number % 4 * 5}" for number in range(24)}


def test_a_second_run_grades_nobody_again(make_class, run_class, graded_log):
    """Unless something changed."""
    folder = make_class(**CLASS)
    first = run_class(folder)
    assert sorted(graded_log()) == sorted(CLASS)
    assert run_class(folder, seed=None, jobs=1) == first
    assert graded_log() == []


def test_a_changed_submission_is_noticed(make_class, run_class, graded_log):
    """By its content, not by its date; so is a new file, and so is a new student."""
    folder = make_class(ann="score 15", bob="score 3", cy="score 3")
    run_class(folder)
    graded_log()
    os.utime(folder / "ann" / "act.txt", (1, 1))
    make_class(bob="score 15", dee="score 5")
    (folder / "cy" / "more.py").write_text("")
    rows = run_class(folder)
    assert sorted(graded_log()) == ["bob", "cy", "dee"]
    assert [row.score for row in rows] == [15, 15, 3, 5]


def test_another_seed_or_kit_grades_everybody_again(make_class, run_class, graded_log, monkeypatch):
    """Marks of one class come from one seed and one kit; the same seed is kept when none is given."""
    folder = make_class(ann="score 15", bob="score 3")
    for seed, kit, again in ((1, "a", 2), (2, "a", 2), (None, "a", 0), (None, "b", 2)):
        monkeypatch.setattr("autograder.classes.run.kit_hash", lambda kit=kit: kit)
        run_class(folder, seed=seed)
        assert len(graded_log()) == again


def test_what_was_not_graded_is_tried_again(make_class, run_class, graded_log):
    """The next run grades those, and only those."""
    folder = make_class(ann="score 15", bob="die")
    assert not run_class(folder)[1].graded
    (folder / ".bob.died").touch()
    (folder / "bob" / "act.txt").write_text("die once\nscore 5")
    graded_log()
    assert run_class(folder)[1].score == 5
    assert graded_log() == ["bob"]


def test_regrade_takes_students_and_problems(make_class, run_class, graded_log):
    """A problem means everybody; a name that is neither is an error before anything starts."""
    folder = make_class(ann="score 15", bob="score 3", cy="score 3")
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


def command(folder, tmp_path, *more: str) -> list[str]:
    """The command line of a run with the stand-in's graders."""
    return [
        sys.executable,
        fake_grader.__file__,
        "grade",
        str(folder),
        "--out",
        str(tmp_path / "out"),
        "--jobs",
        "2",
        "--seed",
        "1",
        "--problem",
        "softmax",
        "--device",
        "cpu",
        *more,
    ]


def wait_for(condition, seconds: float = 20) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_goes_on_where_it_stopped(make_class, run_class, graded_log, tmp_path, how):
    """`kill -9` and Ctrl-C: the result of an undisturbed run, nothing graded twice."""
    folder = make_class(**{name: f"sleep 0.1\n{act}" for name, act in CLASS.items()})
    results = tmp_path / "out" / "records"
    run = subprocess.Popen(command(folder, tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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
    acts = ["score 15", "score 3\nrow 1", "score 0", "score 3\nrow 1", "score 3\nrow 2", "score 3\nrow 3"]
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


def test_a_damaged_result_is_graded_again(make_class, run_class, graded_log, tmp_path):
    """As a file system may leave it after a power loss."""
    damages = [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"format": "autograder record", "version": 3, "result": {}}']
    folder = make_class(**{f"s{number}": "score 15" for number in range(len(damages))}, whole="score 3")
    rows = run_class(folder)
    graded_log()
    for number, content in enumerate(damages):
        (tmp_path / "out" / "records" / f"s{number}.json").write_bytes(content)
    assert [row.score for row in run_class(folder)] == [row.score for row in rows]
    assert sorted(graded_log()) == [f"s{number}" for number in range(len(damages))]


def test_a_full_disk_loses_nothing(make_class, run_class, graded_log, tmp_path, monkeypatch):
    """The run ends with the system's error; with room again, the next one goes on."""
    folder = make_class(**CLASS)
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        run_class(folder)
    monkeypatch.setattr(os, "fsync", real)
    done = {path.stem for path in (tmp_path / "out" / "records").glob("*.json")}
    assert 0 < len(done) < len(CLASS) and not [
        path for path in (tmp_path / "out" / "records").iterdir() if path.name.startswith(".")
    ]
    graded_log()
    assert len(run_class(folder)) == len(CLASS)
    assert not done & set(graded_log())


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_is_really_full(make_class, graded_log, tmp_path):
    """The command says so in one sentence, and goes on when there is room."""
    folder, out = make_class(**CLASS), tmp_path / "out"
    out.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=180k", "tmpfs", out], capture_output=True).returncode:
        pytest.skip("this machine does not let root mount")
    try:
        stopped = subprocess.run(command(folder, tmp_path), capture_output=True, text=True)
        assert stopped.returncode == 1 and "is full; what was graded is safe" in stopped.stderr, stopped
        assert len(stopped.stderr.splitlines()) == 1
        done = {path.stem for path in (out / "records").glob("*.json")}
        subprocess.run(["mount", "-o", "remount,size=5m", out], check=True)
        graded_log()
        assert subprocess.run(command(folder, tmp_path), capture_output=True).returncode == 0
        assert 0 < len(done) < len(CLASS) and not done & set(graded_log())
    finally:
        subprocess.run(["umount", "-l", out], check=True)


def test_two_runs_do_not_write_into_one_folder(make_class, run_class, tmp_path):
    """The second is told to wait."""
    folder = make_class(ann="sleep 5")
    run = subprocess.Popen(command(folder, tmp_path), stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: (tmp_path / "out" / "journal.jsonl").exists())
        with pytest.raises(ClassError, match="another run is grading into"):
            run_class(folder)
    finally:
        run.kill()
        run.wait()


def test_exit_statuses_and_sentences(make_class, tmp_path):
    """0 everybody graded, 3 somebody not, 1 with one sentence when it cannot be done."""
    folder = make_class(ann="score 15", bob="die")
    run = subprocess.run(command(folder, tmp_path), capture_output=True, text=True)
    assert run.returncode == 3 and "not graded  bob" in run.stdout and "1 of 2 graded" in run.stdout
    (folder / "bob" / "act.txt").write_text("score 0")
    assert subprocess.run(command(folder, tmp_path), capture_output=True).returncode == 0
    for arguments, words in (
        (["--regrade", "eve"], "no such student"),
        (["--problem", "sofmax"], "did you mean softmax"),
    ):
        run = subprocess.run(command(folder, tmp_path, *arguments), capture_output=True, text=True)
        assert run.returncode == 1 and words in run.stderr and len(run.stderr.splitlines()) == 1, run.stderr


def test_what_this_machine_cannot_read_is_open_and_not_zero(make_class, run_class, monkeypatch):
    """A disk that fails is no student's mistake; everybody else is graded."""
    from autograder.classes import fingerprint

    real = fingerprint.content_hash

    def fails(path):
        if path.name == "bob":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    monkeypatch.setattr(fingerprint, "content_hash", fails)
    ann, bob = run_class(make_class(ann="score 3", bob="score 3"))
    assert (ann.score, ann.graded, bob.graded) == (3, True, False)
    assert "cannot read the submission: Input/output error" in bob.remarks[-1]
    monkeypatch.setattr(fingerprint, "content_hash", real)
    assert run_class(make_class())[1].score == 3
    monkeypatch.setattr(fingerprint, "content_hash", fails)
    assert run_class(make_class())[1].score == 3, "a result that stood must not be lost"


@pytest.mark.parametrize("fault", [errno.EACCES, errno.ENOENT, errno.EIO])
def test_what_cannot_be_gathered_is_open_and_ends_nothing(run_class, tmp_path, monkeypatch, fault):
    """A file that was there when the run began; a disk without room ends the run, and what was graded is kept."""
    from autograder.classes import gathering

    folder = tmp_path / "class"
    folder.mkdir()
    for who in ("ann_1", "bob_2", "cy_3"):
        (folder / f"{who}_1_act.txt").write_text("score 3")
    real = gathering._copy

    def copy(source, target, when):
        if "bob" in source.name:
            raise OSError(fault, os.strerror(fault))
        real(source, target, when)

    monkeypatch.setattr(gathering, "_copy", copy)
    ann, bob, cy = run_class(folder, layout="canvas")
    assert (ann.score, bob.graded, cy.score) == (3, False, 3) and os.strerror(fault) in bob.remarks[-1]
    fault = errno.ENOSPC
    with pytest.raises(OSError, match="No space left"):
        run_class(folder, layout="canvas")
    monkeypatch.setattr(gathering, "_copy", real)
    assert [row.score for row in run_class(folder, layout="canvas")] == [3, 3, 3]


def test_a_page_that_is_missing_is_made_of_the_record(make_class, run_class, graded_log, tmp_path):
    """Another kind of page, or one that somebody removed, needs no grading; the same bytes come back."""
    folder = make_class(ann="score 3", bob="score 15")
    run_class(folder)
    page = tmp_path / "out" / "feedback" / "ann.html"
    text = page.read_bytes()
    page.unlink()
    graded_log()
    run_class(folder, also=["markdown"])
    assert graded_log() == [] and page.read_bytes() == text
    assert (tmp_path / "out" / "markdown" / "bob.md").read_text().startswith("# bob: 15 of 15 points")
    run_class(make_class(cy="score 3"), also=["markdown", "staff"])
    assert {path.stem for path in (tmp_path / "out" / "staff").iterdir()} == {"ann", "bob", "cy"}
