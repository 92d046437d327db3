"""The soft term is weighted by alpha in both functions.

replaces: distillation.py
message: The soft term is multiplied by alpha twice
"""

from torch.nn import functional as F


def distillation_loss_ex(y, teacher_scores, T, alpha):
    target = F.softmax(teacher_scores.detach() / T, 1)
    return alpha * T**2 * F.kl_div(F.log_softmax(y / T, 1), target, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return alpha * soft + (1 - alpha) * F.cross_entropy(y, labels)
