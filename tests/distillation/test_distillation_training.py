"""Training a teacher, its students and a moving average as students of the course do it."""

import json

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
    assert ended.status == 1 and "run `python train.py teacher --dataset synthetic`" in ended.output


def test_a_deep_teacher_begins_at_a_smaller_rate(solution, monkeypatch):
    """Ten convolutions learn with 0.01 unless another rate is given; seven, and every student, with 0.03."""
    train = solution("train")
    for roll_number, rate in (("B00AA250", 0.03), ("B00AA256", 0.01)):
        monkeypatch.setattr(train, "read_student_cfg", lambda path, roll_number=roll_number: (roll_number, "2001-05-14"))
        assert train.parse(["teacher"]).lr == rate
        assert train.parse(["teacher", "--lr", "0.02"]).lr == 0.02
        assert train.parse(["student"]).lr == 0.03


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


def test_the_average_and_the_network_that_it_follows_are_both_said(course, tmp_path):
    """After each epoch, and for the test images, where the last weights of the network are what it would be without an average."""
    tiny = ["--train-images", 80, "--epochs", 1, "--batch-size", 32, "--device", "cpu", "--root", course.data]
    ended = course.run(tmp_path, "distillation/train.py", "ema", *tiny)
    assert ended.status == 0, ended.output
    assert "validation of the average: loss " in ended.output and "; the network it follows: loss " in ended.output, ended.output
    *_, average, network, _ = ended.output.splitlines()
    assert average.startswith("test of the average, with the network of epoch 1: loss "), ended.output
    assert network.startswith("test of the network it follows, with its last weights: loss "), ended.output
    last = lines_of(tmp_path / "runs" / "ema")[-1]
    for said, value in ((average, last["test_accuracy"]), (network, last["student_test_accuracy"])):
        assert float(said.split("accuracy ")[1].rstrip("%")) == pytest.approx(100 * value, abs=0.06)


def test_a_student_with_an_average_learns_at_a_rate_that_stays_large(trained):
    """The learning rate is all that its own defaults change: data, network, batches and epochs are those of the student alone."""
    averaged, alone = (json.loads((trained / "runs" / name / "settings.json").read_text()) for name in ("ema", "student"))
    assert (averaged["lr"], averaged["schedule"]) == (0.05, "half")
    other = {name for name in averaged if averaged[name] != alone[name]}
    assert other == {"method", "lr", "schedule", "alpha"}
