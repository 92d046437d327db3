"""A hand-written softmax takes the exponential of the scores as they are.

replaces: distillation.py
message: not finite for large scores
"""

from torch.nn import functional


def _log_softmax(scores):
    return scores - scores.exp().sum(dim=1, keepdim=True).log()


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = _log_softmax(y / T)
    teacher = _log_softmax(teacher_scores.detach() / T)
    return alpha * T**2 * (teacher.exp() * (teacher - student)).sum(dim=1).mean()


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
