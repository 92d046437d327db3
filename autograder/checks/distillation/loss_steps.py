"""Where a student's loss leaves the right one, line by line: the values that right versions come to on their way."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F

from autograder.judge.step_by_step import step_by_step
from autograder.sandbox.student import Student

from .distillation_terms import Terms
from .own_terms import arguments_of, close, value_of


@contextmanager
def steps_of_the_loss(student: Student, name: str, terms: Terms, before: Terms | None = None) -> Iterator[None]:
    """Within it, a check that fails also says in which line of one of the two functions the values leave ours.

    Args:
        name: of the function.
        terms: the batch.
        before: another batch, for which the soft term is right, or else another check has named the line already.
    """
    if before is not None and not close(value_of(student, "distillation_loss_ex", before), before.alpha * before.soft()):
        yield
        return
    function = getattr(student.distillation, name).fetch()
    with step_by_step(function, _soft_ways if name == "distillation_loss_ex" else _ways, *arguments_of(terms, name)):
        yield


def _soft_ways(y: torch.Tensor, teacher: torch.Tensor, T: float, alpha: float) -> torch.Tensor:
    """The soft term on the usual ways: kl_div with and without `log_target`, and the formula by hand."""
    log_q, log_p = (y / T).log_softmax(1), (teacher / T).log_softmax(1)
    q, p = (y / T).softmax(1), (teacher / T).softmax(1)
    cross, entropy = p * log_q, p * log_p
    difference = log_p - log_q
    for parts in (p * difference, cross, -cross, entropy, p / q):
        parts.sum(1).mean()
        parts.sum() / len(y)
    rows = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(1)
    for weight in (1, alpha, T**2, alpha * T**2):
        weight * rows, weight * rows.sum(), weight * rows.mean()
    return alpha * T**2 * rows.mean()


def _ways(y: torch.Tensor, labels: torch.Tensor, teacher: torch.Tensor, T: float, alpha: float) -> torch.Tensor:
    """The whole loss: the soft term, the cross-entropy in one step or by hand, and their sum."""
    soft = _soft_ways(y, teacher, T, alpha)
    own = -y.log_softmax(1).gather(1, labels[:, None])
    y.softmax(1), own.squeeze(1).sum()
    hard = F.cross_entropy(y, labels)
    return soft + (1 - alpha) * hard
