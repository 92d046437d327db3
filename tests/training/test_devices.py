"""Where a training computes: NVIDIA's graphics, Apple's, or the processor. None of the first two is needed here."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from training_kit.batches import Augmentation, TrainingBatches
from training_kit.errors import RunError
from training_kit.progress import Reporter
from training_kit.reproducible import choose_device, random_state, set_random_state
from training_kit.run_folder import RunFolder
from training_kit.splits import Splits
from training_kit.training import Plan, Training


@pytest.fixture
def there(monkeypatch):
    """Says which kinds of graphics PyTorch finds."""

    def say(cuda: bool = False, mps: bool = False) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return say


def test_auto_takes_nvidias_graphics_then_apples_then_the_processor(there):
    """And what is named is taken where it is there."""
    for kinds, chosen in (({"cuda": True, "mps": True}, "cuda"), ({"mps": True}, "mps"), ({}, "cpu")):
        there(**kinds)
        assert choose_device("auto").type == chosen
    there(cuda=True, mps=True)
    assert [choose_device(name).type for name in ("cpu", "cuda", "mps")] == ["cpu", "cuda", "mps"]


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_said_in_a_sentence(there, name):
    """With what to do instead."""
    there()
    with pytest.raises(RunError) as error:
        choose_device(name)
    assert str(error.value) == f"PyTorch finds no device {name} here; leave out --device, or say --device cpu."


def test_the_random_numbers_of_apples_graphics_go_on(monkeypatch):
    """Dropout draws them there, so a run that goes on needs them as it needs those of the processor."""
    state = {"now": torch.tensor([1, 2], dtype=torch.uint8)}
    monkeypatch.setattr(torch.mps, "get_rng_state", lambda: state["now"])
    monkeypatch.setattr(torch.mps, "set_rng_state", lambda wanted: state.update(now=wanted))
    mps = torch.device("mps")
    kept = random_state(mps)
    state["now"] = torch.tensor([3, 4], dtype=torch.uint8)
    set_random_state(kept, mps)
    assert state["now"].tolist() == [1, 2]
    set_random_state(random_state(torch.device("cpu")), mps)  # a run that was begun on the processor


class NoFloat64(TorchDispatchMode):
    """Stops where a float64 tensor comes out, as Apple's graphics do."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        """Look at what a function returned."""
        returned = function(*args, **(kwargs or {}))
        wide = [leaf for leaf in tree_leaves(returned) if isinstance(leaf, torch.Tensor) and leaf.dtype is torch.float64]
        assert not wide, f"{function} gives float64, which mps has not"
        return returned


class Data:
    """Random images, with the statistics in float64, as data sets have them."""

    train_images = np.random.default_rng(0).integers(0, 255, (60, 3, 6, 6)).astype(np.uint8)
    train_labels = np.arange(60) % 3
    test_images, test_labels = train_images[:20], train_labels[:20]
    class_names, mean, std = ("a", "b", "c"), np.full(3, 0.5), np.full(3, 0.25)


def test_nothing_in_a_training_needs_float64(tmp_path, monkeypatch):
    """Batches with flips and shifts, steps, validation, checkpoint and test."""
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)  # batches are made in this thread, where the mode sees them
    with NoFloat64():
        splits = Splits(Data, torch.device("cpu"), 0.2)
        model = nn.Sequential(nn.Flatten(), nn.Linear(108, 3))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

        def one_pass(batches):
            for images, labels in batches:
                loss = nn.functional.cross_entropy(model(images), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                yield loss.item()

        batches = TrainingBatches(splits.train.images, splits.train.labels, splits.preparation, Augmentation(True, 1), 16, seed=0)
        folder = RunFolder(tmp_path / "run")
        folder.begin({})
        Training(model, optimizer, one_pass, batches, splits, folder, Plan(2, "triangle"), Reporter(quiet=True)).run()
    assert "test_accuracy" in folder.lines()[-1]
