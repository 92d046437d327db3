"""Train a head on ResNet-18 with what you wrote: given, nothing to write here.

    python train.py --head softmax --pretrained --side 128 --dataset cifar10
    python train.py --head softmax --pretrained --side 128 --dataset cifar10 --remember --epochs 20
    python train.py --head finetune --updatable --lr 0.001 --pretrained
    python train.py                     no download: a frozen random trunk; a test that all works, no good classifier
    python train.py --help              all options

`--remember` computes a frozen trunk once and not in each epoch. `--pretrained` downloads 45 MB once. Everything is kept in runs/NAME; `python pictures.py` draws from there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait
from training_kit.errors import RunError
from training_kit.options import at_least, fill, training_parser

if TYPE_CHECKING:  # what imports PyTorch, which takes seconds, is imported where it is used: --help has not to wait
    import torch
    from torch import nn
    from training_kit.run_folder import RunFolder
    from training_kit.splits import Splits
    from training_kit.training import Batches

HEADS = ("softmax", "twolayernn", "convnet", "mymodel", "finetune")  # those of resnet_heads.py
DEFAULTS = {
    "epochs": 3,
    "batch_size": 64,
    "lr": 0.01,
    "momentum": 0.9,
    "weight_decay": 0.0005,
    "flip": True,
    "shift": 2,
    "schedule": "triangle",
}


def build_model(settings: argparse.Namespace, splits: Splits, download: bool = False) -> nn.Module:
    """A network before training; the images are prepared from now on as its trunk wants them.

    Args:
        settings: `head`, `updatable`, `pretrained` and `side`.
        splits: colour images.
        download: whether to get ImageNet's weights; not for a network whose weights are loaded afterwards.
    Raises:
        RunError: gray images, or the weights cannot be downloaded.
    """
    from resnet_heads import build
    from training_kit.batches import IMAGENET_MEAN, IMAGENET_STD, Preparation

    if splits.im_size[0] != 3:
        raise RunError("ResNet-18 takes colour images; choose another --dataset.")
    preparation = splits.preparation
    if settings.pretrained:
        imagenet = Preparation.of(IMAGENET_MEAN, IMAGENET_STD, preparation.mean.device)
        preparation = preparation.changed(mean=imagenet.mean, std=imagenet.std)
    splits.preparation = preparation.changed(side_px=settings.side)
    try:
        return build(settings.head, splits.n_classes, not settings.updatable, settings.pretrained and download)
    except RuntimeError as error:
        raise RunError(str(error)) from None


def learn(batches: Batches, model: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[float]:
    """One pass over the batches; gives the loss of each.

    Args:
        batches: pairs of images and labels.
        model: the network that trains.
        optimizer: of its trainable parameters.
    """
    from torch import nn

    criterion = nn.CrossEntropyLoss()
    for images, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        yield loss.item()


def learn_without_trunk(batches: Batches, model: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[float]:
    """One pass over batches of what the trunk gave; gives the loss of each.

    Args:
        batches: pairs of the trunk's outputs and labels.
        model: its head trains.
        optimizer: of its trainable parameters.
    """
    from torch import nn

    trunk, model.trunk = model.trunk, nn.Identity()
    try:
        yield from learn(batches, model, optimizer)
    finally:
        model.trunk = trunk


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, filled with the defaults.

    Args:
        arguments: of the command line; None for those of the process.
    """
    parser = training_parser("Train a head on ResNet-18.")
    parser.add_argument("--head", choices=HEADS, default="softmax", help="which one (%(default)s)")
    parser.add_argument("--updatable", action=argparse.BooleanOptionalAction, default=False, help="train the trunk as well")
    parser.add_argument("--pretrained", action="store_true", help="begin with ImageNet's weights")
    parser.add_argument(
        "--side", type=at_least(0), default=0, metavar="PX", help="enlarge the images to this side; 0 leaves them (%(default)s)"
    )
    parser.add_argument(
        "--remember",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="compute the frozen trunk once, and not in each epoch; without shifts, and with memory for all that it gives",
    )
    options = parser.parse_args(arguments)
    if options.remember and (options.updatable or options.shift):
        parser.error("--remember is for a frozen trunk, and for images that are not shifted")
    if options.remember:
        options.shift = 0
    fill(options, DEFAULTS | {"name": options.head + ("_updatable" if options.updatable else "")})
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
    import torch

    run = Session(options)
    model = run.prepare(build_model(options, run.splits, download=not run.goes_on))
    trained = (parameter for parameter in model.parameters() if parameter.requires_grad)
    optimizer = torch.optim.SGD(trained, options.lr, options.momentum, weight_decay=options.weight_decay)
    if not options.remember:
        return run.train(model, optimizer, lambda batches: learn(batches, model, optimizer))
    from remembered import RememberedBatches

    remembered = RememberedBatches(run.batches(), model.trunk, options.precision == "bfloat16")
    return run.train(model, optimizer, lambda batches: learn_without_trunk(batches, model, optimizer), batches=remembered)


if __name__ == "__main__":
    run_command(main)
