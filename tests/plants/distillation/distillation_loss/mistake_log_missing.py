"""kl_div gets the student's probabilities.

replaces: distillation.py
message: kl_div was given probabilities, not their logarithm
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = functional.softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.kl_div(student, teacher, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
