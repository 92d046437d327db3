"""The pictures of part 1, from the runs that train.py made: given, nothing to write here.

python pictures.py curves runs/softmax runs/convnet
python pictures.py filters runs/convnet
python pictures.py mistakes runs/convnet
python pictures.py confusion runs/convnet
python pictures.py learning-rate --model softmax --rates 0.0001 0.001 0.01 0.1 1
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait
from train import DEFAULTS, build_model
from train import main as train
from training_kit.metrics_command import opened_with
from training_kit.options import above_zero
from training_kit.picture_command import add_command, add_common_commands, draw_and_save, picture_parser

if TYPE_CHECKING:  # Matplotlib and PyTorch take seconds and are imported where they are used: --help has not to wait
    from matplotlib.figure import Figure

RATES = (0.0001, 0.001, 0.01, 0.1, 1.0)


def learning_rate_study(model: str, rates: list[float], folder: Path, options: list[str]) -> Figure:
    """Train once with each learning rate, kept constant, without looking at the test set.

    Args:
        model: which one.
        rates: learning rates.
        folder: receives a run for each.
        options: further ones of `train.py`.
    Returns:
        the picture.
    """
    from training_kit.comparisons import draw_learning_rates

    logs = {}
    for rate in rates:
        call = [
            "--model",
            model,
            "--lr",
            str(rate),
            "--runs",
            str(folder),
            "--name",
            f"lr_{rate:g}",
            "--restart",
            "--schedule",
            "constant",
            "--no-test",
            "--hand-in=",
        ]
        logs[rate] = train([*call, *options]).lines()
    return draw_learning_rates(logs, f"Learning rates: {model}, constant rate, no test images used")


def study_of(options: argparse.Namespace) -> tuple[Figure, Path]:
    """The study that the command line asks for.

    Args:
        options: of the command line.
    """
    folder = Path(options.runs) / f"learning_rates_{options.model}"
    further = ["--dataset", options.dataset, *(["--root", options.root] if options.root else []), *options.options]
    return learning_rate_study(options.model, options.rates, folder, further), folder


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top, commands = picture_parser("Draw the pictures of part 1.")
    add_common_commands(commands, opened_with(build_model))
    study = add_command(commands, "learning-rate", "accuracy and loss for several learning rates", study_of)
    study.add_argument("--model", choices=list(DEFAULTS), default="softmax", help="which one (softmax)")
    study.add_argument("--rates", type=above_zero, nargs="+", default=list(RATES), help="learning rates")
    study.add_argument("--dataset", default="synthetic", help="what to train on (synthetic)")
    study.add_argument("--runs", default="runs", help="folder of all runs (runs)")
    study.add_argument("options", nargs="*", help="after --: further options of train.py, as in `-- --epochs 5`")
    return top


if __name__ == "__main__":
    run_command(lambda: draw_and_save(parser()), when_stopped="stopped; the same command begins again")
