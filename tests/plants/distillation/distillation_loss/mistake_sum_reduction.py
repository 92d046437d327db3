"""kl_div sums over the batch (reduction `sum`).

replaces: distillation.py
message: summed over the batch
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    log_student = functional.log_softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.kl_div(log_student, teacher, reduction="sum")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
