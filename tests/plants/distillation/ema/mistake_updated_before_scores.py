"""The teacher is updated before it gives its scores.

replaces: ema.py
message: updated before the student's step
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
    student.train()
    teacher.eval()
    losses = []
    for images, labels in batches:
        update_ema(teacher, student, decay)
        with torch.no_grad():
            teacher_scores = teacher(images)
        loss = distillation_loss(student(images), labels, teacher_scores, T, alpha)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
