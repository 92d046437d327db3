"""Training a head as students do it."""

import re

import pytest

from tests.of_students import goes_on_with_more_epochs


@pytest.fixture
def train(course):
    """`train(folder, *arguments)` runs train.py with settings for a second or two."""
    return course.trainer("transfer", "--train-images", "40", "--epochs", "1", "--batch-size", "18")


def test_a_finished_run_goes_on_with_more_epochs(train, tmp_path):
    """Fewer than it has are refused, and what was learned later is tested."""
    goes_on_with_more_epochs(train, tmp_path, "shorter", "--head", "mymodel", "--name", "shorter", "--train-images", 20)


def test_a_head_on_resnet_trains(train, tmp_path):
    """Frozen, without a download."""
    ended = train(tmp_path, "--head", "mymodel", "--no-test")
    assert ended.status == 0 and (tmp_path / "runs" / "mymodel" / "curves.png").is_file(), ended.output
    assert re.search(r"^mymodel: [\d,]+ parameters, of which [\d,]+ train, ", ended.output), ended.output


def test_an_ablation_says_what_trains(course, data, tmp_path):
    """A frozen trunk and one that is not."""
    tiny = ("--train-images", 20, "--epochs", 1, "--batch-size", 9, "--device", "cpu", "--root", data)
    ended = course.run(tmp_path, "transfer/ablate.py", *tiny, "--vary", "updatable", "yes")
    assert ended.status == 0 and "trained" in ended.output, ended.output
    lines = (tmp_path / "runs" / "ablation_softmax" / "ablation.md").read_text().splitlines()
    assert lines[3].endswith("| 11,181,642 | 5,130 |") and lines[4].endswith("| 11,181,642 | 11,181,642 |")
