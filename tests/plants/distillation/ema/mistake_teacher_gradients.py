"""The teacher's scores stay in the graph, so the teacher receives gradients.

replaces: ema.py
message: the teacher received gradients
"""

import torch
from torch.nn import functional


def update_ema(ema_model, model, decay):
    with torch.no_grad():
        for average, parameter in zip(ema_model.parameters(), model.parameters(), strict=True):
            average.mul_(decay).add_(parameter, alpha=1 - decay)
        for average, buffer in zip(ema_model.buffers(), model.buffers(), strict=True):
            average.copy_(buffer)


def train_with_ema(student, teacher, batches, optimizer, T, alpha, decay):
    student.train()
    teacher.eval()
    losses = []
    for images, labels in batches:
        scores, teacher_scores = student(images), teacher(images)
        log_q, p = (scores / T).log_softmax(dim=1), (teacher_scores / T).softmax(dim=1)
        soft = functional.kl_div(log_q, p, reduction="batchmean")
        loss = alpha * T**2 * soft + (1 - alpha) * functional.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        update_ema(teacher, student, decay)
        losses.append(loss.item())
    return losses
