"""Only the teacher's scores are divided by T.

replaces: distillation.py
message: the student's scores are not divided by T
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    log_student = functional.log_softmax(y, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.kl_div(log_student, teacher, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
