"""Train a network of part 3 with what you wrote: given, nothing to write here.

    python train.py                                                     SimpleNet on made-up scenes
    python train.py --data ../data/scenes15 --model simple_net_dropout --epochs 30
    python train.py --data ../data/scenes15 --model my_alexnet --pretrained
    python train.py --help                                              all options

`trainer.py` does the work and can do more; this script divides the training pictures into those to learn from and those
to validate with, and looks at the test pictures once, at the end. Called again, it goes on where it stopped; with other
settings, say --restart. Everything is kept in runs/MODEL, and in runs/MODEL_made_up for made-up scenes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command, say_that_it_loads  # noqa: I001   first: it chooses how PyTorch's threads wait

from made_up_scenes import write_made_up_scenes
from training_kit.errors import RunError
from training_kit.options import DATA_ROOT, at_least

if TYPE_CHECKING:  # what imports PyTorch, which takes seconds, is imported where it is used: --help has not to wait
    from scene_run import SceneRun
    from torch import nn
    from torch.utils.data import DataLoader
    from trainer import Trainer

MADE_UP = DATA_ROOT / "made_up"
# The class, or its name in the module that is called as the model.
MODELS = {"simple_net": "SimpleNet", "simple_net_dropout": "SimpleNetDropout", "my_alexnet": "MyAlexNet"}
SIDE_PX = {"simple_net": 64, "simple_net_dropout": 64, "my_alexnet": 224}
PRETRAINED = ["my_alexnet"]
SPLIT_SEED = 0  # the same pictures validate every run
# What a run may change when it goes on: the machine, and how long it trains.
MAY_CHANGE = ("epochs", "device", "restart", "runs", "name", "test")


def three_loaders(options: argparse.Namespace) -> tuple[DataLoader, DataLoader, DataLoader]:
    """Batches for training, validation and test.

    Args:
        options: of the command line.
    Raises:
        RunError: nothing to learn from, or nothing to validate with.
    """
    import torch
    from torch.utils.data import DataLoader, Subset
    from data_transforms import get_data_augmentation_transforms, get_fundamental_transforms
    from image_loader import ImageLoader
    from stats_helper import compute_mean_and_std
    from trainer import scene_batches

    side = SIDE_PX[options.model]
    statistics = compute_mean_and_std(options.data / "train")
    plain = get_fundamental_transforms((side, side), *statistics)
    changed = get_data_augmentation_transforms((side, side), *statistics) if options.augment else plain
    learned, measured = (ImageLoader(options.data, "train", transform) for transform in (changed, plain))
    order = torch.randperm(len(learned), generator=torch.Generator().manual_seed(SPLIT_SEED)).tolist()
    n_validation = round(options.validation * len(order))
    if not 0 < n_validation < len(order):
        raise RunError(
            f"--validation {options.validation:g} leaves {len(order) - n_validation} of {len(order)} pictures to "
            f"learn from and {n_validation} to validate with; both need some."
        )
    train = DataLoader(Subset(learned, order[n_validation:]), options.batch_size, shuffle=True)
    validation = DataLoader(Subset(measured, order[:n_validation]), 100)
    return train, validation, scene_batches(options.data, "test", plain, 100)


def new_model(options: argparse.Namespace) -> nn.Module:
    """The network, before training.

    Args:
        options: of the command line.
    """
    kind = MODELS[options.model]
    if isinstance(kind, str):
        kind = getattr(importlib.import_module(options.model), kind)
    return kind(pretrained=True) if options.pretrained else kind()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options.

    Args:
        arguments: of the command line; None for those of the process.
    """
    parser = argparse.ArgumentParser(description="Train a network of part 3.")
    parser.add_argument("--data", type=Path, default=MADE_UP, help="folder that holds train and test (%(default)s)")
    parser.add_argument("--model", choices=list(MODELS), default="simple_net", help="which network (%(default)s)")
    parser.add_argument("--pretrained", action="store_true", help="begin with ImageNet's weights (only my_alexnet)")
    parser.add_argument(
        "--augment", action=argparse.BooleanOptionalAction, default=False, help="change the training pictures at random"
    )
    parser.add_argument("--epochs", type=at_least(1), default=5, help="passes over the training pictures in all (%(default)s)")
    parser.add_argument("--batch-size", type=at_least(1), default=32, help="pictures a batch (%(default)s)")
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="adam", help="optimizer_type (%(default)s)")
    parser.add_argument("--lr", type=at_least(0.0), default=0.001, help="learning rate (%(default)s)")
    parser.add_argument("--weight-decay", type=at_least(0.0), default=0.0001, help="pulls the weights towards 0 (%(default)s)")
    parser.add_argument(
        "--validation",
        type=at_least(0.0, 1.0),
        default=0.15,
        metavar="SHARE",
        help="of the training pictures, kept apart to validate with (%(default)s)",
    )
    parser.add_argument(
        "--device",
        default="auto",
        choices=["auto", "cpu", "cuda", "mps"],
        help="where to compute; mps is Apple's graphics (%(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (%(default)s)")
    parser.add_argument("--restart", action="store_true", help="forget the earlier run of this network")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of all runs (%(default)s)")
    parser.add_argument("--name", default=None, help="folder of this run in it (named like the model, and the made-up scenes)")
    parser.add_argument(
        "--no-test", dest="test", action="store_false", help="leave the test pictures alone: settings are being chosen"
    )
    options = parser.parse_args(arguments)
    options.name = options.name or options.model + ("_made_up" if options.data == MADE_UP else "")
    if options.pretrained and options.model not in PRETRAINED:
        parser.error(f"only --model {' and '.join(PRETRAINED)} has pretrained weights")
    return options


