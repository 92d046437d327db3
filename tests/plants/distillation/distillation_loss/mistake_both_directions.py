"""Both directions of the divergence are added.

replaces: distillation.py
message: Both directions of the KL divergence are added
"""

from torch.nn import functional as F


def distillation_loss_ex(y, teacher_scores, T, alpha):
    log_p, log_q = F.log_softmax(teacher_scores.detach() / T, 1), F.log_softmax(y / T, 1)
    both = ((log_p.exp() - log_q.exp()) * (log_p - log_q)).sum(1).mean()
    return alpha * T**2 * both


def distillation_loss(y, labels, teacher_scores, T, alpha):
    return distillation_loss_ex(y, teacher_scores, T, alpha) + (1 - alpha) * F.cross_entropy(y, labels)
