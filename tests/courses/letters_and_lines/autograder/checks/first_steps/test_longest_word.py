"""Hidden checks of problem 1.1."""

import pytest

from autograder.judge import expect, expect_equal


@pytest.mark.check(weight=2)
def test_finds_the_longest(student, reference, pick):
    """longest_word finds the longest word"""
    text = " ".join("x" * size for size in pick("sizes").sample(range(1, 9), 4))
    expect_equal(f"longest_word({text!r})", student.longest_word.longest_word(text), reference.longest_word.longest_word(text))


@pytest.mark.check()
def test_leaves_nothing_behind(student):
    """longest_word gives the same answer every time"""
    answers = student.probe("answers_of", student.longest_word.longest_word.fetch(), "one three five", 3)
    expect(len(set(answers)) == 1, "longest_word('one three five') gave different answers.")
