"""One setting at a time: which runs an ablation needs, training those that are missing, and measuring each once.

All runs of an ablation lie below one folder: `base`, and one for each other value, such as `lr_0.03`. Beside what `train.py`
keeps there, `ablation.json` holds the settings that were asked for and, once the run is finished, what was measured.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from training_kit.errors import RunError
from training_kit.metrics_command import MeasurableRun, OpenRun
from training_kit.options import ABOUT_THE_CALL
from training_kit.tables import write_text

if TYPE_CHECKING:  # PyTorch takes seconds and is imported where it is used: --help has not to wait
    import torch

BASE = "base"
# What is varied has to change the network that comes out.
NOT_VARIED = (*ABOUT_THE_CALL, "test", "root", "data", "device", "threads", "log_every", "teacher_run", "validation")
MOST_TRAINING_IMAGES = 2000  # to measure the training accuracy with
TIMED_IMAGES, TIMED_S = 64, 0.3  # Windows counts processor time in steps of 0.016 s


class Script(NamedTuple):
    """What an ablation needs of a part.

    Attributes:
        parse: from arguments to the options of its `train.py`, filled with defaults.
        train: does with arguments what `train.py` does.
        open_run: from a folder to the finished run.
    """

    parse: Callable[[list[str]], argparse.Namespace]
    train: Callable[[list[str]], Any]
    open_run: OpenRun


class Trial(NamedTuple):
    """A run of the ablation.

    Attributes:
        setting, value: what is different from the base; both empty for the base itself.
        arguments: of `train.py`.
        options: what these mean.
    """

    setting: str
    value: str
    arguments: list[str]
    options: argparse.Namespace

    @property
    def folder(self) -> Path:
        """Of its run."""
        return Path(self.options.runs) / self.options.name

    def asked(self) -> dict[str, str]:
        """The settings that its numbers depend on, as texts."""
        left_out = (*ABOUT_THE_CALL, "root")
        return {name: str(value) for name, value in sorted(vars(self.options).items()) if name not in left_out}


def plan(script: Script, common: list[str], varied: list[list[str]]) -> list[Trial]:
    """The base, and each setting with the base's value and the others; a value that the base has needs no run of its own.

    Args:
        script: of the part.
        common: arguments of `train.py` that all runs share.
        varied: lists of a setting and its values.
    Returns:
        trials in the order in which they were asked for, the base first; values equal to the base's share its folder.
    Raises:
        RunError: there is no such setting, or nothing to judge by.
    """
    common = [argument for argument in common if argument != "--resume"]
    options = script.parse(common)
    if not options.validation:
        raise RunError("Settings are judged on validation images; leave out --validation 0.")
    top = f"ablation_{options.name}"

    def trial(setting: str, value: str, more: list[str]) -> Trial:
        wanted = script.parse([*common, *more])
        is_base = not setting or getattr(wanted, setting) == getattr(options, setting)
        arguments = [*common, *more, "--no-test", "--name", f"{top}/{BASE if is_base else f'{setting}_{value}'}"]
        return Trial(setting, value, arguments, script.parse(arguments))

    trials = [trial("", "", [])]
    there = sorted(name for name in vars(options) if name not in NOT_VARIED)
    for given, *values in varied:
        setting = given.replace("-", "_")
        if setting not in there:
            listed = ", ".join(name.replace("_", "-") for name in there)
            raise RunError(f"train.py has no setting {given} that can be varied; it has {listed}.")
        if not values:
            raise RunError(f"--vary {given} needs one or more values, as in --vary {given} {_text(getattr(options, setting))}.")
        is_switch = isinstance(getattr(options, setting), bool)
        asked = [trial(setting, value, _arguments_for(setting, value, is_switch)) for value in dict.fromkeys(values)]
        if all(one.folder != trials[0].folder for one in asked):
            asked.insert(0, trials[0]._replace(setting=setting, value=_text(getattr(options, setting))))
        trials += asked
    return trials


def _text(value: Any) -> str:
    """A value as it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _arguments_for(setting: str, value: str, is_switch: bool) -> list[str]:
    name = setting.replace("_", "-")
    if not is_switch:
        return [f"--{name}={value}"]
    if value not in ("yes", "no"):
        raise RunError(f"--vary {name} takes yes and no, not {value}.")
    return [f"--{name}" if value == "yes" else f"--no-{name}"]


def measured(script: Script, trial: Trial, say: Callable[[str], None]) -> dict[str, Any]:
    """Train what is not finished, and measure it; a run that was measured is kept.

    Args:
        script: of the part.
        trial: a run.
        say: is told what happens.
    Returns:
        `training_accuracy` and `validation_accuracy` in [0, 1], `training_s`, `inference_ms` of an image, `parameters`, and
        `trained_parameters`.
    Raises:
        RunError: the folder holds a run with other settings, or the training cannot begin.
    """
    note, asked, is_new = trial.folder / "ablation.json", trial.asked(), getattr(trial.options, "restart", False)
    earlier = {} if is_new else _read(note)
    has_run = not is_new and any(trial.folder.glob("*.pt"))
    if (has_run or "measured" in earlier) and earlier.get("settings") != asked:
        old = earlier.get("settings", {})
        other = ", ".join(name for name in asked if asked[name] != old.get(name))
        raise RunError(
            f"{trial.folder} holds a run with other settings ({other}); give this ablation another --name, or --restart it."
        )
    if "measured" in earlier:
        say(f"{trial.folder}: finished before, kept")
        return earlier["measured"]
    # A script that has no --resume goes on by itself.
    goes_on = ["--resume"] if has_run and hasattr(trial.options, "resume") else []
    write_text(note, json.dumps({"settings": asked}, indent=1) + "\n")
    script.train([*trial.arguments, *goes_on])
    found = measure(script.open_run(trial.folder, None if "data" in asked else trial.options.root))
    write_text(note, json.dumps({"settings": asked, "measured": found}, indent=1) + "\n")
    return found


def measure(run: MeasurableRun) -> dict[str, Any]:
    """What stands in a row of the table; images are as they are, the network is in eval mode.

    Args:
        run: finished.
    """
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in run.model.parameters()]
    return {
        "training_accuracy": _accuracy(*run.scores("train", MOST_TRAINING_IMAGES)),
        "validation_accuracy": _accuracy(*run.scores("validation")),
        "training_s": run.training_s(),
        "inference_ms": inference_ms(run.model, run.inputs(TIMED_IMAGES)),
        "parameters": sum(size for size, _ in sizes),
        "trained_parameters": sum(size for size, trains in sizes if trains),
    }


def inference_ms(model: torch.nn.Module, images: torch.Tensor) -> float:
    """Milliseconds of processor time for an image of a batch, on one thread, after a pass to warm up.

    The time on the clock would be that of whatever else the machine does: with it, one network took 0.06 ms and 0.8 ms.

    Args:
        model: in eval mode, on the processor.
        images: the batch, as the network gets it.
    """
    import torch

    threads, passes = torch.get_num_threads(), 0
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            model(images)
            started = time.thread_time()
            while not passes or time.thread_time() - started < TIMED_S:
                model(images)
                passes += 1
        return 1000 * (time.thread_time() - started) / (passes * len(images))
    finally:
        torch.set_num_threads(threads)


def _accuracy(scores: torch.Tensor, labels: torch.Tensor) -> float:
    return scores.argmax(dim=1).eq(labels).double().mean().item()


def _read(note: Path) -> dict[str, Any]:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, or cut short: then the run is looked at again
        return {}
