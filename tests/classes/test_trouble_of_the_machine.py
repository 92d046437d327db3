"""Promises of a class run on a machine in trouble: a full disk, files that cannot be read, two runs at once; nothing is lost, nothing becomes a zero."""

import errno
import os
import subprocess

import pytest
from fake_grader import FULL

from autograder.classes.entries import ClassError

from stand_in_runs import CLASS, command, wait_for

from tests import forked


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


def test_a_damaged_result_is_graded_again(make_class, run_class, graded_log, tmp_path):
    """As a file system may leave it after a power loss."""
    damages = [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"format": "autograder record", "version": 3, "result": {}}']
    folder = make_class(**{f"s{number}": "score all" for number in range(len(damages))}, whole="score 3")
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
        stopped = forked.run(command(folder, tmp_path), capture_output=True, text=True)
        assert stopped.returncode == 1 and "is full; what was graded is safe" in stopped.stderr, stopped
        assert len(stopped.stderr.splitlines()) == 1
        done = {path.stem for path in (out / "records").glob("*.json")}
        subprocess.run(["mount", "-o", "remount,size=5m", out], check=True)
        graded_log()
        assert forked.run(command(folder, tmp_path), capture_output=True).returncode == 0
        assert 0 < len(done) < len(CLASS) and not done & set(graded_log())
    finally:
        subprocess.run(["umount", "-l", out], check=True)


def test_two_runs_do_not_write_into_one_folder(make_class, run_class, tmp_path):
    """The second is told to wait."""
    folder = make_class(ann="sleep 5")
    run = forked.Popen(command(folder, tmp_path), stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: (tmp_path / "out" / "journal.jsonl").exists())
        with pytest.raises(ClassError, match="another run is grading into"):
            run_class(folder)
    finally:
        run.kill()
        run.wait()


def test_exit_statuses_and_sentences(make_class, tmp_path):
    """0 everybody graded, 3 somebody not, 1 with one sentence when it cannot be done."""
    folder = make_class(ann="score all", bob="die")
    run = forked.run(command(folder, tmp_path), capture_output=True, text=True)
    assert run.returncode == 3 and "not graded  bob" in run.stdout and "1 of 2 graded" in run.stdout
    (folder / "bob" / "act.txt").write_text("score 0")
    assert forked.run(command(folder, tmp_path), capture_output=True).returncode == 0
    for arguments, words in (
        (["--regrade", "eve"], "no such student"),
        (["--problem", "sofmax"], "did you mean softmax"),
    ):
        run = forked.run(command(folder, tmp_path, *arguments), capture_output=True, text=True)
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
    folder = make_class(ann="score 3", bob="score all")
    run_class(folder)
    page = tmp_path / "out" / "feedback" / "ann.html"
    text = page.read_bytes()
    page.unlink()
    graded_log()
    run_class(folder, also=["markdown"])
    assert graded_log() == [] and page.read_bytes() == text
    assert (tmp_path / "out" / "markdown" / "bob.md").read_text().startswith(f"# bob: {FULL} of {FULL} points")
    run_class(make_class(cy="score 3"), also=["markdown", "staff"])
    assert {path.stem for path in (tmp_path / "out" / "staff").iterdir()} == {"ann", "bob", "cy"}
