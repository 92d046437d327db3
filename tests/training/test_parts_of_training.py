"""Batches, data and schedules, called directly."""

import math
import threading
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

from training_kit.batches import Augmentation, Preparation, TrainingBatches
from training_kit.errors import RunError
from training_kit.evaluation import measure
from training_kit.progress import Reporter
from training_kit.run_folder import RunFolder
from training_kit.schedule import SCHEDULES, rate_factor
from training_kit.splits import Splits
from training_kit.training import Plan, Training

CPU = torch.device("cpu")
PLAIN = Preparation.of([0.0, 0.0], [1.0, 1.0], CPU)


class SmallData(NamedTuple):
    """Random images of two channels; what `data_scripts.load` gives, and a note of every look at the test images."""

    train_images: np.ndarray
    train_labels: np.ndarray
    looks: list
    class_names: tuple = ("dark", "bright")
    mean: tuple = (0.5, 0.5)
    std: tuple = (0.25, 0.25)

    @property
    def test_images(self):
        """Noted."""
        self.looks.append(len(self.looks))
        return self.train_images[:20]

    @property
    def test_labels(self):
        """Noted."""
        self.looks.append(len(self.looks))
        return self.train_labels[:20]


@pytest.fixture
def small_data():
    """60 images of 2x6x7 pixels; those of class 1 are brighter."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 60)
    images = random.integers(0, 180, (60, 2, 6, 7)) + 60 * labels[:, None, None, None]
    return SmallData(images.astype(np.uint8), labels, [])


def batches_of(images, augmentation=None, batch_size=10, seed=3):
    """Batches whose labels are the numbers of the images."""
    return TrainingBatches(images, torch.arange(len(images)), PLAIN, augmentation or Augmentation(), batch_size, seed)


def test_every_epoch_has_each_image_once_in_another_order():
    """And with its own label."""
    images = torch.arange(60, dtype=torch.uint8)[:, None, None, None].expand(60, 2, 6, 7).contiguous()
    batches = batches_of(images)
    epochs = [torch.cat([labels for _, labels in batches]) for _ in range(2)]
    assert len(batches) == 6 and all(sorted(epoch.tolist()) == list(range(60)) for epoch in epochs)
    assert not torch.equal(*epochs)
    assert all(torch.equal((shown[:, 0, 0, 0] * 255).round(), labels.float()) for shown, labels in batches)


@pytest.fixture
def one_thread(monkeypatch):
    """As for small models on a machine with two processors: another thread makes the next batch."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    yield
    torch.set_num_threads(before)


def test_batches_made_ahead_are_the_same(one_thread):
    """Epoch after epoch, by a thread that ends with the epoch, also with one that is left early."""
    images = torch.randint(256, (60, 2, 6, 7), dtype=torch.uint8)
    change = Augmentation(flip=True, shift_px=2)
    ahead, plainly = batches_of(images, change), batches_of(images, change)
    for _ in range(2):
        for (ours, labels), (others, same_labels) in zip(ahead, plainly._batches(), strict=True):
            assert torch.equal(ours, others) and torch.equal(labels, same_labels)
    assert [thread.name for thread in threading.enumerate() if "next-batch" in thread.name] == []
    started = iter(batches_of(images))
    next(started)
    assert any("next-batch" in thread.name for thread in threading.enumerate())
    started.close()
    assert not any("next-batch" in thread.name for thread in threading.enumerate())


def test_a_fault_in_a_batch_made_ahead_is_raised_where_it_is_needed(one_thread):
    """Labels are missing for the last images."""
    batches = TrainingBatches(torch.zeros(60, 2, 6, 7, dtype=torch.uint8), torch.arange(60), PLAIN, Augmentation(), 10, 3)
    batches.images = batches.images[:1]
    with pytest.raises(IndexError):
        list(batches)


def test_an_incomplete_batch_is_left_out_unless_it_is_the_only_one():
    """All batches of a training have one size."""
    images = torch.zeros(25, 2, 6, 7, dtype=torch.uint8)
    assert [len(labels) for _, labels in batches_of(images)] == [10, 10]
    assert [len(labels) for _, labels in batches_of(images, batch_size=100)] == [25]


def test_changed_images_are_mirrored_and_shifted_ones(small_data):
    """Each is one of those that numpy makes one by one: border mirrored, cut out, flipped; and most of them occur."""
    images = torch.from_numpy(small_data.train_images[:5])
    seen = set()
    batches = batches_of(images, Augmentation(flip=True, shift_px=2), batch_size=5)
    possible = {}
    for number, image in enumerate(small_data.train_images[:5]):
        padded = np.pad(image, ((0, 0), (2, 2), (2, 2)), mode="reflect")
        for row in range(5):
            for column in range(5):
                cut = padded[:, row : row + 6, column : column + 7]
                for flipped in (cut, cut[:, :, ::-1]):
                    possible[number, flipped.tobytes()] = (number, row, column, flipped is cut)
    for _ in range(60):
        for shown, labels in batches:
            for image, label in zip(shown, labels):
                seen.add(possible[label.item(), (image * 255).round().to(torch.uint8).numpy().tobytes()])
    assert len(possible) == 250 and len(seen) > 150


