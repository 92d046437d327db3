"""torch.autograd.grad instead of backward; a helper for one step.

replaces: ema.py
"""

import torch

from distillation import distillation_loss


def _step(student, teacher, images, labels, optimizer, T, alpha):
    target = teacher(images).detach()
    loss = distillation_loss(student(images), labels, target, T, alpha)
    parameters = [parameter for parameter in student.parameters() if parameter.requires_grad]
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return loss.detach().cpu().tolist()


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        for average, parameter in zip(ema_model.parameters(), model.parameters(), strict=True):
            average[...] = torch.lerp(parameter, average, decay)
        for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
            average[...] = buffer


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train(True)
    teacher.train(False)
    losses = []
    for images, labels in batches:
        losses.append(_step(student, teacher, images, labels, optimizer, T, alpha))
        update_ema(teacher, student, decay)
    return losses
