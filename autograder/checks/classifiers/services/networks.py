"""Services on a student's network: what it computes with other weights and other images, and which gradients arrive where."""

import contextlib
from typing import Any
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import manual_seed, nn, randn  # the last two as they are now, whatever a student's code puts in their place

MOST_FILLINGS = 8
MOST_MOVED = 12  # parameters that are moved one by one
LARGE = 20_000_000  # parameters beyond which an optimizer that keeps two numbers for each needs too much memory


@contextlib.contextmanager
def _seeded(number: int) -> Iterator[None]:
    """The same random numbers each time, and afterwards those that would have come: two models must not be made alike by us."""
    before = torch.get_rng_state()
    manual_seed(number)
    try:
        yield
    finally:
        torch.set_rng_state(before)


@torch.no_grad()
def _fill(model: nn.Module, images: torch.Tensor, number: int) -> None:
    """Random numbers for every parameter that keep the size of what passes through; lazy layers get their shapes first."""
    if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in model.parameters()):
        model(images)
    random = torch.Generator().manual_seed(number)
    for parameter in model.parameters():
        if parameter.is_floating_point():
            fan_in = parameter[0].numel() if parameter.ndim > 1 and len(parameter) else 4
            drawn = randn(parameter.shape, generator=random) / max(fan_in, 1) ** 0.5
            parameter.copy_(drawn.to(parameter))


def scores_in_turn(model: nn.Module, batches: list) -> list:
    """Scores of one batch after the other with the same random numbers for each, so that nothing but images makes them differ."""
    found = []
    for images in batches:
        with _seeded(0):
            found.append(model(images))
    return found


def scores_when_filled(model: nn.Module, images: torch.Tensor, others: torch.Tensor) -> list:
    """Scores of two batches with random weights, and of the first batch with other random weights.

    Args:
        images, others: two different batches of one shape.
    """
    for number in range(MOST_FILLINGS):  # with some weights a few units may all be off
        _fill(model, images, number)
        found = scores_in_turn(model, [images, others])
        if isinstance(found[0], torch.Tensor) and isinstance(found[1], torch.Tensor) and not torch.equal(*found):
            break
    _fill(model, images, MOST_FILLINGS)
    return found + scores_in_turn(model, [images])


def read_as(model: nn.Module, form: str) -> None:
    """From now on the model's answers are turned into rows of scores.

    Args:
        form: `transposed`, `rows` for axes of length 1 too many, or `first tensor` of several.
    """

    def turned(module: nn.Module, given: Any, answer: Any) -> Any:
        if form == "first tensor":
            return next(item for item in answer if isinstance(item, torch.Tensor) and item.ndim == 2)
        return answer.T if form == "transposed" else answer.flatten(1)

    model.register_forward_hook(turned)


def scores_nearby(model: nn.Module, images: torch.Tensor, targets: torch.Tensor, step: float, number: int, wide: bool) -> dict:
    """Scores when one parameter after the other is moved a little, and the gradient of the mean cross-entropy along each move.

    Args:
        step: length of the moves, ahead and back, each in a random direction.
        number: from which the directions follow, and whatever is random in the model.
        wide: whether all of it happens in float64.
    Returns: `ahead` and `behind`: scores by the parameter's name; `along`: the gradient's number, None where none arrived.
    """
    random = torch.Generator().manual_seed(number)
    found: dict[str, dict] = {"ahead": {}, "behind": {}, "along": {}}
    if wide:
        model.double()
        images = images.double()
    try:
        model.zero_grad(set_to_none=True)
        with _seeded(number):
            F.cross_entropy(model(images), targets).backward()
        for name, parameter in list(model.named_parameters())[:MOST_MOVED]:
            direction = randn(parameter.shape, generator=random).to(parameter)
            direction /= direction.norm()
            gradient, before = parameter.grad, parameter.detach().clone()
            found["along"][name] = None if gradient is None else float((gradient * direction).sum())
            for where, sign in (("ahead", 1), ("behind", -1)):
                with torch.no_grad(), _seeded(number):
                    parameter.copy_(before + sign * step * direction)
                    found[where][name] = model(images)
            with torch.no_grad():
                parameter.copy_(before)
    finally:
        if wide:
            model.float()
    return found


