"""A parameter that two layers share is averaged twice.

replaces: ema.py
message: a shared parameter was updated twice
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        sources = dict(model.named_parameters(remove_duplicate=False))
        for name, average in ema_model.named_parameters(remove_duplicate=False):
            average.mul_(decay).add_(sources[name], alpha=1 - decay)
        for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
            average.copy_(buffer)


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
