"""topk, and the gradient switch as a pair of calls.

replaces: dl_utils.py
"""

import torch


def predict_labels(model, x):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        return model(x).topk(1, dim=1).indices.squeeze(1)
    finally:
        torch.set_grad_enabled(before)


def compute_loss(model, model_output, target_labels, is_normalize=True):
    criterion = model.loss_criterion
    total = criterion(model_output, target_labels)
    if is_normalize:
        total = torch.div(total, target_labels.shape[0])
    return total
