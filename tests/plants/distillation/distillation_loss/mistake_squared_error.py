"""The soft term is the squared distance of the two distributions.

replaces: distillation.py
message: a squared error, not a KL divergence
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = functional.softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.mse_loss(student, teacher)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
