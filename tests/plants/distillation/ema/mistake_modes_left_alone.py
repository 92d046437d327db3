"""Nobody puts the networks in their modes.

replaces: ema.py
message: is not in train mode
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        for average, parameter in zip(ema_model.parameters(), model.parameters(), strict=True):
            average.mul_(decay).add_(parameter, alpha=1 - decay)
        for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
            average.copy_(buffer)


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
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
