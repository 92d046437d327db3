"""Public checks of task 2.1. Run: pytest checks/test_distillation_loss.py

All inputs have two classes and scores made of ln 3, so that you can check every number by hand:
softmax([ln 3, 0]) = [3/4, 1/4] and softmax([0, 0]) = [1/2, 1/2].
KL([3/4, 1/4] || [1/2, 1/2]) = 3/4 * ln(3/2) + 1/4 * ln(1/2) = 0.130812.
"""

import math

import pytest
import torch

LN3 = math.log(3)
KL = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
NOT_A_NUMBER = (
    "`kl_div` takes its target as probabilities, unless `log_target=True`; is a logarithm taken of a number that is not positive?"
)


@pytest.fixture
def distillation():
    """Your module."""
    import distillation

    return distillation


def scores(*rows, dtype=torch.float64):
    """A batch of scores that records gradients.

    Args:
        rows: the scores of each sample.
        dtype: of the tensor.
    """
    return torch.tensor(rows, dtype=dtype, requires_grad=True)


def expect(got, want, what, hints=()):
    """Fail with both numbers unless they agree.

    Args:
        got: what came back.
        want: the right number.
        what: the call and how to find the number, in words.
        hints: pairs of a wrong number and a question that it suggests.
    """
    assert isinstance(got, torch.Tensor), f"{what}: returned {type(got).__name__}; it should be a tensor"
    assert got.shape == (), f"{what}: returned shape {tuple(got.shape)}; it should be one number, shape ()"
    number = got.item()
    hint = "".join(f"\n{question}" for wrong, question in hints if math.isclose(number, wrong, rel_tol=1e-4))
    if math.isnan(number):
        hint = "\n" + NOT_A_NUMBER
    assert math.isclose(number, want, rel_tol=1e-5, abs_tol=1e-6), f"{what}: returned {number:.6f}{hint}"


def test_soft_term_is_the_kl_divergence(distillation):
    """With T = 1 and alpha = 1 the soft term is KL(teacher || student)."""
    got = distillation.distillation_loss_ex(scores([0.0, 0.0]), scores([LN3, 0.0]), T=1, alpha=1.0)
    hints = [
        (KL / 2, "Half of it: was the sum divided by the number of classes as well? See `reduction` of `kl_div`."),
        (0.5 * math.log(4 / 3), "That is KL(student || teacher): which of the two is the target?"),
        (-KL, "The sign is turned: log p - log q, or log q - log p?"),
    ]
    expect(got, KL, "KL([3/4, 1/4] || [1/2, 1/2]) should be 0.130812", hints)


def test_soft_term_grows_with_the_square_of_the_temperature(distillation):
    """T divides the scores, and T squared multiplies the term."""
    got = distillation.distillation_loss_ex(scores([0.0, 0.0]), scores([2 * LN3, 0.0]), T=2, alpha=0.5)
    hints = [
        (0.5 * KL, "A quarter of it: where is the factor T squared?"),
        (
            0.5 * 2 * KL,
            "Half of it: is the factor T instead of T squared, or was the sum divided by the number of classes as well?",
        ),
        (0.5 * 16 * KL, "Four times as much: was T squared multiplied twice?"),
    ]
    expect(got, 0.5 * 4 * KL, "T = 2, alpha = 0.5, scores [2 ln 3, 0]: should be 0.5 * 4 * 0.130812 = 0.261624", hints)


def test_soft_term_is_the_mean_over_the_batch(distillation):
    """A second sample on which teacher and student agree halves the term."""
    y, teacher = scores([0.0, 0.0], [1.0, 5.0]), scores([LN3, 0.0], [1.0, 5.0])
    got = distillation.distillation_loss_ex(y, teacher, T=1, alpha=1.0)
    expect(got, KL / 2, "two samples, KL 0.130812 and 0: should be 0.065406, divided by N and by nothing else")


def test_hard_term_is_the_cross_entropy_of_the_scores(distillation):
    """With alpha = 0 the loss is the mean cross-entropy, whatever the temperature."""
    got = distillation.distillation_loss(scores([LN3, 0.0]), torch.tensor([1]), scores([0.0, 9.0]), T=3, alpha=0.0)
    expect(got, math.log(4), "softmax([ln 3, 0]) gives class 1 the probability 1/4: should be ln 4 = 1.386294")


def test_loss_adds_both_terms(distillation):
    """alpha weighs the soft term and 1 - alpha the hard one."""
    y, teacher, labels = scores([0.0, 0.0]), scores([2 * LN3, 0.0]), torch.tensor([0])
    got = distillation.distillation_loss(y, labels, teacher, T=2, alpha=0.25)
    hints = [
        (0.25 * KL + 0.75 * math.log(2), "Where is the factor T squared of the first term?"),
        (0.75 * 4 * KL + 0.25 * math.log(2), "Are alpha and 1 - alpha exchanged?"),
    ]
    expect(got, 0.25 * 4 * KL + 0.75 * math.log(2), "0.25 * 4 * 0.130812 + 0.75 * ln 2: should be 0.650672", hints)


def test_only_the_student_gets_a_gradient(distillation):
    """The gradient reaches y and stops before the teacher's scores."""
    y, teacher = scores([0.0, 0.0]), scores([LN3, 0.0])
    loss = distillation.distillation_loss(y, torch.tensor([0]), teacher, T=1, alpha=1.0)
    assert loss.requires_grad, "the loss has no graph, so backward() cannot reach the student"
    loss.backward()
    assert teacher.grad is None, "the teacher's scores received a gradient; only the student should learn"
    want = torch.tensor([[-0.25, 0.25]], dtype=torch.float64)
    assert torch.allclose(y.grad, want), f"the gradient is q - p = {want.tolist()}; got {y.grad.tolist()}"


def test_large_scores_stay_finite(distillation):
    """Scores of 10000 in float32 give a finite float32 loss."""
    y, teacher = scores([1e4, -1e4], dtype=torch.float32), scores([-1e4, 1e4], dtype=torch.float32)
    loss = distillation.distillation_loss(y, torch.tensor([0]), teacher, T=1, alpha=0.5)
    assert loss.dtype == torch.float32, f"the scores are float32, the loss is {loss.dtype}"
    expect(loss, 1e4, "half of a divergence of 20000: should be 10000")
