"""Each parameter is replaced by a new one.

replaces: ema.py
message: new parameter objects
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    sources = dict(model.named_modules())
    for path, layer in ema_model.named_modules():
        for name, average in list(layer.named_parameters(recurse=False)):
            parameter = getattr(sources[path], name)
            setattr(layer, name, torch.nn.Parameter((decay * average + (1 - decay) * parameter).detach()))
        for name, buffer in layer.named_buffers(recurse=False):
            buffer.copy_(getattr(sources[path], name))


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
