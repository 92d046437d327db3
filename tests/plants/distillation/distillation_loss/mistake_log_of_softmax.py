"""The logarithm is taken after softmax, where small probabilities are already 0.

replaces: distillation.py
message: not finite for large scores
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = functional.softmax(y / T, dim=1)
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * (teacher * (teacher.log() - student.log())).sum(dim=1).mean()


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
