"""A new state_dict, loaded into the average.

replaces: ema.py
"""

import torch

from distillation import distillation_loss


def update_ema(ema_model, model, decay):
    learned = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    old, new = ema_model.state_dict(), model.state_dict()
    for name in learned:
        new[name] = decay * old[name] + (1 - decay) * new[name]
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
