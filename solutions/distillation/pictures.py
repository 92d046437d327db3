"""The pictures of part 2, from the runs that train.py made: given, nothing to write here.

python pictures.py teacher-student          what the student gains from its teacher
python pictures.py ema                      with and without a moving average
python pictures.py curves runs/teacher runs/student
python pictures.py filters runs/teacher
python pictures.py mistakes runs/distilled
python pictures.py confusion runs/distilled
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit and data_scripts lie beside the part's folder

from training_kit.command import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait
from train import build_model
from training_kit.errors import RunError
from training_kit.metrics_command import opened_with
from training_kit.picture_command import add_command, add_common_commands, draw_and_save, picture_parser

if TYPE_CHECKING:  # Matplotlib and PyTorch take seconds and are imported where they are used: --help has not to wait
    from matplotlib.figure import Figure

NAMES = {"teacher": "teacher", "student": "student alone", "distilled": "distilled", "soft-only": "teacher's scores alone"}


def teacher_student(runs: Path, root: str | None = None) -> Figure:
    """Teacher against student, alone and distilled; those runs that are there.

    Args:
        runs: folder of the runs `teacher`, `student`, `distilled` and `soft-only`.
        root: folder of the data sets; None for the one of the training.
    Raises:
        RunError: the teacher or the student alone is missing.
    """
    from training_kit.comparisons import draw_teacher_student
    from training_kit.finished_run import FinishedRun
    from training_kit.run_folder import RunFolder

    there = [name for name in NAMES if RunFolder(runs / name).best.is_file()]
    for name in ("teacher", "student"):
        if name not in there:
            raise RunError(f"{runs / name} holds no trained network; run `python train.py {name}` first.")
    found = {name: FinishedRun(runs / name, build_model, root) for name in there}
    finished = {NAMES[name] + run.folder.unfinished(): run for name, run in found.items()}
    sizes = {name: sum(p.numel() for p in run.model.parameters()) for name, run in finished.items()}
    data = found["teacher"].settings.dataset
    return draw_teacher_student({name: run.lines() for name, run in finished.items()}, sizes, f"Distillation on {data}")


def ema(runs: Path) -> Figure:
    """With and without a moving average.

    Args:
        runs: folder of the run `ema`, and of `student` if there is one.
    """
    from training_kit.comparisons import draw_ema
    from training_kit.run_folder import RunFolder

    folder, alone = RunFolder(runs / "ema"), RunFolder(runs / "student")
    settings = folder.settings()
    without = alone.lines() if alone.log.is_file() else []
    how = f"learning rate {settings['lr']:g}, schedule {settings['schedule']}, decay {settings['decay']:g}, alpha {settings['alpha']:g}"
    title = f"Moving average of the student on {settings['dataset']}\n{how}{folder.unfinished()}"
    own = alone.settings() if without else settings
    name = f"a run without EMA, learning rate {own['lr']:g}, schedule {own['schedule']}"
    return draw_ema(folder.lines(), without, title, name)


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top, commands = picture_parser("Draw the pictures of part 2.")
    add_common_commands(commands, opened_with(build_model))
    both = add_command(
        commands,
        "teacher-student",
        "teacher against student",
        lambda options: (teacher_student(options.runs, options.root), options.runs),
    )
    averaged = add_command(commands, "ema", "with and without a moving average", lambda options: (ema(options.runs), options.runs))
    for command in (both, averaged):
        command.add_argument("--runs", type=Path, default=Path("runs"), help="folder of all runs (runs)")
    return top


if __name__ == "__main__":
    run_command(lambda: draw_and_save(parser()))
