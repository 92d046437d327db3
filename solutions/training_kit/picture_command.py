"""`python pictures.py NAME ...`: every picture from the command line, as a PNG; the same functions serve notebooks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from training_kit.errors import RunError

if TYPE_CHECKING:  # PyTorch and Matplotlib take seconds and are imported where they are used: --help has not to wait
    from matplotlib.figure import Figure
    from training_kit.metrics_command import MeasurableRun, OpenRun

WORDS = {"validation": "validation images", "test": "test images"}


def picture_parser(description: str) -> tuple[argparse.ArgumentParser, argparse._SubParsersAction]:
    """A parser that waits for the commands of a part.

    Args:
        description: what the script does.
    Returns:
        the parser, and where commands are added.
    """
    parser = argparse.ArgumentParser(description=description)
    return parser, parser.add_subparsers(title="pictures", required=True, metavar="NAME")


def add_command(commands: argparse._SubParsersAction, name: str, summary: str, draw) -> argparse.ArgumentParser:
    """Add one picture.

    Args:
        commands: as `picture_parser` gave it.
        name: of the command.
        summary: one line of help.
        draw: from the options to the picture and the folder that it belongs to, or its file.
    Returns:
        the command's parser, for options of its own.
    """
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("--out", type=Path, default=None, help="file to write (NAME.png in the run's folder)")
    command.add_argument("--root", default=None, help="folder of the data sets (that of the training)")
    command.set_defaults(draw=draw, picture=name)
    return command


def add_common_commands(commands: argparse._SubParsersAction, open_run: OpenRun) -> None:
    """The pictures of any classifier: `curves`, `filters`, `mistakes`, `confusion`.

    Args:
        commands: as `picture_parser` gave it.
        open_run: from the folder of a run, and of the data sets unless it is where it was, to the run.
    """
    command = add_command(commands, "curves", "loss and accuracy against iterations", curves_of)
    command.add_argument("runs", nargs="+", type=Path, help="folders of one or more runs")
    for name, summary, draw in (
        ("filters", "what the first layer has learned", weights_of),
        ("mistakes", "up to 64 misclassified images", mistakes_of),
        ("confusion", "which class is taken for which", confusion_of),
    ):

        def drawn(options: argparse.Namespace, draw=draw) -> tuple[Figure, Path]:
            split = () if draw is weights_of else (options.split,)
            return draw(open_run(options.run, options.root), *split), options.run

        command = add_command(commands, name, summary, drawn)
        command.add_argument("run", type=Path, help="folder of a run")
        if draw is not weights_of:
            command.add_argument(
                "--split", choices=list(WORDS), default="validation", help="which images; test ones only at the end (%(default)s)"
            )


def curves_of(options: argparse.Namespace) -> tuple[Figure, Path]:
    """Loss and accuracy of some runs.

    Args:
        options: of the command line.
    """
    from training_kit.curves import draw_curves
    from training_kit.run_folder import RunFolder

    folders = [RunFolder(path) for path in options.runs]
    for run in folders:
        if not all("iteration" in line for line in run.lines()):
            raise RunError(f"{run.log} was written by an earlier train.py; call train.py as then, and it is written anew.")
    figure = draw_curves({run.path.name + run.unfinished(): run.lines() for run in folders})
    # A run's own curves, which train.py drew, stay as they are.
    return figure, options.runs[0] / f"curves{'_compared' * (len(folders) > 1)}.png"


def weights_of(run: MeasurableRun) -> Figure:
    """Weights or filters of the first layer.

    Args:
        run: a finished run.
    """
    from training_kit.image_grids import draw_weights, first_weights

    weights = first_weights(run.model, run.im_size)
    # A row of weights for all pixels belongs to a class where there are as many; a filter never does.
    names = run.class_names if tuple(weights.shape[1:]) == tuple(run.im_size) else ()
    return draw_weights(weights, names, f"First layer of {run.title()}")


def mistakes_of(run: MeasurableRun, split: str = "validation") -> Figure:
    """Misclassified images.

    Args:
        run: a finished run.
        split: `validation` or `test`.
    """
    from training_kit.image_grids import draw_mistakes

    scores, labels = run.scores(split)
    return draw_mistakes(run.images(split), labels, scores.argmax(dim=1), run.class_names, f"{run.title()}, {WORDS[split]}")


def confusion_of(run: MeasurableRun, split: str = "validation") -> Figure:
    """Confusion matrix.

    Args:
        run: a finished run.
        split: `validation` or `test`.
    """
    from training_kit.matrices import draw_confusion

    scores, labels = run.scores(split)
    return draw_confusion(labels, scores.argmax(dim=1), run.class_names, f"{run.title()}, {WORDS[split]}")


def draw_and_save(parser: argparse.ArgumentParser, arguments: list[str] | None = None) -> Path:
    """Do what the command line says.

    Args:
        parser: with all commands.
        arguments: of the command line; None for those of the process.
    Returns:
        the file that was written.
    """
    options = parser.parse_args(arguments)
    figure, belongs = options.draw(options)
    place = Path(belongs)
    path = options.out or (place if place.suffix == ".png" else place / f"{options.picture}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    print(path)
    return path
