"""How the scripts of the course are called, and where each kind leaves what it found.

training    train.py of parts 1, 2 and 4, and what is built like them: the last line of log.jsonl
scenes      train.py of part 3: likewise
ablation    ablate.py: the table ablation.csv
metrics     metrics.py: metrics_test.json in the folder of the run that it measures
report      quantization_report.py: a file of its own
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .row import SCENES15, Row


@dataclass(frozen=True)
class Call:
    """What a command line depends on.

    Attributes:
        row: what to do.
        seed: of all random numbers.
        folder: of all runs of the data set and device.
        root: folder of the data sets.
        dataset: its name.
        device: `cpu`, `cuda` or `mps`.
        threads: of the processor; 0 for what the scripts choose.
        quick: one epoch with few images.
    """

    row: Row
    seed: int
    folder: Path
    root: Path
    dataset: str
    device: str
    threads: int
    quick: bool

    @property
    def name(self) -> str:
        """Of the run."""
        return f"{self.row.name}-{self.seed}"

    @property
    def run(self) -> Path:
        """Folder of the run."""
        return self.folder / self.name

    @property
    def teacher(self) -> Path:
        """Folder of the run that this one needs."""
        return self.folder / f"{self.row.teacher}-0"

    def data(self) -> list[str]:
        """Where the images are, and where the run is to be, for a script that trains."""
        if self.dataset == SCENES15:
            there = ["--data", str(self.root / SCENES15)]
        else:
            there = ["--dataset", self.dataset, "--root", str(self.root)]
            there += ["--threads", str(self.threads)] if self.threads else []
        return [*there, "--runs", str(self.folder), "--name", self.name, "--device", self.device]


@dataclass(frozen=True)
class Style:
    """A kind of script.

    Attributes:
        settings: from a call to what is added to the row's settings.
        rest: from a call, and whether an earlier one was stopped, to the rest of the command line.
        found: from a call to what the finished script left, by name.
    """

    settings: Callable[[Call], list[str]]
    rest: Callable[[Call, bool], list[str]]
    found: Callable[[Call], dict[str, Any]]


def train_settings(call: Call) -> list[str]:
    """All training images are learned from.

    Args:
        call: of a training.
    """
    quick = ["--epochs", "1", "--train-images", "200", "--batch-size", "50"] if call.quick else []
    return [*quick, "--validation", "0", "--seed", str(call.seed)]


def train_rest(call: Call, goes_on: bool) -> list[str]:
    """The teacher, and whether to go on.

    Args:
        call: of a training.
        goes_on: whether it was stopped before.
    """
    teacher = ["--teacher-run", str(call.teacher)] if call.row.teacher else []
    return [*call.data(), *teacher, "--resume" if goes_on else "--restart"]


def last_line(call: Call) -> dict[str, Any]:
    """What the test gave, and the epoch.

    Args:
        call: of a training.
    """
    test = log(call)[-1]
    return {key: value for key, value in test.items() if key.startswith("test_") or key == "epoch"}


def last_two_lines(call: Call) -> dict[str, Any]:
    """The training accuracy of the last epoch, too; in part 3, whose log has a line an epoch.

    Args:
        call: of a training.
    """
    return last_line(call) | {"train_accuracy": log(call)[-2]["accuracy"]}


def log(call: Call) -> list[dict[str, Any]]:
    """All lines of the log.

    Args:
        call: of a training.
    """
    return [json.loads(line) for line in (call.run / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def ablation_table(call: Call) -> dict[str, Any]:
    """All rows of the table.

    Args:
        call: of an ablation.
    """
    path = call.folder / f"ablation_{call.name}" / "ablation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [{key: value for key, value in row.items() if key != "run"} for row in csv.DictReader(file)]
    return {"rows": rows}


def averages(call: Call) -> dict[str, Any]:
    """The averages over classes.

    Args:
        call: of a measurement.
    """
    found = json.loads((call.teacher / "metrics_test.json").read_text(encoding="utf-8"))
    return {row["class"]: row for row in found["averages"]}


STYLES = {
    "training": Style(train_settings, train_rest, last_line),
    "scenes": Style(
        lambda call: [*(["--epochs", "1"] if call.quick else []), "--seed", str(call.seed)],
        lambda call, goes_on: [*call.data(), *([] if goes_on else ["--restart"])],
        last_two_lines,
    ),
    "ablation": Style(
        lambda call: ["--epochs", "1", "--batch-size", "50"] if call.quick else [],
        lambda call, goes_on: call.data(),
        ablation_table,
    ),
    "metrics": Style(lambda call: [], lambda call, goes_on: [str(call.teacher)], averages),
    "report": Style(
        lambda call: [],
        lambda call, goes_on: [
            *(str(call.root / SCENES15), str(call.teacher / "checkpoint.pt")),
            *("--json", str(call.folder / f"{call.name}.report")),
        ],
        lambda call: json.loads((call.folder / f"{call.name}.report").read_text(encoding="utf-8")),
    ),
}
