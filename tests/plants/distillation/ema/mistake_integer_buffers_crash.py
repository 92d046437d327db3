"""The state_dict is averaged in place, which integer counters refuse.

replaces: ema.py
message: the integer buffers
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        sources = model.state_dict()
        for name, average in ema_model.state_dict().items():
            average.mul_(decay).add_(sources[name], alpha=1 - decay)


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
