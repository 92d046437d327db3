"""Train a model of one's own with what the literature knows, and test it with mirrored and shifted images as well.

    python solutions/reproduce/train_own.py --network fast --dataset cifar10 --root data

The options, the data, the batches and the loop over epochs are those of `training_kit`; the loss is smoothed, the biases
learn faster, and the whole recipe follows airbench94 (see fast_network.py).
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

SOLUTIONS = Path(__file__).resolve().parents[1]
# Beside the parts in the assignment, data_scripts is beside the solutions here.
sys.path += [str(SOLUTIONS), str(SOLUTIONS.parent), str(SOLUTIONS / "classifiers")]

import training_kit.session as session  # noqa: E402, I001   first: it chooses how PyTorch's threads wait
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

from fast_network import FastNetwork  # noqa: E402
from models.mymodel import MyModel  # noqa: E402
from training_kit.evaluation import class_scores  # noqa: E402
from training_kit.options import fill, training_parser  # noqa: E402
from training_kit.run_folder import RunFolder  # noqa: E402
from training_kit.training import Batches  # noqa: E402

NETWORKS = {"fast": FastNetwork, "mymodel": MyModel}
# airbench94's, for a mean over 512 images where it takes a sum over 1,024.
DEFAULTS = {
    "epochs": 10,
    "batch_size": 512,
    "lr": 0.75,
    "momentum": 0.85,
    "weight_decay": 0.0013,
    "flip": True,
    "shift": 2,
    "schedule": "triangle",
}
IMAGES_TO_WHITEN_BY = 5000
# Each view's part in the mean of scores: half for the image where it is, a quarter for each shift by a pixel.
VIEWS = {0: 0.5, 1: 0.25, -1: 0.25}


def make_optimizer(model: nn.Module, options: argparse.Namespace) -> torch.optim.Optimizer:
    """Nesterov's momentum; vectors (biases, batch norm) learn at a rate of their own and shrink as slowly as the weights.

    Args:
        model: on its device.
        options: `lr`, `bias_factor`, `momentum`, `weight_decay`.
    """
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    factor = options.bias_factor
    groups = [
        {"params": [p for p in learned if p.ndim > 1], "lr": options.lr, "weight_decay": options.weight_decay},
        {"params": [p for p in learned if p.ndim == 1], "lr": options.lr * factor, "weight_decay": options.weight_decay / factor},
    ]
    return torch.optim.SGD(groups, momentum=options.momentum, nesterov=True)


def learn(batches: Batches, model: nn.Module, optimizer: torch.optim.Optimizer, smoothing: float) -> Iterator[float]:
    """One pass over the batches; gives the loss of each.

    Args:
        batches: pairs of images and labels.
        model: the network that trains.
        optimizer: of its parameters.
        smoothing: share of the label that is divided among all classes.
    """
    for images, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(model(images).float(), labels, label_smoothing=smoothing)
        loss.backward()
        optimizer.step()
        yield loss.item()


def test(run: session.Session, model: nn.Module) -> None:
    """The one look at the test set: the images as they are, with their mirror images, and shifted by a pixel as well.

    Args:
        run: trained; its log gets the last line.
        model: receives the weights that were saved.
    """
    run.folder.load_best(model)
    split = run.splits.test()
    with torch.autocast(run.device.type, torch.bfloat16, enabled=run.options.precision == "bfloat16", cache_enabled=False):
        scores = {
            (px, mirrored): class_scores(model, view(split.images, px, mirrored), run.splits.preparation)
            for px in VIEWS
            for mirrored in (False, True)
        }
    as_it_is, both = scores[0, False], {px: (scores[px, False] + scores[px, True]) / 2 for px in VIEWS}
    shifted = sum(weight * both[px] for px, weight in VIEWS.items())
    accuracies = [found.argmax(dim=1).eq(split.labels).float().mean().item() for found in (as_it_is, both[0], shifted)]
    lines = run.folder.lines()
    names = ("test_accuracy", "test_accuracy_mirrored", "test_accuracy_shifted")
    run.folder.add_lines(
        [
            {
                "iteration": lines[-1]["iteration"],
                "epoch": lines[-1]["epoch"],
                **dict(zip(names, accuracies)),
                "test_loss": functional.cross_entropy(as_it_is, split.labels).item(),
            }
        ]
    )
    run.reporter.say("test: {:.2%}, with mirror images {:.2%}, with shifted ones {:.2%}".format(*accuracies))


def view(images: torch.Tensor, shift_px: int, mirrored: bool) -> torch.Tensor:
    """Images that show the same.

    Args:
        images: (N, C, H, W) uint8.
        shift_px: pixels to move by, right and down; the border is repeated.
        mirrored: whether to exchange left and right.
    """
    if shift_px:
        places = [(torch.arange(side, device=images.device) - shift_px).clamp(0, side - 1) for side in images.shape[2:]]
        images = images[:, :, places[0]][:, :, :, places[1]]
    return images.flip(3) if mirrored else images


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, filled with the defaults.

    Args:
        arguments: of the command line; None for those of the process.
    """
    parser = training_parser("Train a model of one's own.")
    parser.add_argument("--network", choices=list(NETWORKS), default="fast", help="which one")
    parser.add_argument("--hidden-dim", type=int, default=64, help="its width")
    parser.add_argument("--kernel-size", type=int, default=3, help="height and width of a filter in pixels")
    parser.add_argument("--label-smoothing", type=float, default=0.2, help="share divided among all classes")
    parser.add_argument("--bias-factor", type=float, default=64.0, help="how much faster biases learn")
    options = parser.parse_args(arguments)
    fill(options, DEFAULTS | {"name": options.network})
    return options


def main(arguments: list[str] | None = None) -> RunFolder:
    """Train and test.

    Args:
        arguments: of the command line; None for those of the process.
    Returns:
        the folder of the run.
    """
    options = parse(arguments)
    run = session.Session(options)
    model = NETWORKS[options.network](run.splits.im_size, options.hidden_dim, options.kernel_size, run.splits.n_classes)
    if isinstance(model, FastNetwork):
        some = run.splits.train.images[:IMAGES_TO_WHITEN_BY]
        model.whiten_patches_of(run.splits.preparation(some).cpu())
    model = run.prepare(model)
    optimizer = make_optimizer(model, options)
    wants_test, options.test = options.test, False  # the test below shows other views too, from the same look
    folder = run.train(model, optimizer, lambda batches: learn(batches, model, optimizer, options.label_smoothing))
    if wants_test and not any("test_accuracy" in line for line in folder.lines()):
        test(run, model)
    return folder


if __name__ == "__main__":
    session.run_command(main)
