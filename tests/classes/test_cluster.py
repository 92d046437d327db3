"""A class graded by a Dask cluster: a real scheduler and real worker processes, some of which do not survive."""

import io
import os
import re
import signal
import threading
import time

import fake_grader
import pytest
from machines import Machines
from rich.console import Console

from autograder.classes.cluster import FEWEST_AHEAD
from autograder.classes.entries import ClassError
from autograder.classes.fingerprint import content_hash
from autograder.classes.parcel import pack, unpack
from autograder.classes.unit import NoProof


@pytest.fixture(autouse=True)
def _fake(fake_graders):
    """No test here needs torch."""


@pytest.fixture
def machines(tmp_path):
    """A scheduler without workers."""
    folder = tmp_path / "machines"
    folder.mkdir()
    found = Machines(folder)
    yield found
    found.stop()


def test_a_killed_machine_costs_nobody_anything(machines, make_class, run_class, graded_log, tmp_path):
    """Two workers, one killed while it grades, a third one that comes later: everybody is graded and stored once."""
    folder = make_class(**{f"s{number:02}": f"sleep 0.2\nscore {number % 4}" for number in range(20)})
    victim = machines.add_worker()
    machines.add_worker()

    def harm() -> None:
        while len(list((tmp_path / "out" / "records").glob("*.json"))) < 4:
            time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)
        machines.add_worker()

    thread = threading.Thread(target=harm, daemon=True)
    thread.start()
    rows = run_class(folder, scheduler=machines.address)
    thread.join()
    assert [row.score for row in rows] == [number % 4 for number in range(20)]
    assert all(row.graded for row in rows)
    stored = [line for line in (tmp_path / "out" / "journal.jsonl").read_text().splitlines() if '"graded",' in line]
    assert len(stored) == 20 and len(graded_log()) <= 20 + FEWEST_AHEAD  # at most what was under way is graded again
    assert run_class(folder, scheduler=machines.address) == rows and not graded_log()


def test_a_machine_that_cannot_prove_itself_takes_no_work(machines, make_class, run_class):
    """The others do it, the page says which and why; and where the only one able is killed, one that has come meanwhile goes on."""
    machines.add_worker(FAKE_START="unproved")
    able = machines.add_worker()
    machines.wait_for(2)

    folder = make_class(**{f"s{number}": "meet 9\nscore 3" for number in range(8)})

    def harm() -> None:
        while not list(folder.glob(".*.here")):
            time.sleep(0.02)
        machines.add_worker()
        machines.wait_for(3)
        able.send_signal(signal.SIGKILL)
        for number in range(9):
            (folder / f".{number}.here").touch()

    thread = threading.Thread(target=harm, daemon=True)
    thread.start()
    console = Console(file=io.StringIO(), width=200)
    rows = run_class(folder, scheduler=machines.address, console=console)
    thread.join()
    assert [(row.score, row.graded) for row in rows] == [(3, True)] * 8
    assert f"graders took no work. {fake_grader.UNPROVED}" in console.file.getvalue()


def test_when_no_machine_can_prove_itself_nobody_has_a_mark(machines, make_class, run_class, tmp_path):
    """The run ends with the sentence of a machine; no result is written."""
    machines.add_worker(FAKE_START="unproved")
    with pytest.raises(NoProof, match=re.escape(fake_grader.UNPROVED)):
        run_class(make_class(ann="score 3", bob="score 1"), scheduler=machines.address)
    assert not list((tmp_path / "out" / "records").iterdir())


def test_a_machine_without_the_files_gets_them(machines, make_class, run_class, monkeypatch):
    """A worker that cannot see the class folder gives the same result; a submission that kills graders is open."""
    folder = make_class(ann="score 3", bob="die")
    machines.add_worker()
    monkeypatch.setattr("autograder.classes.fingerprint.content_hash", lambda path: "what no machine holds")
    rows = run_class(folder, scheduler=machines.address)
    assert [(row.score, row.graded) for row in rows] == [(3.0, True), (0.0, False)]
    assert "I was told to die" in rows[1].remarks[-1]


def test_what_cannot_be_read_any_more_is_open_and_ends_nothing(machines, make_class, run_class, monkeypatch):
    """A submission that is taken away after the run has begun, when it is to be compared or when it is to be sent."""
    machines.add_worker()
    asked: list[str] = []

    def content(path) -> str:
        asked.append(path.name)
        if path.name == "bob" and asked.count("bob") > 1:
            raise PermissionError(13, "Permission denied")
        return "what no machine holds"

    def packed(path):
        if path.name == "cy":
            raise FileNotFoundError(2, "No such file or directory")
        return pack(path)

    monkeypatch.setattr("autograder.classes.fingerprint.content_hash", content)
    monkeypatch.setattr("autograder.classes.cluster.pack", packed)
    ann, bob, cy, dee = run_class(
        make_class(ann="score 3", bob="score 3", cy="score 3", dee="score all"), scheduler=machines.address
    )
    assert (ann.score, dee.score) == (3, fake_grader.FULL) and not bob.graded and not cy.graded
    assert "cannot read the submission: Permission denied" in bob.remarks[-1] and "No such file" in cy.remarks[-1]


def test_another_kit_or_no_cluster_is_one_sentence(machines, make_class, run_class, monkeypatch):
    """Marks of one class come from one kit."""
    folder = make_class(ann="score 3")
    with pytest.raises(ClassError, match="no Dask scheduler answers"):
        monkeypatch.setattr("autograder.classes.cluster.ANSWER_S", 1)
        run_class(folder, scheduler="tcp://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(ClassError, match="no Dask scheduler answers there .missing port number"):
        run_class(folder, scheduler="nonsense")
    assert time.monotonic() - started < 10  # a client of Dask's would hang for half a minute, and print a traceback
    machines.add_worker()
    monkeypatch.setattr("autograder.classes.cluster.ANSWER_S", 15)
    monkeypatch.setattr("autograder.classes.fingerprint.kit_hash", lambda: "another kit")
    with pytest.raises(ClassError, match="another version of the kit"):
        run_class(folder, scheduler=machines.address)


def test_a_scheduler_that_dies_ends_the_run_with_a_sentence(machines, make_class, run_class, tmp_path, monkeypatch):
    """What was graded is kept."""
    monkeypatch.setattr("autograder.classes.cluster.ANSWER_S", 4)  # for so long it is asked again
    folder = make_class(**{f"s{number}": f"sleep {0 if number < 2 else 100}\nscore 3" for number in range(4)})
    machines.add_worker()
    results = tmp_path / "out" / "records"

    def harm() -> None:
        while len(list(results.glob("*.json"))) < 2:
            time.sleep(0.02)
        machines.running[0].kill()

    threading.Thread(target=harm, daemon=True).start()
    with pytest.raises(ClassError, match="scheduler went away"):
        run_class(folder, scheduler=machines.address)
    assert len(list(results.glob("*.json"))) == 2


def test_a_parcel_becomes_the_same_submission(tmp_path):
    """Folders with links, pipes and odd names, and archives: their content hash is the same at the other end."""
    folder = tmp_path / "ann"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "softmax.py").write_text("x = 1\n")
    (folder / "odd\udcff name").write_bytes(b"\x00")
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    (tmp_path / "bob.zip").write_bytes(b"PK")
    for path in (folder, tmp_path / "bob.zip"):
        (tmp_path / "there" / path.name).mkdir(parents=True)
        assert content_hash(unpack(pack(path), tmp_path / "there" / path.name)) == content_hash(path)
