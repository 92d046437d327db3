"""The two terms of the distillation loss by their formulas in float64, and what the usual mistakes make of them."""

from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F

from autograder.judge.expect import expect_tensor, fail, in_words

# Right versions in float64 stay within 3e-15 of the formula, but one that computes in float32 is off by 2e-6, and a small number
# inside a logarithm bends it by 1e-5; both have checks of their own. No draw is used in which two mistakes are nearer than 1e-3.
LOSS = {"rtol": 1e-4, "atol": 1e-5}
NAN = (
    "NaN for ordinary scores: most often the target of kl_div is a logarithm, although it must be a probability unless "
    "`log_target=True` is given. Or are its two arguments exchanged?"
)


@dataclass(frozen=True)
class Terms:
    """One batch: scores and labels as a student's function gets them, and the terms of its loss.

    Args:
        y, teacher: (N, C) scores of student and teacher.
        labels: (N,) classes.
        T: the temperature.
        alpha: the weight of the soft term.
    """

    y: torch.Tensor
    labels: torch.Tensor
    teacher: torch.Tensor
    T: float
    alpha: float

    @property
    def for_loss(self) -> tuple:
        """The arguments of `distillation_loss`."""
        return self.y, self.labels, self.teacher, self.T, self.alpha

    @property
    def for_ex(self) -> tuple:
        """The arguments of `distillation_loss_ex`."""
        return self.y, self.teacher, self.T, self.alpha

    def wide(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self.y.double().cpu(), self.teacher.double().cpu()

    def soft(self) -> torch.Tensor:
        """T**2 * KL without its weight."""
        return self.T**2 * self.divergence(self.T, self.T)

    def divergence(self, y_by: float, teacher_by: float) -> torch.Tensor:
        """KL of the scores divided by these two numbers."""
        y, teacher = self.wide()
        return kl((teacher / teacher_by).log_softmax(1), (y / y_by).log_softmax(1))

    def divided(self, y_by: float, teacher_by: float) -> "Terms":
        """The same batch at T = 1, its scores divided by these two numbers beforehand."""
        return replace(self, y=self.y / y_by, teacher=self.teacher / teacher_by, T=1)

    def hard(self) -> torch.Tensor:
        """The cross-entropy of the scores without its weight."""
        return F.cross_entropy(self.y.double().cpu(), self.labels.cpu())

    def loss(self) -> torch.Tensor:
        """The whole loss."""
        return self.alpha * self.soft() + (1 - self.alpha) * self.hard()

    def hard_gradient(self) -> torch.Tensor:
        """The gradient of the weighted hard term with respect to y."""
        y = self.y.double().cpu()
        return (1 - self.alpha) * (y.softmax(1) - F.one_hot(self.labels.cpu(), y.shape[1])) / len(y)

    def gradient(self) -> torch.Tensor:
        """The gradient of the whole loss with respect to y."""
        return self.soft_gradient() + self.hard_gradient()

    def soft_gradient(self) -> torch.Tensor:
        """The gradient of the weighted soft term with respect to y."""
        y, teacher = self.wide()
        return self.alpha * self.T * ((y / self.T).softmax(1) - (teacher / self.T).softmax(1)) / len(y)


def kl(log_p: torch.Tensor, log_q: torch.Tensor) -> torch.Tensor:
    """The mean over the rows of KL(p || q)."""
    return (log_p.exp() * (log_p - log_q)).sum(1).mean()


def one_number(call: str, got: Any, n: int) -> torch.Tensor:
    """The value of a loss, whatever holds it: a check of its own asks for a tensor without dimensions."""
    if type(got) in (int, float):
        return torch.tensor(float(got), dtype=torch.float64)
    tensor = expect_tensor(call, got)
    if not tensor.is_floating_point():
        fail(f"{call} returned {in_words(tensor)}; a loss is a floating-point number.", "What made another dtype of it?")
    if tensor.numel() == 1:
        return tensor.double().cpu().reshape(())
    hint = "Which dimensions are left over?"
    if tuple(tensor.shape) == (n,):
        hint = "That is one value for each sample: what does the handout's formula do over the batch?"
    elif tensor.ndim == 2 and len(tensor) == n:
        hint = "That is one value for each score: over what is summed, and over what is the mean taken?"
    fail(f"{call} returned shape {tuple(tensor.shape)}; it should be one number.", hint)


def mean_number(call: str, got: Any, n: int) -> torch.Tensor:
    """The same, where one value for each sample or each score is taken for the mean that it lacks: another check says so."""
    if isinstance(got, torch.Tensor) and got.is_floating_point() and got.ndim in (1, 2) and len(got) == n and got.numel() > 1:
        return got.double().cpu().reshape(n, -1).sum(1).mean()
    return one_number(call, got, n)
