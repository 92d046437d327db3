"""Promises of `expect_equal`."""

import pytest

from autograder.judge import expect_equal
from autograder.judge.expect import CheckFailed


def test_a_wrong_value_is_named_and_a_right_one_is_not():
    """The words of the mistake come in the place of the hint."""
    expect_equal("f()", 3, 3, mistakes={6: "Counted twice?"})
    with pytest.raises(CheckFailed, match=r"f\(\) returned 6, which is not right\.\nCounted twice\?"):
        expect_equal("f()", 6, 3, "What is counted?", mistakes={6: "Counted twice?"})
    with pytest.raises(CheckFailed, match=r"What is counted\?"):
        expect_equal("f()", 7, 3, "What is counted?", mistakes={6: "Counted twice?"})


def test_words_and_values_the_other_way_round_are_an_error_for_right_answers_too():
    """Else nobody would notice before a student makes the mistake."""
    with pytest.raises(TypeError, match="maps wrong values to words, and 6 is no words; exchange both"):
        expect_equal("f()", 3, 3, mistakes={"Counted twice?": 6})
