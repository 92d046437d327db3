"""The scores themselves are compared.

replaces: distillation.py
message: a squared error of the scores
"""

from torch.nn import functional as F


def distillation_loss_ex(y, teacher_scores, T, alpha):
    return alpha * T**2 * F.mse_loss(y / T, teacher_scores.detach() / T)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    return distillation_loss_ex(y, teacher_scores, T, alpha) + (1 - alpha) * F.cross_entropy(y, labels)
