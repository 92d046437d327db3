"""Training a head as students do it."""

import json
import re

import pytest
import torch
from training_kit.batches import Augmentation, Preparation, TrainingBatches

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


def test_a_remembered_trunk_learns_the_same(train, tmp_path):
    """Computed once, it gives the losses of computing it in each epoch, and a network that is whole."""
    alike = ("--head", "softmax", "--no-flip", "--epochs", 2, "--device", "cpu")
    assert train(tmp_path, *alike, "--shift", 0, "--name", "again").status == 0
    assert train(tmp_path, *alike, "--remember", "--name", "once").status == 0
    folders = [tmp_path / "runs" / name for name in ("again", "once")]
    logs = [[json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()] for folder in folders]
    assert len(logs[0]) == len(logs[1]) == 3
    for one, other in zip(*logs):
        assert one.keys() == other.keys() and all(abs(one[key] - other[key]) < 1e-3 for key in one)
    weights = [torch.load(folder / "best.pt", weights_only=True) for folder in folders]
    assert weights[0].keys() == weights[1].keys()


def test_remembered_mirror_images_are_those_of_the_trunk(load):
    """Each row is what the trunk gives for the image or for its mirror image, and both occur."""
    torch.manual_seed(0)
    images, labels = torch.randint(0, 256, (40, 3, 4, 4), dtype=torch.uint8), torch.arange(40)
    preparation = Preparation.of((0.5,) * 3, (0.25,) * 3, torch.device("cpu"))
    plain = TrainingBatches(images, labels, preparation, Augmentation(flip=True, shift_px=2), 10, 0)
    trunk = torch.nn.Conv2d(3, 2, 3)
    with torch.no_grad():
        expected = [trunk(preparation(some)) for some in (images, images.flip(3))]
        seen = [0, 0]
        for values, which in load("remembered.py").RememberedBatches(plain, trunk):
            for row, label in zip(values, which):
                is_there = [torch.allclose(row, one[label], atol=1e-5) for one in expected]
                assert sum(is_there) == 1
                seen[is_there.index(True)] += 1
    assert sum(seen) == 40 and min(seen) > 5


@pytest.mark.parametrize("more", [("--updatable",), ("--shift", 1)])
def test_what_cannot_be_remembered_is_refused(train, tmp_path, more):
    """A trunk that trains, images that move."""
    ended = train(tmp_path, "--remember", *more)
    assert ended.status == 2 and "--remember is for a frozen trunk" in ended.output, ended.output