def main(arguments: list[str] | None = None) -> Trainer:
    """Train, test, draw.

    Args:
        arguments: of the command line; None for those of the process.
    Raises:
        RunError: there are no pictures.
    """
    options = parse(arguments)
    if options.data == MADE_UP and not MADE_UP.is_dir():
        print(f"drawing made-up scenes into {MADE_UP}")
        unfinished = MADE_UP.with_suffix(".part")  # an interruption leaves no half of them in place
        write_made_up_scenes(unfinished)
        unfinished.replace(MADE_UP)
    if not (options.data / "train").is_dir():
        fetched = DATA_ROOT / "scenes15"
        remedy = "the real scenes are there:"
        if not (fetched / "train").is_dir():
            remedy = f"in the folder that holds data_scripts, run `python -m data_scripts scenes15 --root {DATA_ROOT}`, then say"
        raise RunError(f"{options.data} has no folder train; {remedy} --data {fetched}")
    from optimizer import get_optimizer
    from training_kit.reproducible import choose_device, choose_threads, seed_everything
    from training_kit.session import size_text
    from trainer import Trainer

    seed_everything(options.seed, choose_threads(is_small=False))
    model = new_model(options)
    train, validation, test = three_loaders(options)
    config = {"optimizer_type": options.optimizer, "lr": options.lr, "weight_decay": options.weight_decay}
    folder = options.runs / options.name
    trainer = Trainer(model, get_optimizer(model, config), train, validation, folder, choose_device(options.device).type)
    begin(trainer, options)
    print(f"{options.model}: {size_text(model)}, {len(train.dataset):,} pictures of {options.data.name}, {trainer.device.type}")
    if trainer.epoch >= options.epochs:
        print(
            f"nothing left to train, {trainer.epoch} of {options.epochs} epochs are done: more --epochs go on, --restart begins again"
        )
    try:
        trainer.run(options.epochs)
    finally:  # Ctrl-C included: pictures are drawn from the log
        write_log(trainer)
    if not options.test:
        print(*(str(picture) for picture in (trainer.plot_loss(), trainer.plot_accuracy())), sep="\n")
        return trainer
    loss, accuracy = trainer.evaluate(test)
    write_log(trainer, test_loss=loss, test_accuracy=accuracy)
    print(f"test: loss {loss:.3f}, accuracy {accuracy:.1%}")
    draw(trainer, test, f"{options.model} on {options.data.name}, test pictures: {accuracy:.1%} right")
    return trainer


def write_log(trainer: Trainer, **last: float) -> None:
    """Write `log.jsonl`: a line for each epoch and one for the test, as the other parts have it.

    Args:
        trainer: has trained.
        last: what the test gave, where it was measured.
    """
    names = [name.removeprefix("train_") for name in trainer.histories]
    epochs = [dict(zip(names, figures)) for figures in zip(*trainer.histories.values())]
    found = [*enumerate(epochs, 1), *([(trainer.epoch, last)] if last else [])]
    lines = [{"iteration": number * len(trainer.train_batches), "epoch": number, **figures} for number, figures in found]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (trainer.directory / "log.jsonl").write_text(text, encoding="utf-8")


def begin(trainer: Trainer, options: argparse.Namespace) -> None:
    """Go on where an earlier run stopped, if there is one; else note the settings of the new one.

    Args:
        trainer: has not trained.
        options: of the command line.
    Raises:
        RunError: the earlier run was of another network, or had other settings.
    """
    file = trainer.directory / "settings.json"
    settings = {name: str(value) for name, value in sorted(vars(options).items()) if name not in MAY_CHANGE}
    if options.restart or not trainer.checkpoint.exists():
        for old in (trainer.checkpoint, trainer.times):
            old.unlink(missing_ok=True)
        note(file, settings, options.epochs)
        return
    earlier = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    other = [name for name in settings if settings[name] != earlier.get(name)]
    if other:
        raise RunError(
            f"The run in {trainer.directory} has other settings ({', '.join(other)}); give the same, add "
            "--restart to begin again, or choose another --name."
        )
    try:
        trainer.resume()
    except (RuntimeError, ValueError, KeyError):
        raise RunError(f"{trainer.checkpoint} is of another network or optimizer; add --restart.") from None
    note(file, settings, max(options.epochs, trainer.epoch))


def note(file: Path, settings: dict[str, str], epochs: int) -> None:
    """Write the settings of a run.

    Args:
        file: of the run.
        settings: that may not change.
        epochs: how long it is to train in all.
    """
    file.write_text(json.dumps({**settings, "epochs": epochs}, indent=1) + "\n", encoding="utf-8")


def opened(path: Path, data: str | None = None) -> SceneRun:
    """A finished run, for the scripts beside this one.

    Args:
        path: its folder.
        data: folder that holds train and test; None for the one of the training.
    """
    say_that_it_loads()
    from scene_run import SceneRun

    return SceneRun(path, data)


def draw(trainer: Trainer, test: DataLoader, title: str) -> None:
    """Both curves and the confusion matrix, into the run's folder.

    Args:
        trainer: has trained.
        test: batches of the test pictures.
        title: of the confusion matrix.
    """
    from training_kit.matrices import draw_shares

    print(*(str(picture) for picture in (trainer.plot_loss(), trainer.plot_accuracy())), sep="\n")
    names = tuple(test.dataset.class_dict)
    path = trainer.directory / "confusion.png"
    draw_shares(100 * trainer.confusion(test, len(names)), names, title).savefig(path)
    print(path)


if __name__ == "__main__":
    run_command(main, when_stopped="stopped; the same command goes on after the last whole epoch")
