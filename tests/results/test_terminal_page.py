"""The terminal page: score first, a word beside every colour, and no terminal code that a student wrote."""

import io
import re

import pytest
from rich.console import Console

from autograder.results.record import Case
from autograder.results.statuses import STATUSES
from autograder.results.terminal import groups, page, points

COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*m")  # rich's own colours


def shown(result, width: int = 110, colours: bool = False) -> str:
    """The page as it is printed."""
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, force_terminal=colours).print(page(result))
    return file.getvalue()


def test_score_comes_first(result):
    """The first line is name and score."""
    assert shown(result).splitlines()[0].strip() == "dana   9 of 100 points"


def test_every_status_is_said_in_words(result, ungraded):
    """Colour is never alone."""
    text = shown(result) + shown(ungraded)
    assert all(status.word in text for status in STATUSES.values())


def test_failures_come_first_and_a_shared_reason_once(result):
    """Within a problem: failed, not run with one reason, passed."""
    found = groups(result.problems[0])
    assert [group.status for group in found] == ["failed", "failed", "not run", "passed"]
    assert [len(group.checks) for group in found] == [1, 1, 2, 1]
    assert shown(result).count("Not run, because it needs: Scores match.") == 1


def test_cases_are_told_only_where_they_say_something(result):
    """Which cases failed is told when others passed; not for a missing file."""
    assert groups(result.problems[0])[0].told[0].cases == "for 4 images; right for 1 image"
    result.problems[4].checks[0].cases[0].label = "4 images"
    assert groups(result.problems[4])[0].told[0].cases == ""


def test_cases_that_fail_for_other_reasons_are_each_explained(result):
    """Each reason with its own cases, the same one once although its first line tells of the case; points by case."""
    result.problems[0].checks[1].cases[1:] = [
        Case("4 images", "failed", "softmax(<4x3>) has rows that sum to 1.\nSoftmax was already applied."),
        Case("0 images", "crashed", "softmax(<0x3>) stopped: IndexError\n        x = images[0]"),
        Case("7 images", "failed", "softmax(<7x3>) has rows that sum to 1.\nSoftmax was already applied."),
    ]
    (group,) = [group for group in groups(result.problems[0]) if group.checks[0].name == "test_shape"]
    assert [told.cases for told in group.told] == ["for 4 images, 7 images; right for 1 image", "for 0 images"]
    lines = [" ".join(line.split()) for line in shown(result).splitlines()]
    assert "It happened for 4 images, 7 images; right for 1 image." in lines and "x = images[0]" in lines
    assert any(line.startswith("FAILED Every image gets one score per class 0.5 of 2") for line in lines)


def test_source_line_keeps_its_own_line(result):
    """The student's line is indented below the message."""
    assert re.search(r"^ +x = self\.first\(x\) *$", shown(result), re.MULTILINE)


def test_notes_and_reduced_isolation_stand_at_the_top(result):
    """They are said before the first problem."""
    top = shown(result).split("1.1")[0]
    assert "a.link is a link" in top and "no namespaces here" in top


def test_what_nobody_can_read_is_said_once(unusable):
    """The reason stands at the top; below it are the problems, without their checks."""
    text = shown(unusable)
    assert text.count("dana.zip is empty") == 1 and "dana.zip is empty" in text.split("1.1")[0]
    assert all(problem.problem.title in text for problem in unusable.problems)
    assert "Every image gets" not in text


def test_our_fault_costs_nothing(ungraded):
    """The total is not final, and the points are open."""
    text = shown(ungraded)
    assert "Not final" in text and "points are open" in text


def test_hostile_texts_are_harmless(hostile):
    """No escape code, control or direction-changing character of a student reaches the terminal; markup stays text."""
    hostile.problems[0].checks[0].title = "[bold red]title[/]"
    text = COLOUR_CODES.sub("", shown(hostile, colours=True))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    assert "[bold red]title[/]" in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_page_fits_its_terminal(result, width):
    """No line is longer than the terminal, nor than eyes like to read."""
    assert max(map(len, shown(result, width).splitlines())) <= min(width, 120)


def test_points_have_no_needless_zeros():
    """Whole points are whole."""
    assert [points(number) for number in (0.0, 2.5, 10.0, 3.33)] == ["0", "2.5", "10", "3.33"]
