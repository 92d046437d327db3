"""The folder of one run: what it was asked for, what it measured, and the networks it made.

    settings.json   the settings, with which the network can be built again
    log.jsonl       one JSON object a line: loss and accuracy during training, after each epoch, and on the test set
    times.jsonl     seconds of each epoch; apart from the log, which is the same for the same seed
    best.pt         `state_dict` of the network that was best on the validation images
    state.pt        everything that is needed to go on

A line of the log has `iteration` (batches so far) and `epoch`, and further
    `loss`, `accuracy`, `cross_entropy`, `lr`         means over the last few batches, while the weights moved
    `validation_loss`, `validation_accuracy`          after an epoch
    `test_loss`, `test_accuracy`, `best_epoch`        the last line
`loss` is what the network learns from: for a distilled student, the distillation loss. All others are mean cross-entropies
of an image with its label, in nats. Accuracies are shares in [0, 1]. A number that is not finite or not known is null.
"""

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training_kit.errors import RunError


class RunFolder:
    """Reads and writes the files of a run; each appears whole or not at all.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.best, self.state = self.path / "best.pt", self.path / "state.pt"
        self.log, self.times = self.path / "log.jsonl", self.path / "times.jsonl"

    def begin(self, settings: dict[str, Any]) -> None:
        """Remove an earlier run and note the settings of a new one.

        Args:
            settings: values that JSON knows, by name.
        """
        with self._writing():
            self.path.mkdir(parents=True, exist_ok=True)
            for old in (self.state, self.best, self.log, self.times):
                old.unlink(missing_ok=True)
            self.log.touch()
        self.note(settings)

    def note(self, settings: dict[str, Any]) -> None:
        """Write down the settings, also of a run that goes on for more epochs.

        Args:
            settings: values that JSON knows, by name.
        """
        text = json.dumps(settings, indent=1) + "\n"
        self._write(self.path / "settings.json", lambda part: part.write_text(text, encoding="utf-8"))

    def settings(self) -> dict[str, Any]:
        """The settings of the run.

        Raises:
            RunError: there is no run here.
        """
        try:
            return json.loads((self.path / "settings.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise RunError(f"{self.path} holds no run; train first: `python train.py --help` says how.") from None

    def add_lines(self, lines: list[dict[str, Any]]) -> None:
        """Append to the log.

        Args:
            lines: values by name.
        """
        with self._writing(), self.log.open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps({key: _finite(value) for key, value in line.items()}) + "\n" for line in lines)

    def add_time(self, epoch: int, seconds: float, images: int) -> None:
        """Note how long an epoch took.

        Args:
            epoch: its number, from 1.
            seconds: spent on training, without validation.
            images: how many images were learned from.
        """
        with self._writing(), self.times.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"epoch": epoch, "seconds": round(seconds, 3), "images": images}) + "\n")

    def training_s(self) -> float | None:
        """Seconds that all epochs took, without validation; None where nothing was noted."""
        if not self.times.is_file():
            return None
        noted = map(json.loads, self.times.read_text(encoding="utf-8").splitlines())
        # An epoch that was stopped before it was saved is there twice.
        return sum({line["epoch"]: line["seconds"] for line in noted}.values()) or None

    def lines(self) -> list[dict[str, Any]]:
        """The whole log.

        Raises:
            RunError: there is none.
        """
        try:
            return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError):
            raise RunError(f"{self.log} is missing or damaged; train again.") from None

    def save_best(self, model: nn.Module) -> None:
        """Write a network's `state_dict`, on the processor.

        Args:
            model: the best so far.
        """
        values = {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
        self._write(self.best, lambda part: torch.save(values, part))

    def load_best(self, model: nn.Module) -> None:
        """Put the saved values into a network of the same structure.

        Args:
            model: built from the same settings.
        Raises:
            RunError: there is no checkpoint, or it belongs to another network.
        """
        if not self.best.is_file():
            raise RunError(f"{self.path} has no best.pt; train first.")
        values = self._loaded(self.best)
        try:
            model.load_state_dict(values)
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            raise RunError(f"{self.best} does not fit the network as it is now ({reason}); train again.") from None

    def save_state(self, state: dict[str, Any]) -> None:
        """Write what is needed to go on, and how long the log is now.

        Args:
            state: tensors and plain values.
        """
        state = state | {"log_bytes": self.log.stat().st_size}
        self._write(self.state, lambda part: torch.save(state, part))

    def load_state(self) -> dict[str, Any]:
        """Read it, and take away what was logged after it was saved.

        Raises:
            RunError: there is nothing to go on from.
        """
        if not self.state.is_file():
            raise RunError(f"{self.path} has nothing to go on from; leave out --resume.")
        state = self._loaded(self.state)
        os.truncate(self.log, state["log_bytes"])
        return state

    def epochs_done(self) -> int:
        """How many epochs of the run are finished; 0 without a run."""
        return self._loaded(self.state)["epoch"] if self.state.is_file() else 0

    def unfinished(self) -> str:
        """What pictures of an unfinished run say behind its name; empty for a finished one."""
        wanted = self.settings().get("epochs", 0)
        done = max((line["epoch"] for line in self.lines()), default=0)
        return f" (unfinished: {done} of {wanted} epochs)" if done < wanted else ""

    def _loaded(self, path: Path) -> Any:
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except Exception:  # a damaged file can make the unpickler raise anything
            raise RunError(f"{path} is damaged; delete the folder {self.path} and train again.") from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Say in a sentence that the folder cannot be written; PyTorch raises RuntimeError for a full disk."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
            raise RunError(f"{self.path} cannot be written ({reason}); free some space or choose other --runs.") from None

    def _write(self, path: Path, write) -> None:
        """Write beside the place and move into it: an interruption leaves the old file whole."""
        part = path.with_name(path.stem + ".part")
        with self._writing():
            try:
                write(part)
                os.replace(part, path)
            finally:
                part.unlink(missing_ok=True)


def _finite(value: Any) -> Any:
    """Rounded to six digits, which is more than is ever drawn; None for what JSON cannot say."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None
