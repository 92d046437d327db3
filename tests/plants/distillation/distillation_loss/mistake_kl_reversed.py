"""The divergence runs from the student to the teacher.

replaces: distillation.py
message: student and teacher are exchanged inside the KL divergence
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    log_teacher = functional.log_softmax(teacher_scores.detach() / T, dim=1)
    student = functional.softmax(y / T, dim=1)
    return alpha * T**2 * functional.kl_div(log_teacher, student, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
