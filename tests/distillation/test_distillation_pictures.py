"""The part's pictures from the command line."""

import pytest

from training_kit import curves
from training_kit.comparisons import draw_ema
from training_kit.run_folder import RunFolder

from tests.of_students import expect_picture


@pytest.mark.parametrize(
    "arguments",
    [
        ["teacher-student"],
        ["ema"],
        ["confusion", "runs/distilled", "--split", "validation"],
    ],
    ids=" ".join,
)
def test_the_command_draws_a_png(course, trained, tmp_path, arguments):
    """Of a size that can be read."""
    expect_picture(course, trained, "distillation", arguments, tmp_path)


def test_the_average_is_not_taken_for_the_network_that_trains(trained):
    """The curves of a run with a moving average name both."""
    names = {
        line.get_label() for line in curves.draw_curves({"ema": RunFolder(trained / "runs" / "ema").lines()}).axes[1].get_lines()
    }
    assert names == {"training", "validation", "validation of the average"}


def test_the_picture_says_how_each_run_learned():
    """Test figures stand beside the network that they belong to."""
    lines = [
        {"iteration": 5, "validation_accuracy": 0.7, "student_validation_accuracy": 0.6},
        {"iteration": 5, "test_accuracy": 0.72, "student_test_accuracy": 0.61},
    ]
    alone = [{"iteration": 5, "validation_accuracy": 0.65}]
    labels = [line.get_label() for line in draw_ema(lines, alone, "", "another").axes[0].get_lines()]
    assert labels == ["moving average (EMA), test 72.0 %", "the network that it follows, test 61.0 %", "another"]
