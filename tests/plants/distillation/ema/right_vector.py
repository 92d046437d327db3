"""All parameters as one vector.

replaces: ema.py
"""

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        old, new = (parameters_to_vector(network.parameters()) for network in (ema_model, model))
        vector_to_parameters(old - (1 - decay) * (old - new), ema_model.parameters())
        for path, layer in ema_model.named_modules():
            for name, buffer in layer.named_buffers(recurse=False):
                buffer[...] = model.get_submodule(path).get_buffer(name)


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
