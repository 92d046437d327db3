"""The new average is given to a local name; the network keeps the old one.

replaces: ema.py
message: the average did not change
nothing works: of twelve points the function that is to change something changes nothing
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        for average, parameter in zip(ema_model.parameters(), model.parameters(), strict=True):
            average = decay * average + (1 - decay) * parameter
        for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
            average = buffer.clone()


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
