"""The averaging function of torch.optim.swa_utils.

replaces: ema.py
"""

import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    average = get_ema_multi_avg_fn(decay)
    average(list(ema_model.parameters()), list(model.parameters()), None)
    for old, new in zip(ema_model.buffers(), model.buffers(), strict=True):
        with torch.no_grad():
            old.set_(new.clone())


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train()
    teacher.eval()
    losses = []
    for images, labels in batches:
        with torch.no_grad():
            teacher_scores = teacher(images)
        loss = distillation_loss(student(images), labels, teacher_scores, T, alpha)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        update_ema(teacher, student, decay)
        losses.append(loss.item())
    return losses
