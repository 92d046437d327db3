"""nn.KLDivLoss with a logarithm as target; the teacher under no_grad.

replaces: distillation.py
"""

import torch
from torch import nn


def distillation_loss_ex(y, teacher_scores, T, alpha):
    criterion = nn.KLDivLoss(reduction="batchmean", log_target=True)
    with torch.no_grad():
        target = nn.LogSoftmax(dim=-1)(teacher_scores / T)
    return criterion(nn.LogSoftmax(dim=-1)(y / T), target) * (alpha * T * T)


def distillation_loss(y, labels, teacher_scores, T, alpha):
    hard = nn.CrossEntropyLoss()(y, labels)
    return hard * (1.0 - alpha) + distillation_loss_ex(y, teacher_scores, T, alpha)
