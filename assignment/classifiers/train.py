"""Train a model of part 1 and draw its curves: given, nothing to write here.

    python train.py                          the softmax classifier on synthetic images, in seconds
    python train.py --model mymodel          your own model; also writes mymodel.pt, to hand in
    python train.py --model convnet --dataset cifar10 --epochs 24
    python train.py --help                   all options

Everything is kept in runs/NAME; `python pictures.py` draws from there.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait
from training_kit.options import at_least, fill, training_parser

if TYPE_CHECKING:  # what imports PyTorch, which takes seconds, is imported where it is used: --help has not to wait
    from torch import nn
    from training_kit.run_folder import RunFolder
    from training_kit.splits import Splits

# Chosen on the validation images of `synthetic`.
COMMON = {"batch_size": 128, "momentum": 0.9, "flip": True, "shift": 2, "schedule": "triangle"}
DEFAULTS = {
    "softmax": COMMON | {"epochs": 20, "lr": 0.002, "weight_decay": 0.1, "hidden_dim": 0, "kernel_size": 0},
    "twolayernn": COMMON | {"epochs": 20, "lr": 0.03, "weight_decay": 0.003, "hidden_dim": 200, "kernel_size": 0},
    "convnet": COMMON | {"epochs": 10, "lr": 0.03, "weight_decay": 0.003, "hidden_dim": 16, "kernel_size": 5},
    "mymodel": COMMON
    | {"epochs": 3, "lr": 0.05, "weight_decay": 0.001, "hidden_dim": 16, "kernel_size": 3, "batch_size": 64, "shift": 0},
}
# The grader builds MyModel like this and measures mymodel.pt on images drawn as those of `synthetic` are.
HANDED_IN = {"dataset": "synthetic", "hidden_dim": 16, "kernel_size": 3}


def build_model(settings: argparse.Namespace, splits: Splits) -> nn.Module:
    """An untrained model.

    Args:
        settings: `model`, `hidden_dim` and `kernel_size`.
        splits: for the size of its images and the number of classes.
    """
    from models.convnet import CNN
    from models.mymodel import MyModel
    from models.softmax import Softmax
    from models.twolayernn import TwoLayerNN

    im_size, n_classes = splits.im_size, splits.n_classes
    if settings.model == "softmax":
        return Softmax(im_size, n_classes)
    if settings.model == "twolayernn":
        return TwoLayerNN(im_size, settings.hidden_dim, n_classes)
    kind = CNN if settings.model == "convnet" else MyModel
    return kind(im_size, settings.hidden_dim, settings.kernel_size, n_classes)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, filled with the model's defaults.

    Args:
        arguments: of the command line; None for those of the process.
    """
    parser = training_parser("Train a model of part 1.")
    parser.add_argument("--model", choices=list(DEFAULTS), default="softmax", help="which one (%(default)s)")
    parser.add_argument("--hidden-dim", type=at_least(1), default=None, metavar="N", help="units or filters (what suits the model)")
    parser.add_argument(
        "--kernel-size", type=at_least(1), default=None, metavar="PX", help="side of a filter (what suits the model)"
    )
    parser.add_argument(
        "--hand-in", default="mymodel.pt", metavar="FILE", help="where the checkpoint of mymodel goes (%(default)s); '' for nowhere"
    )
    options = parser.parse_args(arguments)
    fill(options, DEFAULTS[options.model] | {"name": options.model})
    return options


def main(arguments: list[str] | None = None) -> RunFolder:
    """Train.

    Args:
        arguments: of the command line; None for those of the process.
    Returns:
        the folder of the run.
    """
    options = parse(arguments)
    from training_kit.session import Session
    from training import make_optimizer, train_step

    run = Session(options, is_small=options.model in ("softmax", "twolayernn"))
    model = run.prepare(build_model(options, run.splits))
    optimizer = make_optimizer(model, options.lr, options.momentum, options.weight_decay)
    folder = run.train(
        model, optimizer, lambda batches: (train_step(model, images, targets, optimizer) for images, targets in batches)
    )
    if options.model == "mymodel" and options.hand_in:
        run.reporter.say(hand_in(folder, options))
    return folder


def hand_in(folder: RunFolder, options: argparse.Namespace) -> str:
    """Copy the checkpoint to where `hand_in.py` finds it, if it is one that the grader can use.

    Args:
        folder: of the run.
        options: of the run.
    Returns:
        a sentence on what was done.
    """
    other = [name for name, value in HANDED_IN.items() if getattr(options, name) != value]
    if other:
        return f"{options.hand_in} stays as it was: the grader would use another {' and '.join(other)}."
    shutil.copyfile(folder.best, options.hand_in)
    return f"{options.hand_in} is this model now; python hand_in.py packs it."


if __name__ == "__main__":
    run_command(main)
