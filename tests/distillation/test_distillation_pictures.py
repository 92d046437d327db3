"""The part's pictures from the command line."""

import pytest

from training_kit import curves
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
