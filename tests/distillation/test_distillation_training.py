"""Training a teacher, its students and a moving average as students of the course do it."""

import pytest

from tests.of_students import goes_on_with_more_epochs, lines_of


def test_a_finished_run_goes_on_with_more_epochs(train, tmp_path):
    """The moving average and its network."""
    goes_on_with_more_epochs(train, tmp_path, "shorter", "ema", "--name", "shorter")


@pytest.mark.parametrize(
    "option, value, words",
    [
        ("--temperature", 0, "'0' is no number above 0"),
        ("--alpha", 1.5, "'1.5' is no number from 0 to 1"),
        ("--decay", -0.1, "'-0.1' is no number from 0 to 1"),
    ],
)
def test_numbers_of_distillation_that_cannot_be_are_refused(train, tmp_path, option, value, words):
    """Before anything is read or written."""
    ended = train(tmp_path, option, value)
    assert ended.status == 2 and ended.output.endswith(f"error: argument {option}: {words}\n"), ended.output


def test_distillation_needs_a_teacher(train, tmp_path):
    """The command that makes one is said."""
    ended = train(tmp_path, "distilled")
    assert ended.status == 1 and "runs/teacher holds no run; train first" in ended.output


def test_distillation_without_a_word_trains_the_student(train, tmp_path):
    """`python train.py` does something useful in every part."""
    ended = train(tmp_path)
    assert ended.status == 0 and "student: " in ended.output and (tmp_path / "runs" / "student" / "best.pt").is_file()


def test_the_moving_average_is_what_is_judged(trained):
    """And the network that it follows is in the log as well."""
    validated = [line for line in lines_of(trained / "runs" / "ema") if "validation_accuracy" in line]
    assert len(validated) == 2 and all("student_validation_accuracy" in line for line in validated)


def test_a_distilled_student_is_measured_and_ablated(course, data, trained):
    """The teacher of the runs beside it is found."""
    ended = course.run(trained, "distillation/metrics.py", "runs/distilled")
    assert ended.status == 0 and "all images" in ended.output, ended.output
    tiny = ("--train-images", 80, "--epochs", 1, "--batch-size", 32, "--device", "cpu", "--root", data)
    ended = course.run(trained, "distillation/ablate.py", "distilled", *tiny, "--vary", "temperature", 1)
    assert ended.status == 0 and (trained / "runs" / "ablation_distilled" / "temperature_1" / "best.pt").is_file(), ended.output
