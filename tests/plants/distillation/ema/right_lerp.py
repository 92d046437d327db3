"""lerp_ on the parameters' data, matched by name; inference mode for the teacher.

replaces: ema.py
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    sources = dict(model.named_parameters())
    for name, average in ema_model.named_parameters():
        average.data.lerp_(sources[name].data, 1 - decay)
    buffers = dict(model.named_buffers())
    for name, average in ema_model.named_buffers():
        average.data.copy_(buffers[name].data)


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train()
    teacher.eval()
    losses = []
    for images, labels in batches:
        with torch.inference_mode():
            teacher_scores = teacher(images)
        loss = distillation_loss(student(images), labels, teacher_scores, T, alpha)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        update_ema(teacher, student, decay)
        losses.append(loss.item())
    return losses
