"""What is given in the part scenes: the Trainer, the made-up scenes, the report on quantization."""

import numpy as np
import pytest
import torch
from PIL import Image

SIZE = (64, 64)


@pytest.fixture
def kit(load):
    """The modules that the trainer works with."""
    names = ("trainer", "simple_net", "simple_net_dropout", "optimizer", "data_transforms", "made_up_scenes")
    return {name: load(f"{name}.py") for name in names}


@pytest.fixture
def folder(kit, tmp_path):
    """A tiny data set of made-up scenes."""
    kit["made_up_scenes"].write_made_up_scenes(tmp_path / "scenes", train_per_class=3, test_per_class=1)
    return tmp_path / "scenes"


def new_trainer(kit, folder, directory, net="SimpleNetDropout"):
    """A trainer whose weights and order of images follow from one seed."""
    torch.manual_seed(7)
    module = kit["simple_net" if net == "SimpleNet" else "simple_net_dropout"]
    model = getattr(module, net)()
    transform = kit["data_transforms"].get_data_augmentation_transforms(SIZE, [0.5], [0.25])
    plain = kit["data_transforms"].get_fundamental_transforms(SIZE, [0.5], [0.25])
    train = kit["trainer"].scene_batches(folder, "train", transform, batch_size=10, shuffle=True)
    test = kit["trainer"].scene_batches(folder, "test", plain, batch_size=10)
    optimizer = kit["optimizer"].get_optimizer(model, {"optimizer_type": "adam", "lr": 2e-3, "weight_decay": 0.0})
    return kit["trainer"].Trainer(model, optimizer, train, test, directory)


def test_a_resumed_run_equals_an_uninterrupted_one(kit, folder, tmp_path):
    """Weights and histories agree to the last bit, with dropout, shuffling and random transforms."""
    whole = new_trainer(kit, folder, tmp_path / "whole")
    assert whole.resume() is False
    whole.run(3)
    new_trainer(kit, folder, tmp_path / "halves").run(1)
    second = new_trainer(kit, folder, tmp_path / "halves")
    torch.manual_seed(99)
    assert second.resume() is True and second.epoch == 1
    second.run(3)
    assert second.histories == whole.histories
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[name]), name


def test_the_trainer_learns_and_draws(kit, folder, tmp_path):
    """The loss falls, every epoch is in the histories, both curves are pictures, a checkpoint holds no code."""
    trainer = new_trainer(kit, folder, tmp_path / "run", net="SimpleNet")
    trainer.run(4)
    assert all(len(history) == 4 for history in trainer.histories.values())
    assert trainer.histories["train_loss"][-1] < trainer.histories["train_loss"][0]
    for path in (trainer.plot_loss(), trainer.plot_accuracy()):
        with Image.open(path) as picture:
            assert picture.format == "PNG" and min(picture.size) > 300
    state = torch.load(trainer.checkpoint, weights_only=True)
    assert set(state["model"]) == set(trainer.model.state_dict()) and state["epoch"] == 4
    assert not list((tmp_path / "run").glob("*.part"))


def test_loss_and_accuracy_are_those_of_a_mean_image(kit, folder, tmp_path):
    """Batches of unequal size weigh by their images; the confusion matrix agrees with the accuracy."""
    trainer = new_trainer(kit, folder, tmp_path / "run")
    images, labels = zip(*trainer.validation_batches.dataset)
    with torch.no_grad():
        scores = trainer.model.eval()(torch.stack(images))
    targets = torch.tensor(labels)
    loss, accuracy = trainer.evaluate(trainer.validation_batches)
    assert np.isclose(loss, torch.nn.functional.cross_entropy(scores, targets).item(), rtol=1e-5)
    assert np.isclose(accuracy, (scores.argmax(1) == targets).double().mean().item())
    shares = trainer.confusion(trainer.validation_batches)
    assert shares.shape == (15, 15) and np.isclose(np.diag(shares).mean(), accuracy)


def test_made_up_scenes_are_the_same_for_a_seed(kit, tmp_path):
    """Two folders drawn with one seed hold the same pictures, of different sizes."""
    for name in ("one", "two"):
        kit["made_up_scenes"].write_made_up_scenes(tmp_path / name, train_per_class=1, test_per_class=1, seed=3)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.jpg"))
    assert len(files) == 30
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files)
    assert len({Image.open(tmp_path / "one" / file).size for file in files}) > 10


def test_the_report_compares_two_networks(kit, load):
    """Size, time and accuracy stand side by side, and the share of equal predictions."""
    report = load("quantization_report.py")
    model = kit["simple_net"].SimpleNet()
    batches = [(torch.randn(20, 1, 64, 64), torch.arange(20) % 15)]
    quantized = load("quantization.py").quantize(model, batches)
    text = report.report(report.measure(model, batches, 1), report.measure(quantized, batches, 1))
    assert all(word in text for word in ("size (kB)", "time per image", "accuracy", "of 20 images"))
    assert report.saved_bytes(quantized) <= 0.3 * report.saved_bytes(model)