def gradient_sizes(model: nn.Module, images: torch.Tensor, targets: torch.Tensor) -> dict:
    """The norm of the gradient of the mean cross-entropy for every parameter that trains, None where no gradient arrived."""
    model.zero_grad(set_to_none=True)
    F.cross_entropy(model(images), targets).backward()
    sizes = {
        name: None if parameter.grad is None else float(parameter.grad.norm())
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }
    model.zero_grad(set_to_none=True)
    return sizes


def scores_of_moved(model: nn.Module, images: torch.Tensor, names: list) -> list:
    """Scores before and after the parameters of these names are moved at random, with the same random numbers for all else."""
    found = []
    for moved in (False, True):
        with torch.no_grad(), _seeded(1):
            for name, parameter in model.named_parameters():
                if moved and name in names:
                    parameter.add_(randn(parameter.shape, generator=torch.Generator().manual_seed(1)).to(parameter))
            found.append(model(images))
    return found


def scores_of_changed(model: nn.Module, images: torch.Tensor) -> list:
    """Scores as it is, of other images after its parameters moved at random, and of the same images then."""

    def scores(pixels: torch.Tensor) -> torch.Tensor:
        with _seeded(1):
            return model(pixels)

    with torch.no_grad():
        found, before = [scores(images)], [parameter.detach().clone() for parameter in model.parameters()]
        random = torch.Generator().manual_seed(1)
        for parameter in model.parameters():
            if parameter.is_floating_point():
                parameter.add_(
                    randn(parameter.shape, generator=random).to(parameter), alpha=float(parameter.detach().abs().mean()) + 0.01
                )
        moved = scores(images)
        for brightness in (0, 2, -2, 4):  # a few other images may get the same scores by chance
            others = scores((randn(images.shape, generator=random) + brightness).to(images))
            if isinstance(others, torch.Tensor) and isinstance(moved, torch.Tensor) and not torch.equal(others, moved):
                break
        found += [others, moved]
        for parameter, value in zip(model.parameters(), before):
            parameter.copy_(value)
    return found


def scores_pushed_down(model: nn.Module, images: torch.Tensor, steps: int) -> torch.Tensor:
    """Scores in eval mode after steps that make their sum smaller; the parameters stay changed."""
    model.train()
    for _ in range(steps):
        model.zero_grad(set_to_none=True)
        scores = model(images)
        scores.sum().backward()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.sub_(parameter.grad.sign_(), alpha=0.01)
    model.zero_grad(set_to_none=True)
    model.eval()
    with torch.no_grad():
        return model(images)


def scores_of_copy(model: nn.Module, other: nn.Module, images: torch.Tensor) -> list:
    """Scores in eval mode of a model, and of another one that has loaded its `state_dict`."""
    other.load_state_dict(model.state_dict())
    model.eval()
    other.eval()
    with torch.no_grad():
        return [model(images), other(images)]


def train_on_one_batch(
    model: nn.Module, images: torch.Tensor, targets: torch.Tensor, lr: float, most_steps: int, goal: float
) -> dict:
    """Losses of updates on one batch until the loss has been below `goal` times the first one for three steps.

    Adam's updates; of a very large model those of the gradient's sign, to which Adam's come down where gradients keep theirs.
    """
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    signs = sum(parameter.numel() for parameter in trainable) > LARGE
    optimizer = None if signs else torch.optim.Adam(trainable, lr=lr)
    model.train()
    losses: list[float] = []
    for _ in range(most_steps):
        model.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(images), targets)
        loss.backward()
        if optimizer is not None:
            optimizer.step()
        else:
            with torch.no_grad():
                for parameter in trainable:
                    if parameter.grad is not None:
                        parameter.sub_(parameter.grad.sign_(), alpha=lr / 10)
        losses.append(loss.item())
        if len(losses) > 3 and max(losses[-3:]) < goal * losses[0]:
            break
    model.zero_grad(set_to_none=True)
    return {"losses": losses, "scores": model(images)}
