"""The teacher is averaged, but the student is never trained.

replaces: ema.py
message: The student did not change
nothing works: of the nine points of the pass none is for a pass that trains nothing
"""

import torch


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        for average, parameter in zip(ema_model.parameters(), model.parameters(), strict=True):
            average.mul_(decay).add_(parameter, alpha=1 - decay)
        for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
            average.copy_(buffer)


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train()
    teacher.eval()
    return [update_ema(teacher, student, decay) or 0.0 for _ in batches]
