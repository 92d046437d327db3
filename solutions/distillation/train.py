"""Train the networks of part 2 with what you wrote: given, nothing to write here.

    python train.py teacher             your teacher, alone; the next two learn from it, so it comes first
    python train.py distilled           your student, from the teacher's scores and the labels (distillation_loss)
    python train.py soft-only           your student, from the teacher's scores alone (distillation_loss_ex)
    python train.py student             your student, from the labels alone: what distillation has to beat; the default
    python train.py ema                 your student at a rate that stays large, and the moving average that follows it (train_with_ema)
    python train.py --help              all options, such as --dataset cifar10

The networks are those of your variant (student.cfg), made for the images and classes of the data set.
Everything is kept in runs/NAME; `python pictures.py` draws from there.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait

from student_cfg import read_student_cfg
from training_kit.errors import RunError
from training_kit.options import above_zero, at_least, fill, training_parser
from variants import Variant, VariantError, variant_for

if TYPE_CHECKING:  # what imports PyTorch, which takes seconds, is imported where it is used: --help has not to wait
    import torch
    from torch import Tensor, nn
    from training_kit.run_folder import RunFolder
    from training_kit.session import Session
    from training_kit.splits import Splits
    from training_kit.training import Batches

    LossOf = Callable[[Tensor, Tensor, Tensor], Tensor]

METHODS = ("teacher", "student", "distilled", "soft-only", "ema")
# Chosen on the validation images of `synthetic`.
DEFAULTS = {
    "epochs": 6,
    "batch_size": 64,
    "lr": 0.03,
    "momentum": 0.9,
    "weight_decay": 0.001,
    "flip": True,
    "shift": 2,
    "schedule": "triangle",
    "temperature": 4.0,
    "alpha": 0.7,
}
# The gradient of the soft term has the factor alpha * temperature: with 0.7 * 4 students were 2 points behind those alone at this rate.
GUIDED_DEFAULTS = {"temperature": 2.0, "alpha": 0.5}
# An average does what a falling learning rate is for, so the rate can be larger, and stay so. One that teaches from the first step knows as
# little as its student, and holds it back (see the handout), so alpha is 0.
EMA_DEFAULTS = {"lr": 0.05, "schedule": "half", "alpha": 0.0}
# At a rate of 0.03 teachers with ten convolutions learned for an epoch, and then gave every image the same scores for good.
DEEP_CONVOLUTIONS, DEEP_DEFAULTS = 10, {"lr": 0.01}


def student_variant() -> Variant:
    """The variant in `student.cfg`.

    Raises:
        RunError: student.cfg cannot be used.
    """
    try:
        return variant_for(*read_student_cfg(Path(__file__).with_name("student.cfg")))
    except VariantError as error:
        raise RunError(str(error)) from None


def build_model(settings: argparse.Namespace, splits: Splits) -> nn.Module:
    """An untrained network of the variant in `student.cfg`.

    Args:
        settings: `method`; the teacher's is the teacher, all others are the student's.
        splits: for the size of its images and the number of classes.
    Raises:
        RunError: student.cfg cannot be used.
    """
    from networks import Student, Teacher

    variant = student_variant()
    kind, spec = (Teacher, variant.teacher) if settings.method == "teacher" else (Student, variant.student)
    return kind(replace(spec, im_size=splits.im_size, n_classes=splits.n_classes))


def trained_teacher(options: argparse.Namespace, run: Session) -> nn.Module:
    """The teacher of an earlier run, in eval mode and fixed.

    Args:
        options: `teacher_run` is its folder.
        run: of the student; the teacher must have seen the same data set.
    Raises:
        RunError: there is none, or it was trained on something else.
    """
    from training_kit.run_folder import RunFolder

    folder = RunFolder(options.teacher_run)
    settings = folder.settings() if folder.path.is_dir() else {}
    if (settings.get("method"), settings.get("dataset")) != ("teacher", options.dataset):
        place = "" if options.runs == "runs" else f" --runs {options.runs}"
        raise RunError(
            f"{folder.path} is no teacher trained on {options.dataset}; "
            f"run `python train.py teacher --dataset {options.dataset}{place}`, or name one with --teacher-run."
        )
    teacher = build_model(argparse.Namespace(**settings), run.splits)
    folder.load_best(teacher)
    return run.prepare(teacher).eval().requires_grad_(False)


def loss_of_method(options: argparse.Namespace, run: Session) -> LossOf:
    """How scores (N, K), images and labels become a loss.

    Args:
        options: of the run.
        run: of the student.
    """
    import torch
    from distillation import distillation_loss, distillation_loss_ex

    if options.method in ("teacher", "student"):
        # With alpha 0 only the cross-entropy with the labels is left, and the teacher's scores do not matter.
        return lambda scores, images, labels: distillation_loss(scores, labels, scores.detach(), 1, 0.0)
    teacher = trained_teacher(options, run)

    def loss_of(scores: Tensor, images: Tensor, labels: Tensor) -> Tensor:
        with torch.no_grad():
            guidance = teacher(images).float()
        if options.method == "soft-only":
            return distillation_loss_ex(scores, guidance, options.temperature, 1.0)
        return distillation_loss(scores, labels, guidance, options.temperature, options.alpha)

    return loss_of


def learn(batches: Batches, model: nn.Module, optimizer: torch.optim.Optimizer, loss_of: LossOf) -> Iterator[float]:
    """One pass over the batches; gives the loss of each.

    Args:
        batches: pairs of images and labels.
        model: the network that trains.
        optimizer: of its parameters.
        loss_of: from scores, images and labels to the loss.
    """
    for images, labels in batches:
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(images).float(), images, labels)
        loss.backward()
        optimizer.step()
        yield loss.item()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, filled with the defaults.

    Args:
        arguments: of the command line; None for those of the process.
    """
    parser = training_parser("Train a network of part 2.")
    parser.add_argument("method", nargs="?", choices=METHODS, default="student", help="which network, and from what (%(default)s)")
    parser.add_argument("--temperature", type=above_zero, default=None, metavar="T", help="of the distillation loss (2; for ema 4)")
    parser.add_argument(
        "--alpha",
        type=at_least(0.0, 1.0),
        default=None,
        help="weight of the teacher's scores in it (0.5; for ema 0, which is the labels alone)",
    )
    parser.add_argument("--decay", type=at_least(0.0, 1.0), default=0.99, help="of the moving average (%(default)s)")
    parser.add_argument("--teacher-run", default=None, metavar="FOLDER", help="of the trained teacher (teacher in --runs)")
    options = parser.parse_args(arguments)
    own = {"ema": EMA_DEFAULTS, "distilled": GUIDED_DEFAULTS, "soft-only": GUIDED_DEFAULTS}.get(options.method, {})
    if options.method == "teacher" and student_variant().teacher.conv_layers >= DEEP_CONVOLUTIONS:
        own = DEEP_DEFAULTS
    fill(options, DEFAULTS | own | {"name": options.method, "teacher_run": str(Path(options.runs) / "teacher")})
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
    from ema import train_with_ema

    run = Session(options)
    model = run.prepare(build_model(options, run.splits))
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=options.lr,
        momentum=options.momentum,
        weight_decay=options.weight_decay,
        nesterov=options.momentum > 0,
    )
    if options.method == "ema":
        average = copy.deepcopy(model).requires_grad_(False)
        return run.train(
            model,
            optimizer,
            lambda batches: train_with_ema(model, average, batches, optimizer, options.temperature, options.alpha, options.decay),
            average,
        )
    loss_of = loss_of_method(options, run)
    return run.train(model, optimizer, lambda batches: learn(batches, model, optimizer, loss_of))


if __name__ == "__main__":
    run_command(main)
