"""The divergence is divided by the number of samples twice.

replaces: distillation.py
message: divided by the number of samples twice
"""

from torch.nn import functional as F


def distillation_loss_ex(y, teacher_scores, T, alpha):
    target = F.softmax(teacher_scores.detach() / T, 1)
    return alpha * T**2 * F.kl_div(F.log_softmax(y / T, 1), target, reduction="batchmean") / len(y)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    return distillation_loss_ex(y, teacher_scores, T, alpha) + (1 - alpha) * F.cross_entropy(y, labels)
