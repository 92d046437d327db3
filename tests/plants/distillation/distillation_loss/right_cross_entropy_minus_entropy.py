"""KL as the cross-entropy with soft targets, less the teacher's entropy.

replaces: distillation.py
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    log_teacher = functional.log_softmax(teacher_scores.detach() / T, dim=1)
    teacher = log_teacher.exp()
    entropy = -(teacher * log_teacher).sum(dim=1).mean()
    return alpha * T**2 * (functional.cross_entropy(y / T, teacher) - entropy)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
