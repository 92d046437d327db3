"""One training in a process of its own, and the small JSON file that says how it went.

    RUNS/DATASET/DEVICE/ROW-SEED.json     the note: settings, time spent so far and, once it is finished, what it found
    RUNS/DATASET/DEVICE/ROW-SEED/         the folder of the run, as the training scripts write it

A finished run with the same settings is never repeated; an interrupted one goes on after its last whole epoch.
"""

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from .rows import Row

SOLUTIONS = Path(__file__).resolve().parents[1]
STATE = "state.pt"


class ReproduceError(Exception):
    """A run cannot begin or failed; the text is one sentence."""


@dataclass(frozen=True)
class Place:
    """Where runs are, on what they are trained, and how.

    Attributes:
        runs: folder of all notes and runs.
        root: folder of the data sets.
        dataset: its name.
        device: `cpu`, `cuda` or `mps`.
        threads: of the processor; 0 for what the scripts choose.
        quick: one epoch with few images, to try everything out.
    """

    runs: Path
    root: Path
    dataset: str
    device: str
    threads: int = 0
    quick: bool = False

    @property
    def folder(self) -> Path:
        """Of this data set and device."""
        return self.runs / self.dataset / self.device


@dataclass
class Run:
    """One row with one seed.

    Attributes:
        row: what to train.
        seed: of all random numbers.
        place: where.
        note: content of the JSON file.
    """

    row: Row
    seed: int
    place: Place
    note: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the note of an earlier call, unless other settings were used then."""
        settings = {
            "row": self.row.name,
            "seed": self.seed,
            "dataset": self.place.dataset,
            "script": self.row.script,
            "arguments": self.arguments(),
        }
        try:
            self.note = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.note = {}
        if any(self.note.get(name) != value for name, value in settings.items()):
            self.note = settings | {"spent": []}
            self.path.unlink(missing_ok=True)

    @property
    def name(self) -> str:
        """Of the run's folder."""
        return f"{self.row.name}-{self.seed}"

    @property
    def path(self) -> Path:
        """Of the note."""
        return self.place.folder / f"{self.name}.json"

    @property
    def is_finished(self) -> bool:
        """Whether the test set was used."""
        return "test" in self.note

    def arguments(self) -> list[str]:
        """The settings, as on a command line."""
        quick = ["--epochs", "1", "--train-images", "200", "--batch-size", "50"] if self.place.quick else []
        return [*self.row.arguments, *quick, "--validation", "0", "--seed", str(self.seed)]

    def command(self) -> list[str]:
        """All of the command line."""
        place = self.place
        call = [
            sys.executable,
            str(SOLUTIONS / self.row.script),
            *self.arguments(),
            "--dataset",
            place.dataset,
            "--root",
            str(place.root),
            "--runs",
            str(place.folder),
            "--name",
            self.name,
            "--device",
            place.device,
        ]
        if place.threads:
            call += ["--threads", str(place.threads)]
        if self.row.teacher:
            call += ["--teacher-run", str(place.folder / f"{self.row.teacher}-0")]
        is_begun = self.path.is_file() and (place.folder / self.name / STATE).is_file()
        return [*call, "--resume" if is_begun else "--restart"]

    def finish(self) -> None:
        """Train to the end, unless that was done before.

        Raises:
            ReproduceError: the script failed.
        """
        if self.is_finished:
            return
        self.place.folder.mkdir(parents=True, exist_ok=True)
        if self._train():
            raise ReproduceError(
                f"{self.name} on {self.place.dataset} failed, for the reason above; the same command goes on from there."
            )
        folder = self.place.folder / self.name
        test = json.loads((folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        self.note |= {
            "test": {key: value for key, value in test.items() if key.startswith("test_")},
            "epochs": settings["epochs"],
            "threads": settings["threads"],
            "machine": machine(self.place.device),
            "torch": torch.__version__,
        }
        self._write()

    def _train(self) -> int:
        """Exit status of the script; the time that it took is noted however it ends."""
        command = self.command()
        self._write()
        started, before = time.monotonic(), os.times()
        try:
            return subprocess.run(command, check=False).returncode
        finally:
            after = os.times()
            spent = {
                "seconds": round(time.monotonic() - started, 1),
                "cpu_seconds": round(
                    after.children_user + after.children_system - before.children_user - before.children_system, 1
                ),
            }
            self.note["spent"] = [*self.note["spent"], spent]
            self._write()

    def _write(self) -> None:
        write_json(self.path, self.note)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write the whole file or none.

    Args:
        path: of the file.
        content: what JSON knows.
    """
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)


def machine(device: str) -> str:
    """What computed, in words.

    Args:
        device: `cpu`, `cuda` or `mps`.
    """
    if device == "cuda":
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, {os.cpu_count()} cores"
