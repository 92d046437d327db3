"""Can a network begin to learn from its own first weights? Units that start alike get the same gradient and stay alike."""

import torch

from autograder.judge.expect import expect, fail
from autograder.judge.registered import NOT_REGISTERED
from autograder.sandbox.held import words_of

from .subjects import Subject


def expect_units_differ(subject: Subject, name: str, units: str) -> None:
    """The units of a layer do not all start with the same weights, and all first values are finite.

    Args:
        name: the reference's name of the layer's weight.
        units: what its rows are, in words.
    """
    if subject.model is None:
        subject.ready()
    assert subject.model is not None
    call, start = words_of(subject.model), subject.start
    expect(bool(subject.registered), f"{call} has no parameters.", NOT_REGISTERED)
    odd = [where for where, value in start.items() if isinstance(value, torch.Tensor) and not value.isfinite().all()]
    expect(
        not odd,
        f"{call} starts with values that are not finite in {', '.join(odd)}.",
        "Were they drawn? `torch.empty` and `torch.Tensor(...)` hold whatever was in memory.",
    )
    ours = subject.alignment.to_reference(dict(start)) if subject.alignment is not None else {}
    weight = ours.get(name)
    candidates = (
        [weight]
        if weight is not None
        else [value for value in start.values() if isinstance(value, torch.Tensor) and value.ndim > 1 and value.numel() > 1]
    )
    if not candidates or any(not _alike(value) for value in candidates):
        return
    what = "with all weights 0" if not bool(candidates[0].any()) else "with the same weights in all of them"
    fail(
        f"{call} starts its {units} {what}: they get the same gradient, so they stay alike for ever.",
        "Layers of torch.nn draw their own first weights; otherwise torch.nn.init does, or `torch.randn` times a small number.",
    )


def _alike(weight: torch.Tensor) -> bool:
    return bool((weight == weight[:1]).all())
