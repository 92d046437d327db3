"""The teacher's scores are cut off in place.

replaces: distillation.py
"""

from torch.nn import functional as F


def distillation_loss_ex(y, teacher_scores, T, alpha):
    teacher_scores.detach_()
    soft = F.kl_div(F.log_softmax(y / T, 1), F.softmax(teacher_scores / T, 1), reduction="batchmean")
    return alpha * T * T * soft


def distillation_loss(y, labels, teacher_scores, T, alpha):
    return distillation_loss_ex(y, teacher_scores, T, alpha) + (1 - alpha) * F.cross_entropy(y, labels)
