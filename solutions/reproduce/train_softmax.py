"""Train the softmax classifier on all images at once, by L-BFGS, with an L2 penalty.

    python solutions/reproduce/train_softmax.py --dataset cifar10 --root data

The loss is convex: a method that knows its curvature comes closer to the minimum than gradient descent on batches.
"""

import argparse
import sys
import time
from pathlib import Path

SOLUTIONS = Path(__file__).resolve().parents[1]
# Beside the parts in the assignment, data_scripts is beside the solutions here.
sys.path += [str(SOLUTIONS), str(SOLUTIONS.parent), str(SOLUTIONS / "classifiers")]

import training_kit.session as session  # noqa: E402, I001   first: it chooses how PyTorch's threads wait
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from models.softmax import Softmax  # noqa: E402
from training_kit.evaluation import measure  # noqa: E402
from training_kit.options import fill, training_parser  # noqa: E402
from training_kit.run_folder import RunFolder  # noqa: E402
from training_kit.splits import Splits  # noqa: E402

# An epoch is a call of the optimizer: so many steps, each with the loss of all images.
STEPS = 20
DEFAULTS = {
    "epochs": 5,
    "weight_decay": 0.01,
    "flip": True,
    "batch_size": 0,
    "lr": 1.0,
    "momentum": 0.0,
    "shift": 0,
    "schedule": "constant",
    "name": "softmax",
}


def training_images(splits: Splits, flip: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """All prepared images and labels, with their mirror images where wanted.

    Args:
        splits: the data set.
        flip: whether to add the mirror images.
    """
    images, labels = splits.train.images, splits.train.labels
    if flip:
        images, labels = torch.cat([images, images.flip(3)]), torch.cat([labels, labels])
    return splits.preparation(images), labels


def run_epoch(
    model: nn.Module, optimizer: torch.optim.Optimizer, images: torch.Tensor, labels: torch.Tensor, penalty: float
) -> float:
    """One call of the optimizer; the loss before it, penalty included.

    Args:
        model: the network that trains.
        optimizer: L-BFGS over its parameters.
        images, labels: all of them.
        penalty: what the sum of the squared weights is multiplied by; biases are free.
    """

    def closure() -> torch.Tensor:
        optimizer.zero_grad(set_to_none=True)
        squares = sum(parameter.square().sum() for parameter in model.parameters() if parameter.ndim > 1)
        loss = functional.cross_entropy(model(images), labels) + penalty * squares
        loss.backward()
        return loss

    return optimizer.step(closure).item()


def train(run: session.Session, model: nn.Module) -> None:
    """All epochs, each with a line of the log, and the test set once, after the last.

    Args:
        run: with its data.
        model: on the device.
    """
    options, splits = run.options, run.splits
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=STEPS, history_size=STEPS, line_search_fn="strong_wolfe")
    images, labels = training_images(splits, options.flip)
    for epoch in range(1, options.epochs + 1):
        started = time.perf_counter()
        line = {
            "iteration": epoch * STEPS,
            "epoch": epoch,
            "loss": run_epoch(model, optimizer, images, labels, options.weight_decay),
        }
        run.folder.add_time(epoch, time.perf_counter() - started, STEPS * len(labels))
        if len(splits.validation):
            found = measure(model, splits.validation, splits.preparation)
            line |= {"validation_loss": found.loss, "validation_accuracy": found.accuracy}
        run.folder.add_lines([line])
        run.reporter.say(f"epoch {epoch}/{options.epochs}  {line}")
    run.folder.save_best(model)
    if options.test:
        found = measure(model, splits.test(), splits.preparation)
        run.folder.add_lines(
            [
                {
                    "iteration": options.epochs * STEPS,
                    "epoch": options.epochs,
                    "test_loss": found.loss,
                    "test_accuracy": found.accuracy,
                }
            ]
        )
        run.reporter.say(f"test: accuracy {found.accuracy:.2%}")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options; those of `training_kit` that say something about batches have no meaning here.

    Args:
        arguments: of the command line; None for those of the process.
    """
    options = training_parser("Train the softmax classifier by L-BFGS.").parse_args(arguments)
    fill(options, DEFAULTS)
    return options


def main(arguments: list[str] | None = None) -> RunFolder:
    """Train and test.

    Args:
        arguments: of the command line; None for those of the process.
    Returns:
        the folder of the run.
    """
    run = session.Session(parse(arguments))
    train(run, run.prepare(Softmax(run.splits.im_size, run.splits.n_classes)))
    return run.folder


if __name__ == "__main__":
    session.run_command(main)
