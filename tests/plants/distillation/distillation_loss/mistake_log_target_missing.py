"""kl_div gets a logarithm as target, without log_target=True.

replaces: distillation.py
message: the target of kl_div is a logarithm
nothing works: every value of both functions is NaN
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    log_student = functional.log_softmax(y / T, dim=1)
    teacher = functional.log_softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.kl_div(log_student, teacher, reduction="batchmean")


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
