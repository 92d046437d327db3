"""Both scores go through softmax before the temperature and a second softmax.

replaces: distillation.py
message: softmax was applied twice in the soft term
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    y, teacher_scores = functional.softmax(y, dim=1), functional.softmax(teacher_scores, dim=1)
    log_student = functional.log_softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.kl_div(log_student, teacher, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
