"""The loop over epochs: train, validate, log, save; at the end, once, the test set."""

import copy
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from training_kit.batches import TrainingBatches
from training_kit.errors import RunError
from training_kit.evaluation import measure
from training_kit.progress import Reporter, figures_text
from training_kit.reproducible import random_state, set_random_state
from training_kit.run_folder import RunFolder
from training_kit.schedule import rate_factor
from training_kit.splits import Split, Splits
from training_kit.tally import Tally

Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]
BAR_BATCHES = 20
FOLLOWED = "the network it follows"


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        epochs: passes over the training images.
        schedule: of the learning rate, see `schedule.py`.
        log_every: batches that are averaged for a line of the log.
        bfloat16: whether products are computed with 8 bits of precision instead of 24, which some processors and
            graphics cards do faster. The weights keep 24.
        test: whether to use the test set at the end.
    """

    epochs: int
    schedule: str = "constant"
    log_every: int = 10
    bfloat16: bool = False
    test: bool = True


class Training:
    """Train a network, and go on where an earlier run stopped.

    The network that is validated, saved and tested is `model`, or `average` where there is one.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        one_pass: Callable[[Batches], Iterable[float]],
        batches: TrainingBatches,
        splits: Splits,
        folder: RunFolder,
        plan: Plan,
        reporter: Reporter,
        average: nn.Module | None = None,
    ):
        """Take everything a training needs.

        Args:
            model: the network that trains, on its device.
            optimizer: of its parameters.
            one_pass: given the batches of an epoch, trains on each and gives the loss of each.
            batches: of the training images.
            splits: for validation, test and preparation.
            folder: receives log and checkpoints.
            plan: how to train.
            reporter: shows the progress.
            average: a network that follows `model`, as in task `ema` of part 2.
        """
        self.model, self.optimizer, self.one_pass, self.average = model, optimizer, one_pass, average
        self.batches, self.splits, self.folder, self.plan, self.reporter = batches, splits, folder, plan, reporter
        self.device = batches.images.device
        self.epoch, self.best_accuracy, self.best_epoch, self.is_tested = 0, -1.0, 0, False
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])

    @property
    def judged(self) -> nn.Module:
        """The network that is validated, saved and tested."""
        return self.model if self.average is None else self.average

    @property
    def _whose(self) -> str:
        return "" if self.average is None else " of the average"

    def run(self) -> None:
        """Train until all epochs are done, then use the test set."""
        with self.reporter.bar():
            while self.epoch < self.plan.epochs:
                self._run_epoch()
        if self.plan.test and not self.is_tested:
            self._test()

    def resume(self) -> None:
        """Go on where the run in the folder stopped; on the same machine as if it never had.

        Raises:
            RunError: there is nothing to go on from, or it belongs to another network.
        """
        state = self.folder.load_state()
        try:
            self.model.load_state_dict(state["model"])
            if self.average is not None:
                self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
        except (RuntimeError, ValueError, KeyError):
            raise RunError(f"{self.folder.path} was trained with another network; leave out --resume.") from None
        self.batches.generator.set_state(state["order"])
        set_random_state(state["random"], self.device)
        for name in ("epoch", "best_accuracy", "best_epoch", "is_tested"):
            setattr(self, name, state[name])
        if self.epoch < self.plan.epochs:  # what is tested in the end is another network
            self.is_tested = False

    def _run_epoch(self) -> None:
        """Train, validate, log and save."""
        started = time.perf_counter()
        tally = self._train()
        self.folder.add_time(self.epoch + 1, time.perf_counter() - started, len(tally.losses) * self.batches.batch_size)
        first, every = self.epoch * len(self.batches), self.plan.log_every
        self.epoch += 1
        lines = []
        for start in range(0, len(tally.losses), every):
            stop = min(start + every, len(tally.losses))
            rate = self._rate(first + stop - 1)
            lines.append(
                {"iteration": first + stop, "epoch": self.epoch, **tally.means(start, stop, self.batches.batch_size), "lr": rate}
            )
        self._validate(lines, tally)
        self.folder.add_lines(lines)
        self._save()

    def _train(self) -> Tally:
        """One epoch."""
        tally = Tally()
        self.model.train()
        # The cache of autocast would hand out the weights of the first batch in all others.
        with tally.watching(self.model), self._precision():
            for loss in self.one_pass(self._announced(tally)):
                if not isinstance(loss, float):
                    raise RunError(f"The training step gave the loss as {type(loss).__name__}; it should be a float.")
                tally.losses.append(loss)
        if len(tally.losses) != len(self.batches):
            raise RunError(f"The training step gave {len(tally.losses)} losses for {len(self.batches)} batches.")
        return tally

    def _announced(self, tally: Tally) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """The batches of an epoch; before each the learning rate is set."""

        def figures() -> str:
            done = len(tally.losses)
            return figures_text(tally.means(max(0, done - BAR_BATCHES), done, self.batches.batch_size)) if done else ""

        iteration = self.epoch * len(self.batches)
        title = f"epoch {self.epoch + 1} of {self.plan.epochs}"
        for images, labels in self.reporter.batches(title, self.batches, len(self.batches), figures):
            for group in self.optimizer.param_groups:
                group["lr"] = group["initial_lr"] * self._factor(iteration)
            tally.expect(labels)
            yield images, labels
            iteration += 1

    def _factor(self, iteration: int) -> float:
        return rate_factor(self.plan.schedule, iteration / (self.plan.epochs * len(self.batches)))

    def _rate(self, iteration: int) -> float:
        return self.optimizer.param_groups[0]["initial_lr"] * self._factor(iteration)

    def _validate(self, lines: list[dict], tally: Tally) -> None:
        """Measure, keep the best network, and add what was measured to the epoch's last line."""
        said = figures_text(tally.means(0, len(tally.losses), self.batches.batch_size))
        text = f"epoch {self.epoch}/{self.plan.epochs}  train: {said}"
        accuracy = float(self.epoch)  # without validation images the last network counts as the best
        if len(self.splits.validation):
            found = self._measured(self.judged, self.splits.validation)
            lines[-1] |= {"validation_loss": found.loss, "validation_accuracy": found.accuracy}
            text += f"  validation{self._whose}: {figures_text(found._asdict())}"
            accuracy = found.accuracy
            if self.average is not None:
                other = self._measured(self.model, self.splits.validation)
                lines[-1] |= {"student_validation_loss": other.loss, "student_validation_accuracy": other.accuracy}
                text += f"; {FOLLOWED}: {figures_text(other._asdict())}"
        self.reporter.say(text)
        if accuracy > self.best_accuracy:
            self.best_accuracy, self.best_epoch = accuracy, self.epoch
            self.folder.save_best(self.judged)

    def _test(self) -> None:
        """The one look at the test set, with the network that was best on the validation images."""
        best = copy.deepcopy(self.judged)
        self.folder.load_best(best)
        found = self._measured(best, self.splits.test())
        self.reporter.say(f"test{self._whose}, with the network of epoch {self.best_epoch}: {figures_text(found._asdict())}")
        line = {
            "iteration": self.epoch * len(self.batches),
            "epoch": self.epoch,
            "test_loss": found.loss,
            "test_accuracy": found.accuracy,
            "best_epoch": self.best_epoch,
        }
        if self.average is not None:
            other = self._measured(self.model, self.splits.test())
            self.reporter.say(f"test of {FOLLOWED}, with its last weights: {figures_text(other._asdict())}")
            line |= {"student_test_loss": other.loss, "student_test_accuracy": other.accuracy}
        self.folder.add_lines([line])
        self.is_tested = True
        self._save()

    def _measured(self, model: nn.Module, split: Split):
        with self._precision():
            return measure(model, split, self.splits.preparation)

    def _precision(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.plan.bfloat16, cache_enabled=False)

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "best_accuracy": self.best_accuracy,
            "best_epoch": self.best_epoch,
            "is_tested": self.is_tested,
            "order": self.batches.generator.get_state(),
            "random": random_state(self.device),
        }
        if self.average is not None:
            state["average"] = self.average.state_dict()
        self.folder.save_state(state)
