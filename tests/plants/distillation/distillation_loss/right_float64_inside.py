"""Computes in float64 and returns the dtype of the scores.

replaces: distillation.py
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = functional.log_softmax(y.double() / T, dim=1)
    teacher = functional.log_softmax(teacher_scores.detach().double() / T, dim=1)
    divergence = functional.kl_div(student, teacher, reduction="sum", log_target=True) / len(y)
    return (alpha * T**2 * divergence).to(y.dtype)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    hard = functional.cross_entropy(y.double(), labels)
    soft = distillation_loss_ex(y.double(), teacher_scores.double(), T, alpha)
    return ((1 - alpha) * hard + soft).to(y.dtype)
