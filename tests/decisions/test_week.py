"""A week of a class of 30 (see `week.py`): every number in every table is followed from a decision to the file and to the export."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from autograder.places import VARIABLE
from tests import forked

KIT = Path(__file__).parents[2]
EVERYBODY = [f"s{number:02}" for number in range(1, 31)]
SHORTEST, SHIFTED = {*EVERYBODY[14:20], "s25", "s26"}, set(EVERYBODY[20:26])


@pytest.fixture(scope="module")
def week(tmp_path_factory) -> dict:
    """What each step said, and the tables after it."""
    root = tmp_path_factory.mktemp("week")
    shutil.copytree(KIT / "tests" / "courses" / "letters_and_lines", root / "course")
    environment = os.environ | {VARIABLE: str(root / "course"), "PYTHONPATH": str(KIT), "AUTOGRADER_PROVE": "kept"}
    script = [sys.executable, str(Path(__file__).with_name("week.py")), str(root)]
    done = forked.run(script, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads((root / "week.json").read_text()) | {"out": root / "marks"}


def earned(student: str) -> float:
    """What the grader gives at first."""
    words = 1 if student in SHORTEST | {"s28"} else 3
    return words + (0 if student in SHIFTED | {"s27", "s28"} else 2)


def column(step: dict, name: str) -> dict[str, float]:
    """A column of numbers of `grades.csv`; an empty cell is 0."""
    return {row["student"]: float(row.get(name) or 0) for row in step["grades"]}


def expect_finals(step: dict, before: dict, **changed: float) -> None:
    """These students' final marks are others than in the step before, and nobody else's; each table adds up."""
    was = column(before, "final")
    assert column(step, "final") == was | changed
    for row in step["grades"]:
        numbers = {
            name: float(row.get(name) or 0) for name in ("longest_word", "straight_line", "total", "decisions", "penalty", "final")
        }
        assert numbers["longest_word"] + numbers["straight_line"] == numbers["total"]
        assert numbers["total"] + numbers["decisions"] - numbers["penalty"] == numbers["final"]
        moved = [float(line["points"]) for line in step["adjustments"] if line["student"] == row["student"]]
        assert sum(moved) == numbers["final"] - numbers["total"]
    differ = [name for name, mark in column(step, "final").items() if mark != was[name]]
    assert f"Marks of {len(differ)} changed" in step["said"]
    for name in differ[:12]:
        assert f"  {name}  {was[name]:g} -> {changed[name]:g}" in step["said"]


def test_the_first_run_gives_what_is_earned(week):
    """And nothing else has a column."""
    step = week["first run"]
    assert column(step, "total") == column(step, "final") == {name: earned(name) for name in EVERYBODY}
    assert list(step["grades"][0]) == ["student", "longest_word", "straight_line", "total", "final", "note"] and step["status"] == 0


def test_a_wrong_check_is_exempted_for_everybody(week):
    """Whoever failed it has its two points; the others have what they had."""
    gained = {name: earned(name) + 2 for name in SHORTEST | {"s28"}}
    expect_finals(week["the text was ambiguous"], week["first run"], **gained)
    lines = week["the text was ambiguous"]["adjustments"]
    assert {(line["kind"], line["points"], line["reason"], line["by"], line["decision"]) for line in lines} == {
        ("exempt", "2", "the text was ambiguous", "N. N.", "1")
    }


def test_a_complaint_gives_points(week):
    """To one student."""
    expect_finals(week["complaint"], week["the text was ambiguous"], s21=4.5)


def test_late_days_cost_what_the_table_says(week):
    """10 % of 5 points a day, at most half, after one free day and 15 minutes of grace."""
    step = week["deadlines"]
    expect_finals(step, week["complaint"], s20=4.5, s29=4, s30=2.5)
    rows = {row["student"]: row for row in step["grades"]}
    assert [rows[name]["late"] for name in ("s01", "s13", "s14", "s20")] == ["", "", "1 day", "1 day 1 hour"]
    assert [rows[name]["free days"] for name in ("s13", "s14", "s30")] == ["", "1", "1"]
    assert rows["s13"]["handed in"] == "2026-03-03 00:09 CET"


def test_an_extension_takes_a_penalty_back(week):
    """Three days later is in time for two and a half."""
    expect_finals(week["ill for three days"], week["deadlines"], s29=5)


def test_a_bonus_may_exceed_the_points(week):
    """Of the part as a whole."""
    expect_finals(week["bonus"], week["ill for three days"], s01=6)


def test_a_chosen_attempt_waits_for_the_next_run(week):
    """Nothing is half applied until it is graded."""
    expect_finals(week["the first one"], week["bonus"])
    assert "the next `autograder grade` grades it" in week["the first one"]["said"]


def test_a_repaired_check_keeps_every_decision(week):
    """Everybody is graded again, the comparison is printed by itself, and what was decided is applied again."""
    step, before = week["repaired"], column(week["first run"], "total")
    assert column(step, "total") == {name: 5 if name == "s28" else before[name] + 2 * (name in SHIFTED) for name in EVERYBODY}
    assert "Marks of 7 changed: 7 up, 0 down; 23 unchanged." in step["said"]
    assert column(step, "decisions") == {
        name: 2 * (name in SHORTEST) + (1.5 if name == "s21" else name == "s01") for name in EVERYBODY
    }
    assert column(step, "final") == column(week["bonus"], "final") | dict.fromkeys((*SHIFTED, "s28"), 5) | {"s21": 6.5}
    note = {row["student"]: row["note"] for row in step["grades"]}["s28"]
    assert note == "attempt 2026-02-28-23-59-00 counts"


def test_what_is_withdrawn_is_gone(week):
    """The complaint was settled by the repaired check."""
    expect_finals(week["not needed any more"], week["repaired"], s21=5)


def test_a_hand_edit_is_kept_and_does_not_count(week):
    """And is said, with the remedy."""
    expect_finals(week["edited"], week["not needed any more"])
    assert "grades.csv was changed by hand (s02: total 5 -> 4)" in week["edited"]["said"] and len(week["kept"]) == 1


def test_the_export_holds_what_counts(week):
    """For everybody, to the point."""
    assert {row["student"]: float(row["mark"]) for row in week["filled"]} == column(week["edited"], "final")


def test_pages_say_it_too(week):
    """A student's page and the summary, each apart from what was earned."""
    page = (week["out"] / "feedback" / "s20.html").read_text()
    assert "<b>4.5</b> of 5 points count" in page and "3 of 5" in page
    assert "by decision of N. N." in page and "the text was ambiguous" in page
    assert "Handed in 2026-03-04 00:59 CET, 1 day 1 hour late, 1 free late day used: 10 % of the part" in page
    summary = (week["out"] / "summary.html").read_text()
    for text in ("Marks and decisions", "test_finds_the_longest of longest_word: full marks", "1 day 1 hour", "mean that counts"):
        assert text in summary
    assert "complaint" not in summary
    assert "decision" not in (week["out"] / "feedback" / "s02.html").read_text()
