"""torch._foreach_ functions over lists; the teacher frozen; gradients cleared after the step.

replaces: ema.py
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    averages = [parameter.detach() for parameter in ema_model.parameters()]
    sources = [parameter.detach() for parameter in model.parameters()]
    torch._foreach_mul_(averages, decay)
    torch._foreach_add_(averages, sources, alpha=1 - decay)
    for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
        average.copy_(buffer)


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train()
    teacher.eval()
    teacher.requires_grad_(False)
    optimizer.zero_grad(set_to_none=False)
    history = []
    for batch in batches:
        loss = distillation_loss(student(batch[0]), batch[1], teacher(batch[0]), T, alpha)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        update_ema(teacher, student, decay)
        history.append(loss.item())
    return history
