"""Options of the command line that every `train.py` has, and what becomes of them in a run's `settings.json`."""
import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data_scripts import DATASETS

from training_kit.schedule import SCHEDULES

# Beside the folders of the parts: they share one folder of data sets.
DATA_ROOT = Path(__file__).resolve().parents[1] / "data"
# What is no setting of the run, but of the call.
ABOUT_THE_CALL = ("runs", "name", "resume", "restart", "quiet", "hand_in")


def training_parser(description: str) -> argparse.ArgumentParser:
    """The options that all parts share; None stands for what `fill` takes from the model's own defaults.

    Args:
        description: what the script does.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    _add_data_options(parser.add_argument_group("data"))
    _add_learning_options(parser.add_argument_group("learning (None: what suits the model)"))
    _add_machine_options(parser.add_argument_group("machine"))
    run = parser.add_argument_group("run")
    run.add_argument("--seed", type=int, default=0, help="of all random numbers")
    run.add_argument("--runs", default="runs", help="folder of all runs")
    run.add_argument("--name", default=None, help="folder of this run in it; None: named like the model")
    run.add_argument("--resume", action="store_true", help="go on with a run that was interrupted")
    run.add_argument("--restart", action="store_true", help="throw an unfinished run away")
    run.add_argument("--no-test", dest="test", action="store_false", help="no test: settings are being chosen")
    run.add_argument("--log-every", type=at_least(1), default=10, help="batches that a line of the log averages")
    run.add_argument("--quiet", action="store_true", help="print nothing")
    return parser


def _add_data_options(group: Any) -> None:
    group.add_argument("--dataset", default="synthetic", choices=list(DATASETS), help="what to train on")
    group.add_argument("--root", default=str(DATA_ROOT), help="folder of the data sets")
    group.add_argument("--validation", type=float, default=0.1, help="share of the training images to validate with")
    group.add_argument("--train-images", type=at_least(0), default=0, help="use only so many, validation included; 0 for all")
    group.add_argument("--flip", action=argparse.BooleanOptionalAction, default=None, help="mirror half of the images")
    group.add_argument("--shift", type=at_least(0), default=None, metavar="PX", help="shift images by up to so many pixels")


def _add_learning_options(group: Any) -> None:
    group.add_argument("--epochs", type=at_least(1), default=None, help="passes over the training images")
    group.add_argument("--batch-size", type=at_least(1), default=None, help="images a batch")
    group.add_argument("--lr", type=at_least(0.0), default=None, help="largest learning rate")
    group.add_argument("--schedule", choices=SCHEDULES, default=None, help="how the learning rate changes")
    group.add_argument("--momentum", type=at_least(0.0), default=None, help="of the updates")
    group.add_argument("--weight-decay", type=at_least(0.0), default=None, help="pulls the weights towards 0")


def _add_machine_options(group: Any) -> None:
    group.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"], help="where to compute")
    group.add_argument("--threads", type=at_least(0), default=None, help="of the processor; None: 1 for small models")
    group.add_argument("--precision", default="float32", choices=["float32", "bfloat16"], help="of products")
    group.add_argument("--channels-last", action="store_true",
                       help="another order of numbers in memory, faster for many convolutions; `view` may refuse it")


def at_least(least: float) -> Callable[[str], float]:
    """A type of an option: numbers that are not too small; whole ones if the smallest is an int.

    Args:
        least: the smallest.
    """
    kind = type(least)

    def parsed(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not least <= value < math.inf:
            raise argparse.ArgumentTypeError(f"{text!r} is no {'whole ' * (kind is int)}number from {least:g} up")
        return value

    return parsed


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
