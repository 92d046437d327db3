"""Hidden checks of problem 1.2."""

import pytest

from autograder.judge import expect_close


@pytest.mark.check()
def test_is_straight(student, reference, draw):
    """StraightLine gives the points of the line"""
    x = draw("x", 5)
    expect_close(
        "StraightLine(2.0, -1.0)(x)",
        student.straight_line.StraightLine(2.0, -1.0)(x),
        reference.straight_line.StraightLine(2.0, -1.0)(x).detach(),
        rtol=0.0,
        atol=1e-5,
    )
