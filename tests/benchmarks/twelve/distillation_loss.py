"""Four checks of problem 2.1 that run unchanged in every grader."""

import torch
from expecting import expect
from torch.nn import functional as F


def drawn(label):
    """Scores of 16 images for 10 classes."""
    return 3 * torch.randn(16, 10, generator=torch.Generator().manual_seed(label))


def soft(y, teacher_scores, T):
    """The distillation term (Hinton et al. 2015)."""
    return T**2 * F.kl_div(F.log_softmax(y / T, 1), F.softmax(teacher_scores / T, 1), reduction="batchmean")


def test_is_the_weighted_sum(student):
    """The loss is alpha times the distillation term and 1 - alpha times the cross-entropy"""
    y, teacher, labels = drawn(1), drawn(2), torch.arange(16) % 10
    for T, alpha in [(1.0, 0.5), (4.0, 0.9), (2.5, 0.1)]:
        expected = alpha * soft(y, teacher, T) + (1 - alpha) * F.cross_entropy(y, labels)
        found = student.distillation.distillation_loss(y, labels, teacher, T, alpha)
        expect(torch.allclose(found, expected, rtol=1e-4), "The loss is another one.")


def test_is_zero_for_the_teachers_scores(student):
    """Whoever agrees with the teacher has no distillation term"""
    found = student.distillation.distillation_loss(drawn(1), torch.arange(16) % 10, drawn(1), 3.0, 1.0)
    expect(abs(float(found)) < 1e-4, "The loss is not zero though the scores are the teacher's.")


def test_is_finite_for_large_scores(student):
    """Scores of 10,000 do not overflow"""
    found = student.distillation.distillation_loss(1e4 * drawn(1).sign(), torch.arange(16) % 10, 1e4 * drawn(2).sign(), 2.0, 0.5)
    expect(bool(torch.isfinite(found)), "The loss is not finite.")


def test_the_first_term_alone(student):
    """distillation_loss_ex is the distillation term alone"""
    y, teacher = drawn(3), drawn(4)
    found = student.distillation.distillation_loss_ex(y, teacher, 4.0, 0.7)
    expect(torch.allclose(found, 0.7 * soft(y, teacher, 4.0), rtol=1e-4), "The first term is another one.")
