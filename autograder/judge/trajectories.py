"""Three steps of SGD on a linear model, right and with the usual mistakes, computed by the formulas themselves."""
from dataclasses import dataclass, field, replace
from typing import Any, Iterator

import torch
import torch.nn.functional as F

STEPS = 3


@dataclass
class Trajectory:
    """Loss before each step, and weight and bias after it; knows how it was made, to be made again with a mistake."""

    losses: list = field(default_factory=list)
    weights: list = field(default_factory=list)
    biases: list = field(default_factory=list)
    made_from: tuple = ()

    def first_step_mistakes(self) -> Iterator[tuple[str, "Trajectory"]]:
        """What one step of plain SGD gives when it is misunderstood."""
        n = len(self.made_from[1].images)
        yield "The parameters did not change: is `optimizer.step()` called, and on this model's parameters?", self._again(scale=0.0)
        yield "The step goes up the gradient instead of down.", self._again(scale=-1.0)
        yield "The loss is summed over the batch; it should be the mean.", self._again(scale=float(n))
        yield "The step is taken twice.", self._again(repeat=2)
        yield "Softmax is applied before the cross-entropy, which applies it itself.", self._again(squash=True)
        yield "Every entry moved by the same amount: that is Adam's first step, not SGD's.", self._again(sign=True)

    def with_piled_gradients(self) -> "Trajectory":
        """Gradients never cleared."""
        return self._again(pile=True)

    def setting_mistakes(self) -> Iterator[tuple[str, "Trajectory"]]:
        """What three steps give when momentum or weight decay goes astray."""
        settings = self.made_from[2]
        yield "Momentum has no effect.", self._again(settings=settings | {"momentum": 0.0})
        yield "Weight decay has no effect.", self._again(settings=settings | {"weight_decay": 0.0})
        yield "Neither momentum nor weight decay has any effect.", self._again(settings=settings | {"momentum": 0.0, "weight_decay": 0.0})
        yield "Momentum and weight decay are exchanged.", self._again(
            settings=settings | {"momentum": settings["weight_decay"], "weight_decay": settings["momentum"]})
        yield "That is Nesterov's momentum; plain momentum was asked for.", self._again(nesterov=True)
        yield "Gradients of earlier batches are still in it.", self._again(pile=True)

    def _again(self, settings: dict | None = None, **mistake: Any) -> "Trajectory":
        start, batch, own = self.made_from
        return three_steps(start, batch, settings or own, **mistake)


def three_steps(start: tuple[torch.Tensor, torch.Tensor], batch: Any, settings: dict, *, scale: float = 1.0, repeat: int = 1,
                squash: bool = False, sign: bool = False, pile: bool = False, nesterov: bool = False) -> Trajectory:
    """SGD with momentum and weight decay as torch.optim.SGD documents it; the options make one mistake each.

    Args:
        start: weight and bias before the first step.
        batch: images and targets, the same for every step.
        settings: lr, momentum and weight_decay.
    """
    values = [value.clone() for value in start]
    velocity: list[torch.Tensor | None] = [None, None]
    kept = [torch.zeros_like(value) for value in values]
    found = Trajectory(made_from=(start, batch, settings))
    for _ in range(STEPS):
        loss, gradients = _loss_and_gradients(values, batch, squash)
        found.losses.append(loss)
        for place, gradient in enumerate(gradients):
            kept[place] = kept[place] * pile + gradient
            step = kept[place].sign() if sign else kept[place] * scale
            step = step + settings["weight_decay"] * values[place]
            if settings["momentum"]:
                old = velocity[place]
                velocity[place] = step if old is None else settings["momentum"] * old + step
                step = step + settings["momentum"] * velocity[place] if nesterov else velocity[place]
            values[place] = values[place] - repeat * settings["lr"] * step
        found.weights.append(values[0])
        found.biases.append(values[1])
    return replace(found)


def _loss_and_gradients(values: list[torch.Tensor], batch: Any, squash: bool) -> tuple[float, tuple[torch.Tensor, ...]]:
    weight, bias = (value.clone().requires_grad_(True) for value in values)
    scores = F.linear(batch.images.flatten(1), weight, bias)
    loss = F.cross_entropy(scores.softmax(1) if squash else scores, batch.targets)
    return loss.item(), torch.autograd.grad(loss, (weight, bias))
