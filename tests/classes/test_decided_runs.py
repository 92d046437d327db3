"""Promises of class runs about decisions: read before anything is graded, applied at every end, also of a run that was stopped."""

import csv
import io

import pytest
from fake_grader import FULL
from rich.console import Console

from autograder.classes.entries import ClassError
from autograder.classes.outputs import Outputs

POINTS = """[[decision]]
kind = "points"
students = ["ann"]
where = "softmax"
points = 2
reason = "late bus"
by = "N. N."
date = 2026-03-04
"""


@pytest.fixture
def out(tmp_path):
    """The folder of the run, with a decision about ann in it."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "decisions.toml").write_text(POINTS)
    return tmp_path / "out"


def finals(out) -> dict[str, str]:
    """What counts for everybody."""
    with open(out / "grades.csv", newline="") as file:
        return {row["student"]: row["final"] for row in csv.DictReader(file)}


def test_a_run_applies_decisions_and_keeps_them(out, make_class, run_class, fake_graders):
    """At its end, on the terminal, in the table and on the page; again when everybody is graded again, and when nobody is."""
    folder = make_class(ann="score 3", bob="score 4")
    console = Console(file=io.StringIO(), width=120)
    run_class(folder, console=console)
    assert finals(out) == {"ann": "5", "bob": "4"} and "counts" in console.file.getvalue()
    for again in ([], ["ann"], ["softmax"]):
        run_class(folder, regrade=again)
        assert finals(out) == {"ann": "5", "bob": "4"}
        assert f"<b>5</b> of {FULL} points count" in (out / "feedback" / "ann.html").read_text()
    make_class(ann="score 7")
    run_class(folder)
    assert finals(out)["ann"] == "9"


def test_a_wrong_decision_stops_a_run_before_it_grades(out, make_class, run_class, fake_graders, graded_log):
    """In one sentence; whoever left the class and has a record is known still."""
    folder = make_class(bob="score 4")
    with pytest.raises(ClassError, match="decisions.toml, decision 1: there is no student in this class called ann.*withdraw 1"):
        run_class(folder)
    assert not graded_log()
    (out / "deadlines.toml").write_text("[late]\n[late.due]\nnowhere = 2026-03-02T23:59:00Z\n")
    (out / "decisions.toml").unlink()
    with pytest.raises(ClassError, match="deadlines.toml: there is no part called nowhere"):
        run_class(folder)
    (out / "deadlines.toml").unlink()
    run_class(make_class(ann="score 3"))
    (out / "decisions.toml").write_text(POINTS)
    (folder / "ann" / "act.txt").unlink()
    (folder / "ann").rmdir()
    run_class(folder)
    assert finals(out) == {"bob": "4"}


def test_what_is_not_graded_stays_open(out, make_class, run_class, fake_graders):
    """Points by hand are kept for it and give no mark before it has one."""
    folder = make_class(ann="die", bob="score 4")
    run_class(folder)
    assert finals(out) == {"ann": "", "bob": "4"}
    make_class(ann="score 3")
    run_class(folder)
    assert finals(out) == {"ann": "5", "bob": "4"}


def test_a_run_that_is_stopped_keeps_the_earlier_results(out, make_class, run_class, fake_graders, monkeypatch):
    """In the table as in every export, with all that was decided, and marked; it never counts what it does not show."""
    folder = make_class(ann="score 3", bob="score 4")
    run_class(folder)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.classes.outputs.Outputs.store", stop)
        with pytest.raises(KeyboardInterrupt):
            run_class(folder, regrade=["softmax"])
    with open(out / "grades.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {name: (row["softmax"], row["total"], row["final"]) for name, row in rows.items()} == {
        "ann": ("3", "3", "5"),
        "bob": ("4", "4", "4"),
    }
    assert all(row["note"] == "earlier result, to be graded again" for row in rows.values())
    run_class(folder)
    assert "to be graded again" not in (out / "grades.csv").read_text()


def test_the_deadlines_that_were_named_are_remembered(tmp_path, make_class, run_class, fake_graders):
    """Until others are named; without times everybody is listed as unknown, and nothing is taken."""
    place, folder = tmp_path / "mine.toml", make_class(ann="score 3")
    place.write_text("[late]\npercent = 10\n[late.due]\nclassifiers = 2026-03-02T23:59:00Z\n")
    run_class(folder, deadlines=place)
    for _ in range(2):
        with open(tmp_path / "out" / "grades.csv", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["handed in"], row["late"], row["penalty"], row["final"]) == ("time unknown", "", "", "3")
        run_class(folder)
    place.unlink()
    with pytest.raises(ClassError, match="mine.toml is not there"):
        run_class(folder)


def test_the_page_of_whoever_was_graded_before_a_run_was_stopped_says_what_counts(
    out, make_class, run_class, fake_graders, monkeypatch
):
    """As the table does."""
    folder, store = make_class(ann="score 3", bob="score 4"), Outputs.store

    def stop(outputs, entry, *rest):
        row = store(outputs, entry, *rest)
        if entry.student == "ann":
            raise KeyboardInterrupt
        return row

    monkeypatch.setattr(Outputs, "store", stop)
    with pytest.raises(KeyboardInterrupt):
        run_class(folder)
    assert finals(out)["ann"] == "5" and f"<b>5</b> of {FULL} points count" in (out / "feedback" / "ann.html").read_text()
