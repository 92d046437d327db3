"""The whole state_dict is averaged, buffers and counters too.

replaces: ema.py
message: the buffers were averaged
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    averages, sources = ema_model.state_dict(), model.state_dict()
    new = {name: decay * average + (1 - decay) * sources[name] for name, average in averages.items()}
    ema_model.load_state_dict(new)


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
