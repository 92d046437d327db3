"""Three steps of SGD on a linear model, right and with the usual mistakes, computed by the formulas themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F

STEPS = 3
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Start = tuple[torch.Tensor, torch.Tensor]


@dataclass
class Trajectory:
    """Loss before each step, and weight and bias after it; knows how it was made, to be made again with a mistake."""

    losses: list = field(default_factory=list)
    weights: list = field(default_factory=list)
    biases: list = field(default_factory=list)
    made_from: tuple = ()
    fault: Exception | None = None  # with which a later step stopped

    def step_mistakes(self) -> Iterator[tuple[str, "Trajectory"]]:
        """What a step of plain SGD gives when it is misunderstood."""
        n = len(self.made_from[1].images)
        yield (
            "The parameters did not change: is `optimizer.step()` called, on this model's parameters, and not "
            "right after `zero_grad()`, which deletes the gradients?",
            self._again(scale=0.0),
        )
        yield "The step goes up the gradient instead of down.", self._again(scale=-1.0)
        yield "The loss is summed over the batch; it should be the mean.", self._again(scale=float(n))
        yield "The mean over the batch is divided by the batch size once more.", self._again(scale=1.0 / n)
        yield "The step is taken twice.", self._again(repeat=2)
        yield "The gradient was clipped to a norm of 1; the handout asks for plain steps.", self._again(longest=1.0)
        for words, loss in LOSS_MISTAKES.items():
            yield words, self._again(loss=loss)

    def with_piled_gradients(self) -> "Trajectory":
        """Gradients never cleared."""
        return self._again(pile=True)

    def setting_mistakes(self) -> Iterator[tuple[str, "Trajectory"]]:
        """What three steps give when learning rate, momentum or weight decay go astray."""
        momentum, decay = self.made_from[2]["momentum"], self.made_from[2]["weight_decay"]
        yield "Momentum has no effect.", self._again({"momentum": 0.0})
        yield "Weight decay has no effect.", self._again({"weight_decay": 0.0})
        yield "Neither momentum nor weight decay has any effect.", self._again({"momentum": 0.0, "weight_decay": 0.0})
        yield "Momentum and weight decay are exchanged.", self._again({"momentum": decay, "weight_decay": momentum})
        yield "That is Nesterov's momentum; plain momentum was asked for.", self._again(nesterov=True)
        yield (
            "Momentum is damped, as when weight decay is given in the place of `dampening`.",
            self._again({"weight_decay": 0.0}, dampening=decay),
        )
        yield "The learning rate that was given has no effect.", self._again({"lr": 1e-3})
        yield "The step goes up the gradient instead of down.", self._again(scale=-1.0)
        yield ("Weight decay has the wrong sign: it should make the parameters smaller.", self._again({"weight_decay": -decay}))
        yield "Gradients of earlier batches are still in it.", self._again(pile=True)

    def _again(self, changed: dict[str, float] | None = None, **mistake: Any) -> "Trajectory":
        start, batch, settings = self.made_from
        return three_steps(start, batch, settings | (changed or {}), **mistake)


def _one_hot(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.one_hot(targets, scores.shape[1]).to(scores)


def _squared_error(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.mse_loss(scores, _one_hot(scores, targets))


LOSS_MISTAKES: dict[str, Loss] = {
    "Softmax is applied before the cross-entropy, which applies it itself.": lambda scores, targets: F.cross_entropy(
        scores.softmax(1), targets
    ),
    "The loss is minus the mean score of the right class: nll_loss wants log-probabilities.": F.nll_loss,
    "The loss is minus the mean probability of the right class: nll_loss wants log-probabilities.": lambda scores, targets: (
        F.nll_loss(scores.softmax(1), targets)
    ),
    "The loss is a squared error instead of the cross-entropy.": _squared_error,
    "The loss is a squared error between probabilities and targets instead of the cross-entropy.": lambda scores, targets: (
        _squared_error(scores.softmax(1), targets)
    ),
    "The loss is a binary cross-entropy for each class alone; here the classes exclude each other.": lambda scores, targets: (
        F.binary_cross_entropy_with_logits(scores, _one_hot(scores, targets))
    ),
    "The loss smooths the labels; plain cross-entropy was asked for.": lambda scores, targets: F.cross_entropy(
        scores, targets, label_smoothing=0.1
    ),
}


def three_steps(
    start: Start,
    batch: Any,
    settings: dict,
    *,
    scale: float = 1.0,
    repeat: int = 1,
    loss: Loss = F.cross_entropy,
    pile: bool = False,
    nesterov: bool = False,
    dampening: float = 0.0,
    longest: float = float("inf"),
) -> Trajectory:
    """SGD with momentum and weight decay as torch.optim.SGD documents it; the options make one mistake each.

    Args:
        start: weight and bias before the first step.
        batch: images and targets, the same for every step.
        settings: lr, momentum and weight_decay.
        scale: factor of the gradients.
        repeat: how often each step is taken.
        loss: of scores and targets.
        pile: whether gradients of earlier steps are added.
        nesterov, dampening: as in torch.optim.SGD.
        longest: the norm to which the gradient is clipped.
    """
    values = [value.clone() for value in start]
    velocity: list[torch.Tensor | None] = [None, None]
    kept = [torch.zeros_like(value) for value in values]
    found = Trajectory(made_from=(start, batch, settings))
    for _ in range(STEPS):
        before, gradients = _loss_and_gradients(values, batch, loss)
        norm = float(torch.stack([gradient.norm() for gradient in gradients]).norm())
        found.losses.append(before)
        for place, gradient in enumerate(gradients):
            kept[place] = kept[place] * pile + gradient * min(1.0, longest / max(norm, 1e-30))
            step = kept[place] * scale + settings["weight_decay"] * values[place]
            if settings["momentum"]:
                old = velocity[place]
                velocity[place] = step if old is None else settings["momentum"] * old + (1 - dampening) * step
                step = step + settings["momentum"] * velocity[place] if nesterov else velocity[place]
            values[place] = values[place] - repeat * settings["lr"] * step
        found.weights.append(values[0])
        found.biases.append(values[1])
    return found


def _loss_and_gradients(values: list, batch: Any, loss_of: Loss) -> tuple[float, tuple[torch.Tensor, ...]]:
    weight, bias = (value.clone().requires_grad_(True) for value in values)
    loss = loss_of(F.linear(batch.images.flatten(1), weight, bias), batch.targets)
    return loss.item(), torch.autograd.grad(loss, (weight, bias))


# What students use instead of SGD.
OTHER_OPTIMIZERS = (
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "RAdam",
    "RMSprop",
    "Adagrad",
    "Adadelta",
    "Rprop",
    "ASGD",
    "LBFGS",
    "SparseAdam",
    "Adafactor",
    "Muon",
)
