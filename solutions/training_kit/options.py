"""Options of the command line that every `train.py` has, and what becomes of them in a run's `settings.json`."""

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data_scripts import DATASETS

from training_kit.schedule import SCHEDULES

# Beside the folders of the parts: they share one folder of data sets. The variable is for machines whose disk is elsewhere.
DATA_ROOT = Path(os.environ.get("COURSE_DATA") or Path(__file__).resolve().parents[1] / "data")
# What is no setting of the run, but of the call.
ABOUT_THE_CALL = ("runs", "name", "resume", "restart", "quiet", "hand_in")


def training_parser(description: str) -> argparse.ArgumentParser:
    """The options that all parts share; None, of which the help says nothing, stands for the model's own defaults (`fill`).

    Args:
        description: what the script does.
    """
    parser = argparse.ArgumentParser(description=description)
    _add_data_options(parser.add_argument_group("data"))
    _add_learning_options(parser.add_argument_group("learning (what you do not give is what suits the model)"))
    _add_machine_options(parser.add_argument_group("machine"))
    run = parser.add_argument_group("run")
    run.add_argument("--seed", type=int, default=0, help="of all random numbers (%(default)s)")
    run.add_argument("--runs", default="runs", help="folder of all runs (%(default)s)")
    run.add_argument("--name", default=None, help="folder of this run in it (named like the model)")
    run.add_argument("--resume", action="store_true", help="go on with a run: one that was stopped, or with more --epochs")
    run.add_argument("--restart", action="store_true", help="begin again, and throw away the run that is in the folder")
    run.add_argument("--no-test", dest="test", action="store_false", help="leave the test images alone: settings are being chosen")
    run.add_argument("--log-every", type=at_least(1), default=10, help="batches that a line of the log averages (%(default)s)")
    run.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def _add_data_options(group: Any) -> None:
    group.add_argument("--dataset", default="synthetic", choices=list(DATASETS), help="what to train on (%(default)s)")
    group.add_argument("--root", default=str(DATA_ROOT), help="folder of the data sets (%(default)s)")
    group.add_argument(
        "--validation", type=float, default=0.1, metavar="SHARE", help="share of the training images to validate with (%(default)s)"
    )
    group.add_argument(
        "--train-images",
        type=at_least(0),
        default=0,
        metavar="N",
        help="use only so many, validation included; 0 for all (%(default)s)",
    )
    group.add_argument("--flip", action=argparse.BooleanOptionalAction, default=None, help="mirror half of the images")
    group.add_argument("--shift", type=at_least(0), default=None, metavar="PX", help="shift images by up to so many pixels")


def _add_learning_options(group: Any) -> None:
    group.add_argument("--epochs", type=at_least(1), default=None, help="passes over the training images")
    group.add_argument("--batch-size", type=at_least(1), default=None, help="images a batch")
    group.add_argument("--lr", type=at_least(0.0), default=None, help="largest learning rate, or the constant one")
    group.add_argument("--schedule", choices=SCHEDULES, default=None, help="how the learning rate changes")
    group.add_argument("--momentum", type=at_least(0.0, 1.0), default=None, help="of the updates, from 0 to 1")
    group.add_argument("--weight-decay", type=at_least(0.0), default=None, help="pulls the weights towards 0")


def _add_machine_options(group: Any) -> None:
    group.add_argument(
        "--device",
        default="auto",
        choices=["auto", "cpu", "cuda", "mps"],
        help="where to compute; mps is Apple's graphics (%(default)s)",
    )
    group.add_argument(
        "--threads", type=at_least(0), default=None, help="of the processor (1 for small models, else as many as PyTorch likes)"
    )
    group.add_argument("--precision", default="float32", choices=["float32", "bfloat16"], help="of products (%(default)s)")
    group.add_argument(
        "--channels-last",
        action="store_true",
        help="another order of numbers in memory, faster for many convolutions; `view` may refuse it",
    )


def at_least(least: float, most: float = math.inf) -> Callable[[str], float]:
    """A type of an option: numbers that are not too small; whole ones if the smallest is an int.

    Args:
        least: the smallest.
        most: the largest.
    """
    kind = type(least)

    def parsed(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most or math.isinf(value):
            end = "up" if math.isinf(most) else f"to {most:g}"
            raise argparse.ArgumentTypeError(f"{text!r} is no {'whole ' * (kind is int)}number from {least:g} {end}")
        return value

    return parsed


def above_zero(text: str) -> float:
    """A type of an option: numbers that something is divided by, or that a logarithm is taken of.

    Args:
        text: as typed.
    """
    value = at_least(0.0)(text)
    if value == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def fill(options: argparse.Namespace, defaults: dict[str, Any]) -> None:
    """Put a model's own defaults where nothing was asked for.

    Args:
        options: as parsed; changed in place.
        defaults: by the option's name.
    """
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """What belongs into `settings.json`: all that the numbers of the run depend on.

    Args:
        options: filled.
    """
    return {name: value for name, value in sorted(vars(options).items()) if name not in ABOUT_THE_CALL}
