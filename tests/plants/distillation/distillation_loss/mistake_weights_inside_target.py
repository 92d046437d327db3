"""The weights multiply the target that kl_div gets.

replaces: distillation.py
message: stand inside the logarithm, too
"""

from torch.nn import functional as F


def distillation_loss_ex(y, teacher_scores, T, alpha):
    target = F.softmax(teacher_scores.detach() / T, 1) * (alpha * T**2)
    return F.kl_div(F.log_softmax(y / T, 1), target, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    return distillation_loss_ex(y, teacher_scores, T, alpha) + (1 - alpha) * F.cross_entropy(y, labels)
