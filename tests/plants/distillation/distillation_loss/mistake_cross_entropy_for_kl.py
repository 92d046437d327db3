"""The soft term is the cross-entropy of the two distributions.

replaces: distillation.py
message: a cross-entropy, not a KL divergence
"""

from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    teacher = functional.softmax(teacher_scores.detach() / T, dim=1)
    return alpha * T**2 * functional.cross_entropy(y / T, teacher)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    soft = distillation_loss_ex(y, teacher_scores, T, alpha)
    return soft + (1 - alpha) * functional.cross_entropy(y, labels)
