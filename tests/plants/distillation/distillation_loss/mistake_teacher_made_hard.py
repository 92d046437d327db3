"""The student learns the teacher's best class only.

replaces: distillation.py
message: the teacher's best class
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    best = teacher_scores.argmax(dim=1)
    return alpha * T**2 * functional.cross_entropy(y / T, best)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
