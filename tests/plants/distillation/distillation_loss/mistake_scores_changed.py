"""The teacher's scores are divided by T in place.

replaces: distillation.py
message: changed the scores it was given
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    teacher_scores = teacher_scores.detach().div_(T)
    log_student = functional.log_softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores, dim=1)
    return alpha * T**2 * functional.kl_div(log_student, teacher, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
