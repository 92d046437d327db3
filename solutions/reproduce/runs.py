"""One training in a process of its own, and the small JSON file that says how it went.

    RUNS/DATASET/DEVICE/ROW-SEED.json     the note: settings, time spent so far and, once it is finished, what it found
    RUNS/DATASET/DEVICE/ROW-SEED/         the folder of the run, as the training scripts write it

A finished run with the same settings is never repeated, unless another that it stands on, such as its teacher, was measured again since;
an interrupted one goes on after its last whole epoch.
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

from .row import Row
from .styles import STYLES, Call

SOLUTIONS = Path(__file__).resolve().parents[1]
STATE = "state.pt"
STATES = (STATE, "checkpoint.pt")  # of part 3


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
        """Read the note of an earlier call."""
        self._read()

    def _read(self) -> None:
        """Read the note, unless other settings were used then, or the run that this one needs has been trained again."""
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
        if any(self.note.get(name) != value for name, value in settings.items()) or self._stands_on_another():
            self.note = settings | {"spent": []}
            self.path.unlink(missing_ok=True)

    def _stands_on_another(self) -> bool:
        """Whether the run that this one needs has found something else since this one began; one that is not there has not."""
        found = self._teacher_found()
        return found is not None and "teacher" in self.note and self.note["teacher"] != found

    def _teacher_found(self) -> dict[str, Any] | None:
        """What the run found that this one needs; None where it needs none, or that one is not finished."""
        if not self.row.teacher:
            return None
        try:
            return json.loads((self.place.folder / f"{self.row.teacher}-0.json").read_text(encoding="utf-8")).get("test")
        except (OSError, ValueError):
            return None

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
        return "test" in self.note and not self._stands_on_another()

    @property
    def call(self) -> Call:
        """What its command line depends on."""
        place = self.place
        return Call(self.row, self.seed, place.folder, place.root, place.dataset, place.device, place.threads, place.quick)

    def arguments(self) -> list[str]:
        """The settings, as on a command line."""
        return [*self.row.arguments, *STYLES[self.row.style].settings(self.call)]

    def command(self) -> list[str]:
        """All of the command line."""
        is_begun = self.path.is_file() and any((self.place.folder / self.name / state).is_file() for state in STATES)
        rest = STYLES[self.row.style].rest(self.call, is_begun)
        return [sys.executable, str(SOLUTIONS / self.row.script), *self.arguments(), *rest]

    def finish(self) -> None:
        """Train to the end, unless that was done before.

        Raises:
            ReproduceError: the script failed.
        """
        self._read()  # the run that this one needs may have been trained since
        if self.is_finished:
            return
        if self.row.teacher:
            self.note["teacher"] = self._teacher_found()
        self.place.folder.mkdir(parents=True, exist_ok=True)
        if self._train():
            raise ReproduceError(
                f"{self.name} on {self.place.dataset} failed, for the reason above; the same command goes on from there."
            )
        found = STYLES[self.row.style].found(self.call)
        self.note |= {
            "test": found,
            "epochs": found.pop("epoch", None),
            "threads": self._threads(),
            "machine": machine(self.place.device),
            "torch": torch.__version__,
        }
        self._write()

    def _threads(self) -> int:
        """Of the script: as it noted them, as it was told, or as PyTorch likes."""
        try:
            noted = json.loads((self.place.folder / self.name / "settings.json").read_text(encoding="utf-8"))
        except OSError:
            noted = {}
        return noted.get("threads") or self.place.threads or torch.get_num_threads()

    def _train(self) -> int:
        """Exit status of the script; the time that it took is noted however it ends."""
        command = self.command()
        self._write()
        started, before = time.monotonic(), os.times()
        try:
            # Scripts without --threads take the number from here.
            environment = os.environ | ({"OMP_NUM_THREADS": str(self.place.threads)} if self.place.threads else {})
            return subprocess.run(command, check=False, env=environment).returncode
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
