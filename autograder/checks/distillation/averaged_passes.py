"""One pass of `train_with_ema` on the kit's small networks, computed here, right and with the usual mistakes.

Loss and update are the student's own functions, asked for values: what is wrong with them is said by their own checks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from autograder.sandbox.student import Student

from .distillation_terms import Terms
from .moving_averages import Update, Values, joined, parameters_of
from .services.networks import STALE_GRADIENT, network, state

LR = 0.3
BATCHES = 3
Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, float, float], tuple[torch.Tensor, torch.Tensor]]
# Right versions in float64 stay within 1e-15, one with a loss in float32 within 1e-6; mistakes changed 5e-4 or more in 40 draws.
PASS = {"rtol": 1e-5, "atol": 1e-5}


@dataclass(frozen=True)
class Start:
    """What a pass begins with."""

    student: Values
    teacher: Values
    batches: list[tuple[torch.Tensor, torch.Tensor]]
    T: float
    alpha: float
    decay: float

    def first(self, batches: int = 1) -> "Start":
        """The same with the first batches only; in the first alone no mistake shows that needs a second one."""
        return replace(self, batches=self.batches[:batches])

    def after(self, found: "Pass", batches: int) -> "Start":
        """What is left to do after a pass over the first batches has left this behind."""
        return replace(self, student=found.student, teacher=found.teacher, batches=self.batches[batches:])


@dataclass(frozen=True)
class Pass:
    """What a pass leaves behind: the losses, and parameters and buffers of both networks."""

    losses: list = field(default_factory=list)
    student: Values = field(default_factory=dict)
    teacher: Values = field(default_factory=dict)

    def vector(self, part: str) -> torch.Tensor:
        """One of the three as one vector, without the buffers: which mode moves them is the question of another check."""
        if part == "losses":
            return torch.tensor([float(loss) for loss in self.losses], dtype=torch.float64)
        values = getattr(self, part)
        return joined(values, [name for name in values if "running" not in name])


@dataclass(frozen=True)
class Way:
    """How a pass is done: by default rightly."""

    student_trains: bool = True
    teacher_trains: bool = False
    clears: str = "before"  # or after the step, or never: the gradients of earlier batches
    updates: str = "each"  # or never, first, before the step, once
    exchanged: bool = False  # the networks, in the update
    restarted: bool = False  # the teacher begins as a copy of the student
    steps: bool = True
    reports: str = "before"  # the loss before or after the step
    settings: Callable[[float, float], tuple[float, float]] = lambda T, alpha: (T, alpha)
    soft_only: bool = False
    scale: Callable[[float], float] | None = None  # of the loss, from the alpha that was given


def own_loss(student: Student) -> Loss:
    """The student's loss as values: what it gives, and its gradient for the scores."""
    function = student.distillation.distillation_loss.fetch()

    def value_and_gradient(
        y: torch.Tensor, labels: torch.Tensor, teacher: torch.Tensor, T: float, alpha: float
    ) -> tuple[torch.Tensor, torch.Tensor]:
        reply = student.probe("call_with_leaves", function, [y, labels, teacher, T, alpha], [0])
        result, gradient = reply["result"], reply["gradients"][0]
        value = result.detach().double().cpu() if isinstance(result, torch.Tensor) else torch.tensor(float("nan"))
        return value, gradient.double().cpu() if isinstance(gradient, torch.Tensor) else torch.zeros_like(y)

    return value_and_gradient


def right_loss(
    y: torch.Tensor, labels: torch.Tensor, teacher: torch.Tensor, T: float, alpha: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of problem 2.1 and its gradient for the scores."""
    terms = Terms(y, labels, teacher, T, alpha)
    return terms.loss(), terms.gradient()


def right_update(update: Update) -> dict[str, Any]:
    """What a right `update_ema` does, as `update_and_compare` tells it."""
    learned = parameters_of(update.kind, update.average)
    new = {name: update.want(name) if name in learned else value for name, value in update.model.items()}
    return {"average": new, "model": update.model, "training": True}


@dataclass(frozen=True)
class Boxes:
    """The two functions that a pass calls."""

    loss: Loss
    update: Callable[[Update], dict[str, Any]]

    def run(self, start: Start, way: Way = Way()) -> "Pass":  # noqa: B008
        """A pass with them."""
        return Simulation(start, self.loss, self.update, way).run()


RIGHT = Boxes(right_loss, right_update)


class Simulation:
    """A pass computed here, step by step.

    Args:
        start: what it begins with.
        loss: gives value and gradient.
        update: gives what `update_and_compare` gives.
        way: right, or with one mistake.
    """

    def __init__(self, start: Start, loss: Loss, update: Callable[[Update], dict[str, Any]], way: Way):
        self.start, self.loss, self.update, self.way = start, loss, update, way
        self.student, self.teacher = network("centred", start.student), network("centred", start.teacher)
        for parameter in self.student.parameters():
            parameter.grad = torch.full_like(parameter, STALE_GRADIENT)

    def run(self) -> Pass:
        """All batches from first to last."""
        self.student.train(self.way.student_trains)
        self.teacher.train(self.way.teacher_trains)
        if self.way.restarted:
            self.teacher.load_state_dict(self.student.state_dict())
        losses = [self._batch(inputs, labels) for inputs, labels in self.start.batches]
        if self.way.updates == "once":
            self._average()
        return Pass(losses, state(self.student), state(self.teacher))

    def _batch(self, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        when = self.way.updates
        if when == "first":
            self._average()
        with torch.no_grad():
            targets = self.teacher(inputs)
        if self.way.clears == "before":
            self.student.zero_grad()
        scores = self.student(inputs)
        value, gradient = self._loss(scores.detach(), labels, targets)
        scores.backward(gradient)
        if when == "before the step":
            self._average()
        self._step()
        if self.way.clears == "after the step":
            self.student.zero_grad()
        if when == "each":
            self._average()
        if self.way.reports == "after":
            with torch.no_grad():
                value, _ = self._loss(self.student(inputs), labels, targets)
        return value

    def _loss(self, scores: torch.Tensor, labels: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        T, alpha = self.way.settings(self.start.T, self.start.alpha)
        value, gradient = self.loss(scores, labels, targets, T, alpha)
        if self.way.soft_only:
            hard = Terms(scores, labels, targets, T, alpha)
            return value - (1 - alpha) * hard.hard(), gradient - hard.hard_gradient()
        if self.way.scale is not None:
            factor = self.way.scale(self.start.alpha)
            return factor * value, factor * gradient
        return value, gradient

    def _step(self) -> None:
        if self.way.steps:
            with torch.no_grad():
                for parameter in self.student.parameters():
                    parameter -= LR * parameter.grad

    def _average(self) -> None:
        average, model = (self.student, self.teacher) if self.way.exchanged else (self.teacher, self.student)
        reply = self.update(Update("centred", state(average), state(model), self.start.decay))
        average.load_state_dict(reply["average"])
        model.load_state_dict(reply["model"])
        if not self.way.exchanged and not reply["training"]:
            model.eval()  # so does the student's own update_ema, as its own check says
