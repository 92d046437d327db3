"""torch.distributions calls the divergence infinite where a probability underflows.

replaces: distillation.py
message: not finite for large scores
"""

from torch.distributions import Categorical, kl_divergence
from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    student = Categorical(logits=y / T)
    teacher = Categorical(logits=teacher_scores.detach() / T)
    return alpha * T**2 * kl_divergence(teacher, student).mean()


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