def test_prepared_images_have_mean_0_and_deviation_1(small_data):
    """With the statistics of the data set, whatever shape and order in memory is asked for."""
    images = torch.from_numpy(small_data.train_images)
    scaled = small_data.train_images / 255
    preparation = Preparation.of(scaled.mean((0, 2, 3)), scaled.std((0, 2, 3)), CPU)
    prepared = preparation(images)
    assert torch.allclose(prepared.mean((0, 2, 3)), torch.zeros(2), atol=1e-5)
    assert torch.allclose(prepared.std((0, 2, 3), correction=0), torch.ones(2), atol=1e-5)
    assert torch.equal(preparation.changed(channels_last=True)(images), prepared)
    assert preparation.changed(side_px=12)(images).shape == (60, 2, 12, 12)


def test_validation_images_are_apart_and_the_same_for_every_run(small_data):
    """No image is in both; the seed of a run plays no part."""
    one, two = (Splits(small_data, CPU, 0.25) for _ in range(2))
    assert (len(one.train), len(one.validation)) == (45, 15)
    both = [image.numpy().tobytes() for split in (one.train, one.validation) for image in split.images]
    assert sorted(both) == sorted(image.tobytes() for image in small_data.train_images)
    assert torch.equal(one.validation.images, two.validation.images)
    assert len(Splits(small_data, CPU, 0.0).validation) == 0


class Watched(nn.Sequential):
    """A linear classifier."""

    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(84, 2))


def training(data, folder, **plan):
    """A training of the small data, and the looks at the test images after each epoch."""
    torch.manual_seed(0)
    splits, model = Splits(data, CPU, 0.25), Watched()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    batches = TrainingBatches(splits.train.images, splits.train.labels, splits.preparation, Augmentation(), 9, 0)
    looks = []

    def one_pass(pairs):
        looks.append(len(data.looks))
        for images, labels in pairs:
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()

    run = RunFolder(folder)
    run.begin({})
    wanted = Plan(**{"epochs": 6} | plan)
    made = Training(model, optimizer, one_pass, batches, splits, run, wanted, Reporter(quiet=True))
    made.run()
    return made, looks


def test_the_test_images_are_looked_at_once_at_the_end(small_data, tmp_path):
    """Not before the last epoch, and not at all when settings are being chosen."""
    made, looks = training(small_data, tmp_path / "tested")
    assert looks == [0] * 6 and len(small_data.looks) == 2 and made.is_tested
    training(small_data, tmp_path / "chosen", test=False)
    assert len(small_data.looks) == 2


def test_the_logged_figures_are_those_of_the_network(small_data, tmp_path):
    """Validation and test are measured in eval mode with the right network; training falls."""
    made, _ = training(small_data, tmp_path)
    lines = made.folder.lines()
    last = measure(made.model, made.splits.validation, made.splits.preparation)
    assert lines[-2]["validation_loss"] == pytest.approx(last.loss, rel=1e-5)
    assert lines[0]["loss"] > lines[-2]["loss"]
    assert all(line["cross_entropy"] == pytest.approx(line["loss"], rel=1e-4) for line in lines[:-1])
    made.folder.load_best(made.model)
    tested = measure(made.model, made.splits.test(), made.splits.preparation)
    assert lines[-1]["test_accuracy"] == pytest.approx(tested.accuracy)


def test_products_in_bfloat16_learn_too(small_data, tmp_path):
    """Weights stay in float32 and every step sees those of the step before."""
    made, _ = training(small_data, tmp_path, bfloat16=True, epochs=20)
    assert made.model[1].weight.dtype is torch.float32
    assert made.folder.lines()[-2]["loss"] < 0.75 * made.folder.lines()[0]["loss"]


def test_a_broken_checkpoint_is_named(small_data, tmp_path):
    """Another network, or none."""
    made, _ = training(small_data, tmp_path)
    with pytest.raises(RunError, match="does not fit the network as it is now"):
        made.folder.load_best(nn.Linear(3, 3))
    made.folder.best.unlink()
    with pytest.raises(RunError, match="has no best.pt"):
        made.folder.load_best(made.model)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_stays_between_0_and_1(schedule):
    """Only `constant` does not fall, and `half` no further than that; it and `triangle` rise first."""
    factors = [rate_factor(schedule, step / 100) for step in range(100)]
    assert all(0 < factor <= 1 for factor in factors) and math.isclose(max(factors), 1)
    assert factors[-1] == pytest.approx({"constant": 1, "half": 0.5}.get(schedule, 0), abs=0.05)
    assert (factors[10] > factors[0]) == (schedule in ("half", "triangle"))
