"""A small number inside the logarithm hides the overflow and bends the value.

replaces: distillation.py
message: something was added or clipped inside the logarithm
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = functional.softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * (teacher * ((teacher + 1e-8).log() - (student + 1e-8).log())).sum(dim=1).mean()


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
