"""Promises of the arithmetic from record, decisions and lateness to final marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from autograder.decisions.final import final_marks
from autograder.decisions.marks import Late

from made import (
    by_hand,
    decisions,
    endings,
    exempt,
    excuse,
    exemptions,
    excuses,
    lateness,
    of_others,
    or_open,
    points,
    record,
    records,
)

QUICK = settings(max_examples=60, deadline=None)


def numbered(held):
    """The decisions as a file numbers them."""
    return list(enumerate(held, 1))


def close(one, other):
    """Equal in hundredths."""
    return one == other or round(abs(one - other), 6) == 0


@QUICK
@given(records(or_open), decisions, lateness)
def test_every_sum_is_the_sum_of_its_parts(result, held, late):
    """Earned and adjustments give what counts, in each problem, part and in all; in whole hundredths."""
    found = final_marks(result, numbered(held), late)
    for part in found.parts:
        for one in part.problems:
            if one.earned is not None and one.decided is not None:
                assert close(one.earned + sum(made.points for made in one.adjustments), one.decided)
        if part.final is not None:
            counted = sum(one.decided for one in part.problems if not one.left_out)
            assert close(counted + sum(made.points for made in part.adjustments), part.final)
            assert close(part.decided - part.penalty, part.final)
    if found.final is not None:
        assert close(sum(part.final for part in found.parts if not part.excused), found.final)
        assert close(found.final, round(found.final, 2)) and close(found.decided - found.penalty, found.final)
    assert found.earned == (result.score if result.graded else None)


@QUICK
@given(records(or_open), decisions, lateness)
def test_no_mark_is_below_zero(result, held, late):
    """Neither of a problem, of a part, nor of all."""
    found = final_marks(result, numbered(held), late)
    marks = [found.final, found.decided, found.penalty]
    marks += [mark for part in found.parts for mark in (part.final, part.decided, part.penalty)]
    marks += [one.decided for one in found.problems.values()]
    assert all(mark >= 0 for mark in marks if mark is not None)


@QUICK
@given(records(), some.lists(some.one_of(exemptions, excuses), max_size=5), some.one_of(exemptions, excuses))
def test_an_exemption_or_excuse_never_lowers_a_share(result, held, one):
    """Whatever was decided before; where a part is left out, what is left keeps its share."""
    before, after = final_marks(result, numbered(held)), final_marks(result, numbered([*held, one]))
    for was, now in zip(before.parts, after.parts):
        for old, new in zip(was.problems, now.problems):
            if old.decided is not None and new.decided is not None and not old.excused == new.excused:
                assert new.decided >= (old.earned or 0)
        assert now.excused or was.excused or now.final >= was.final - 0.011 * len(now.problems)


@QUICK
@given(records(), some.lists(exemptions, max_size=5))
def test_exemptions_stay_within_the_problems_points(result, held):
    """They never lower and never give more than there is."""
    for one in final_marks(result, numbered(held)).problems.values():
        assert one.earned <= one.decided <= one.max_score


@QUICK
@given(records(or_open), decisions, lateness, some.randoms(use_true_random=False))
def test_the_order_of_the_decisions_does_not_matter(result, held, late, random):
    """Neither the order in the file nor that in which they are given."""
    shuffled = held.copy()
    random.shuffle(shuffled)
    one, other = final_marks(result, numbered(held), late), final_marks(result, numbered(shuffled), late)
    assert one.final == other.final
    assert [problem.decided for problem in one.problems.values()] == [problem.decided for problem in other.problems.values()]
    jumbled = numbered(held)
    random.shuffle(jumbled)
    assert final_marks(result, jumbled, late) == one


@QUICK
@given(records(or_open), decisions, some.lists(of_others, max_size=3))
def test_what_is_decided_for_others_changes_nothing(result, held, others):
    """And what is withdrawn neither."""
    import msgspec

    withdrawn = [msgspec.structs.replace(one, withdrawn=one.date) for one in held]
    assert final_marks(result, numbered([*others, *withdrawn])) == final_marks(result)
    given_here = [(number + len(others), one) for number, one in numbered(held)]
    assert final_marks(result, [*numbered(others), *given_here]) == final_marks(result, given_here)


@QUICK
@given(records(), some.lists(by_hand, max_size=4))
def test_points_by_hand_are_given_as_they_are(result, held):
    """Unless a mark would fall below zero they are what changes, to the hundredth."""
    found = final_marks(result, numbered(held))
    parts = {one.where for one in held}
    floors = [one for _, one in found.adjustments if one.kind == "floor"]
    mine = {name for part in found.parts for name in (part.part, *(one.problem.id for one in part.problems))}
    expected = sum(one.points for one in held if one.where in mine)
    assert close(found.final - found.earned, expected + sum(one.points for one in floors)), parts


@QUICK
@given(records(some.one_of(endings)))
def test_without_decisions_what_is_earned_counts(result):
    """And a page has nothing to say of it."""
    found = final_marks(result)
    assert found.final == result.score and found.max_score == result.max_score and not found.touched


CASES = {
    "full marks": (record(q=["failed", "passed", "passed"]), [exempt("q", "a")], 4.66 + 2.34),
    "full marks for half": (record(s=["half", "passed"]), [exempt("s", "a")], 5.0),
    "full marks for another student": (record(q=["failed", "passed", "passed"]), [exempt("q", "a", "bob")], 4.66),
    "out of the sum": (record(r=["failed", "passed", "failed", "passed"]), [exempt("r", "a", out=True)], 6.67),
    "out of the sum, passed it": (record(r=["passed", "failed", "failed", "failed"]), [exempt("r", "a", out=True)], 2.5),
    "all out of the sum": (record(p=["failed"]), [exempt("p", "a", out=True)], 4.0),
    "out, but the one that is passed stays": (
        record(r=["failed", "passed", "failed", "failed"]),
        [exempt("r", "a", out=True), exempt("r", "b", out=True)],
        3.33,
    ),
    "open, exempted": (record(s=["not graded", "passed"]), [exempt("s", "a")], 5.0),
    "open, out of the sum": (record(s=["not graded", "passed"]), [exempt("s", "a", out=True)], 5.0),
    "open": (record(s=["not graded", "passed"]), [points("s", 1)], None),
    "excused": (record(p=["failed"], q=["passed", "passed", "passed"], r=["failed"] * 4), [excuse("r")], 7 + 10 * 7 / 11),
    "excused, had more": (record(p=["failed"], q=["passed", "passed", "passed"]), [excuse("q")], 7.0),
    "excused alone": (record(p=["passed"], s=["failed", "failed"]), [excuse("s")], 4.0),
    "excused, one of them better than the others": (
        record(p=["failed"], q=["failed"] * 3, r=["passed"] * 4),
        [excuse("q"), excuse("r")],
        10 + 7 * 10 / 14,
    ),
    "everything excused": (record(s=["passed", "failed"]), [excuse("s")], None),
    "excused beside an open one": (record(p=["not graded"], q=["failed"] * 3), [excuse("q")], None),
    "open and excused": (record(p=["passed"], q=["not graded", "failed", "failed"]), [excuse("q")], 11.0),
    "bonus above the points": (record(p=["passed"]), [points("p", 1.5)], 5.5),
    "a bonus is not scaled": (record(p=["passed"], q=["failed"] * 3), [points("p", 2), excuse("q")], 13.0),
    "taken to zero": (record(p=["passed"], q=["passed"] * 3), [points("p", -9), points("one", -3)], 4.0),
    "of a problem that its part is named for": (record(three=["passed", "failed"]), [points("three", 1)], 3.0),
    "of a part": (record(p=["passed"], s=["passed", "passed"]), [points("two", -1)], 8.0),
}


@pytest.mark.parametrize("case", CASES)
def test_cases_worked_out_by_hand(case):
    """One rule each."""
    result, held, expected = CASES[case]
    found = final_marks(result, numbered(held)).final
    assert found == (None if expected is None else round(expected, 2))


@pytest.mark.parametrize(
    "late, expected",
    [
        (Late("", 10), 4 + 7 - 1.1 + 5),  # of the part's points
        (Late("", 50, of_earned=True), 5.5 + 5),
        (Late("", 0), 16.0),
        (Late("", 100), 5.0),
    ],
)
def test_a_penalty_is_of_its_part(late, expected):
    """And is apart from decisions."""
    found = final_marks(record(p=["passed"], q=["passed"] * 3, s=["passed"] * 2), [], {"one": late})
    assert found.final == expected and found.decided == 16.0 and found.penalty == round(16.0 - expected, 2)


def test_points_in_a_problem_that_is_left_out_are_said():
    """They change nothing, and nobody has to wonder where they are."""
    found = final_marks(record(p=["passed"], s=["failed", "failed"]), numbered([points("s", 2), excuse("s")]))
    assert found.final == 4.0
    assert [(one.points, one.reason) for where, one in found.adjustments if one.kind == "points"] == [
        (0.0, "as agreed (left out with its problem)")
    ]


def test_an_adjustment_says_what_why_and_by_whom():
    """In one line, for pages and tables."""
    found = final_marks(record(q=["failed", "passed", "passed"]), numbered([exempt("q", "a"), points("q", -1)]))
    assert [(where, one.number, one.words) for where, one in found.adjustments] == [
        ("q", 1, "+2.34 for The a is right by decision of N. N., 2026-03-04: as agreed"),
        ("q", 2, "-1 by decision of N. N., 2026-03-04: as agreed"),
    ]
