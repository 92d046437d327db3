"""One sample at a time, in a Python loop.

replaces: distillation.py
"""

import torch
from torch.nn import functional


def distillation_loss_ex(y, teacher_scores, T, alpha):
    terms = []
    for student_row, teacher_row in zip(y, teacher_scores.detach(), strict=True):
        log_q = student_row / T - torch.logsumexp(student_row / T, dim=0)
        log_p = teacher_row / T - torch.logsumexp(teacher_row / T, dim=0)
        terms.append(torch.dot(log_p.exp(), log_p - log_q))
    return alpha * (T * T) * sum(terms) / len(terms)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    hard = functional.nll_loss(functional.log_softmax(y, dim=1), labels)
    return torch.add(distillation_loss_ex(y, teacher_scores, T, alpha), hard, alpha=1 - alpha)
