"""From options to a finished run; the scripts of the parts say which network to build and how to train on a batch."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from training_kit.command import run_command, say_that_it_loads  # noqa: F401, I001   scripts find run_command here, too

say_that_it_loads()

import data_scripts  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

from training_kit import curves  # noqa: E402
from training_kit.batches import Augmentation, TrainingBatches  # noqa: E402
from training_kit.errors import RunError, Stopped  # noqa: E402
from training_kit.options import settings_of  # noqa: E402
from training_kit.progress import Reporter  # noqa: E402
from training_kit.reproducible import choose_device, choose_threads, seed_everything  # noqa: E402
from training_kit.run_folder import RunFolder  # noqa: E402
from training_kit.splits import Splits  # noqa: E402
from training_kit.training import Batches, Plan, Training  # noqa: E402


# What a run may change when it goes on: where the data are, and how long it trains.
MAY_CHANGE = ("root", "epochs")


class Session:
    """One run: its folder, device, data and, once `prepare` was called, its network on the device.

    Attributes:
        options: of the command line, filled with the model's defaults.
        folder: of the run.
        splits: the data set.
        device: where everything is.
        reporter: prints.
        goes_on: whether the network and everything else come from an earlier run that is gone on with.
    """

    def __init__(self, options: argparse.Namespace, is_small: bool = False):
        """Open the folder, read the data and seed all random numbers: the network is built after that.

        Args:
            options: filled.
            is_small: whether the model has too little to compute for more than one thread.
        Raises:
            RunError: the options do not fit the folder, the data or the machine.
        """
        self.options, self.reporter = options, Reporter(options.quiet)
        self.device = choose_device(options.device)
        options.device = self.device.type
        options.threads = options.threads or choose_threads(is_small)
        self.folder = RunFolder(Path(options.runs) / options.name)
        self._check_folder()
        self.goes_on = self._is_begun = options.resume and self.folder.epochs_done() > 0
        seed_everything(options.seed, options.threads)
        self.splits = load_splits(options, self.device)
        if (options.shift or 0) >= min(self.splits.im_size[1:]):
            raise RunError(f"--shift is less than the sides of the images, {self.splits.im_size[1:]}, not {options.shift}.")

    def _check_folder(self) -> None:
        """Find that an old run has the same settings, or that it may be replaced: nothing is lost without a word."""
        options, settings, path = self.options, settings_of(self.options), self.folder.path
        if options.restart and not options.resume:
            return
        done = self.folder.epochs_done()
        if options.resume:
            old = self.folder.settings()
            other = [name for name in settings if name not in MAY_CHANGE and settings[name] != old.get(name)]
            if other:
                raise RunError(f"The run in {path} has other settings ({', '.join(other)}); give the same, or leave out --resume.")
            if options.epochs < done:
                raise RunError(f"The run in {path} ended with epoch {done}, so --epochs {options.epochs} is too small.")
        elif 0 < done < self.folder.settings()["epochs"]:
            raise RunError(
                f"{path} holds an unfinished run; add --resume to go on with it, --restart to "
                "begin again, or --name for another folder."
            )
        elif done:
            raise RunError(
                f"{path} holds a finished run, which is kept; add --name for another folder, --restart to replace it, or "
                "--resume and more --epochs to go on with it."
            )

    def prepare(self, model: nn.Module) -> nn.Module:
        """A network on the device, with its parameters all there; the first one begins the run.

        Args:
            model: just built.
        """
        model = model.to(self.device)
        if self.options.channels_last:
            model = model.to(memory_format=torch.channels_last)
        with torch.no_grad():  # layers that find out their size do so now, before the optimizer is made
            model.eval()(self.splits.preparation(self.splits.train.images[:2]))
        if not self._is_begun:  # only now: what cannot begin leaves an earlier run as it was
            self.folder.begin(settings_of(self.options))
            self._is_begun = True
        return model

    def batches(self) -> TrainingBatches:
        """The training images in batches, changed as the options say."""
        options, splits = self.options, self.splits
        changes = Augmentation(options.flip, options.shift)
        return TrainingBatches(
            splits.train.images, splits.train.labels, splits.preparation, changes, options.batch_size, options.seed
        )

    def train(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        one_pass: Callable[[Batches], Iterable[float]],
        average: nn.Module | None = None,
        batches: TrainingBatches | None = None,
    ) -> RunFolder:
        """Train, test, and draw the curves.

        Args:
            model: as `prepare` gave it.
            optimizer: of its parameters.
            one_pass: given the batches of an epoch, trains on each and gives the loss of each.
            average: a network that follows the model and is judged in its place.
            batches: to learn from, where they are not simply `batches()`.
        """
        options, splits = self.options, self.splits
        batches = batches or self.batches()
        plan = Plan(options.epochs, options.schedule, options.log_every, options.precision == "bfloat16", options.test)
        training = Training(model, optimizer, one_pass, batches, splits, self.folder, plan, self.reporter, average)
        self.reporter.say(
            f"{options.name}: {size_text(model)}, "
            f"{len(splits.train):,} images of {options.dataset}, {options.device}, "
            f"{options.threads} thread{'s' if options.threads > 1 else ''}"
        )
        if self.goes_on:
            training.resume()
            self.folder.note(settings_of(options))
            self.reporter.say(f"goes on after epoch {training.epoch} of {options.epochs}")
        try:
            training.run()
        except KeyboardInterrupt:
            raise Stopped(
                f"stopped; the same command with --resume goes on after epoch {training.epoch}"
                if training.epoch
                else "stopped before the end of the first epoch, so nothing is kept; the same command begins again"
            ) from None
        picture = self.folder.path / "curves.png"
        curves.draw_curves({options.name: self.folder.lines()}).savefig(picture)
        self.reporter.say(f"{self.folder.path}: settings, log, best.pt and {picture.name}")
        return self.folder


def size_text(model: nn.Module) -> str:
    """How many numbers a network holds, and how many of them training changes.

    Args:
        model: any network.
    """
    sizes = [(parameter.numel(), parameter.requires_grad) for parameter in model.parameters()]
    total, trained = sum(size for size, _ in sizes), sum(size for size, trains in sizes if trains)
    return f"{total:,} parameters" + (f", of which {trained:,} train" if trained < total else "")


def load_splits(settings: argparse.Namespace, device: torch.device) -> Splits:
    """The data of a run.

    Args:
        settings: of the run, with the folder of the data sets.
        device: where the images go.
    Raises:
        RunError: the data set is not there.
    """
    try:
        dataset = data_scripts.load(settings.dataset, settings.root)
    except data_scripts.DataError as error:
        raise RunError(f"{error} (in the folder that holds data_scripts)") from None
    splits = Splits(dataset, device, settings.validation, settings.train_images)
    splits.preparation = splits.preparation.changed(channels_last=settings.channels_last)
    return splits
