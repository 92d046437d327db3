"""`python metrics.py RUN ...`: precision, recall, F1, top-3 and calibration error of any run, in the script of each part."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from training_kit.command import say_that_it_loads
from training_kit.tables import Column, csv_text, print_table, write_text

if TYPE_CHECKING:  # what imports PyTorch, which takes seconds, is imported where it is used: --help has not to wait
    import torch
    from torch import nn
    from training_kit.class_metrics import ClassMetrics
    from training_kit.finished_run import BuildModel

SPLITS = ("validation", "test", "train")
COLUMNS = [
    Column("class", "class"),
    Column("images", "images", "d"),
    Column("precision", "precision %", ".1f", 100),
    Column("recall", "recall %", ".1f", 100),
    Column("f1", "F1 %", ".1f", 100),
    Column("top3", "top-3 %", ".1f", 100),
    Column("calibration_error", "calibration error %", ".1f", 100),
]


class MeasurableRun(Protocol):
    """What the commands ask of a run: `FinishedRun`, or what a part has in its place.

    Attributes:
        name: of its folder.
        path: its folder.
        model: its network, in eval mode, on the processor.
        class_names: by number.
        im_size: (C, H, W) of what the network gets.
    """

    name: str
    path: Path
    model: nn.Module

    @property
    def class_names(self) -> tuple[str, ...]: ...

    @property
    def im_size(self) -> tuple[int, int, int]: ...

    def title(self) -> str:
        """Name and data set."""

    def images(self, split: str) -> torch.Tensor:
        """The images of `scores`, as people see them: (N, C, H, W) uint8, on the processor."""

    def scores(self, split: str, most: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores (N, K) and labels (N,) of `train`, `validation` or `test`; of at most so many images, unless it is 0."""

    def inputs(self, n: int) -> torch.Tensor:
        """At most n validation images, as the network gets them."""

    def training_s(self) -> float | None:
        """Seconds spent on training; None where they were not noted."""


OpenRun = Callable[[Path, "str | None"], MeasurableRun]


def opened_with(build_model: BuildModel) -> OpenRun:
    """How the runs of a part are opened, without loading PyTorch yet.

    Args:
        build_model: of its `train.py`.
    """

    def open_run(path: Path, root: str | None) -> MeasurableRun:
        say_that_it_loads()
        from training_kit.finished_run import FinishedRun

        return FinishedRun(path, build_model, root)

    return open_run


def metrics_command(open_run: OpenRun, arguments: list[str] | None = None) -> list[ClassMetrics]:
    """Measure runs; print tables, and write `metrics_SPLIT.csv`, `.json` and `.png` into the folder of each.

    Args:
        open_run: from the folder of a run, and of the data sets unless it is where it was, to the run.
        arguments: of the command line; None for those of the process.
    """
    parser = argparse.ArgumentParser(
        description="Precision, recall, F1, top-3 and calibration error of each class and on the average."
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folder of a run")
    parser.add_argument(
        "--split", choices=SPLITS, default="validation", help="which images; test ones only at the end (%(default)s)"
    )
    parser.add_argument("--root", default=None, help="folder of the data (that of the training)")
    options = parser.parse_args(arguments)
    from training_kit.class_metrics import class_metrics

    found: dict[str, ClassMetrics] = {}
    for path in options.runs:
        run = open_run(path, options.root)
        metrics = class_metrics(*run.scores(options.split), run.class_names)
        title = f"{run.title()}, {options.split} images"
        print_table(title, COLUMNS, [*metrics.classes, *metrics.averages], last=len(metrics.averages))
        _write(run.path / f"metrics_{options.split}", metrics, title)
        found[str(path)] = metrics
    if len(found) > 1:
        columns = [Column("run", "run"), *COLUMNS[1:]]
        for place, title in ((-1, f"all {options.split} images of each run"), (0, "macro averages")):
            print_table(title, columns, [metrics.averages[place] | {"run": path} for path, metrics in found.items()])
    print("macro: every class counts the same. weighted: by its images. all images: precision, recall and F1 are the accuracy.")
    return list(found.values())


def _write(stem: Path, metrics: ClassMetrics, title: str) -> None:
    """Table, numbers and picture, named alike."""
    from training_kit.class_metrics import QUANTITIES
    from training_kit.metric_pictures import draw_metrics

    rows = [*metrics.classes, *metrics.averages]
    bins: dict[str, Any] = {
        name: [None if value != value else value for value in values.tolist()] for name, values in metrics.bins._asdict().items()
    }
    numbers = {"title": title, "quantities": QUANTITIES, "classes": metrics.classes, "averages": metrics.averages, "bins": bins}
    write_text(stem.with_suffix(".csv"), csv_text(COLUMNS, rows))
    write_text(stem.with_suffix(".json"), json.dumps(numbers, indent=1) + "\n")
    draw_metrics(metrics, title).savefig(stem.with_suffix(".png"))
    print(*(str(stem.with_suffix(kind)) for kind in (".csv", ".json", ".png")), sep="\n")
