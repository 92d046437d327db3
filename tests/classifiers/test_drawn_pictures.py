"""The part's pictures from the command line."""

import pytest

from tests.of_students import expect_picture


@pytest.mark.parametrize(
    "arguments",
    [
        ["curves", "runs/softmax", "runs/convnet"],
        ["filters", "runs/softmax"],
        ["filters", "runs/convnet"],
        ["mistakes", "runs/convnet"],
        ["confusion", "runs/convnet", "--split", "validation"],
    ],
    ids=" ".join,
)
def test_the_command_draws_a_png(course, trained, tmp_path, arguments):
    """Of a size that can be read."""
    expect_picture(course, trained, "classifiers", arguments, tmp_path)


def test_what_is_not_asked_for_stays(course, trained):
    """Curves of several runs leave a run's own as they are; mistakes are those of the validation images."""
    own = trained / "runs" / "softmax" / "curves.png"
    before = own.read_bytes()
    ended = course.run(trained, "classifiers/pictures.py", "curves", "runs/softmax", "runs/convnet")
    assert ended.output == "runs/softmax/curves_compared.png\n" and own.read_bytes() == before
    helped = course.run(trained, "classifiers/pictures.py", "confusion", "--help").output
    assert "test ones only at the end (validation)" in " ".join(helped.split())


def test_the_learning_rate_study_trains_without_the_test_set(course, data, tmp_path):
    """One run a rate."""
    ended = course.run(
        tmp_path,
        "classifiers/pictures.py",
        "learning-rate",
        "--rates",
        0.001,
        "--root",
        data,
        "--",
        "--train-images",
        200,
        "--epochs",
        1,
        "--device",
        "cpu",
    )
    study = tmp_path / "runs" / "learning_rates_softmax"
    assert ended.status == 0 and (study / "learning-rate.png").is_file(), ended.output
    log = (study / "lr_0.001" / "log.jsonl").read_text()
    assert "validation_accuracy" in log and "test" not in log


def test_what_cannot_be_drawn_is_said_in_a_sentence(course, trained):
    """A run that is not there."""
    ended = course.run(trained, "classifiers/pictures.py", "filters", "runs/nothing")
    assert (ended.status, ended.output) == (1, "runs/nothing holds no run; train first: `python train.py --help` says how.\n")
