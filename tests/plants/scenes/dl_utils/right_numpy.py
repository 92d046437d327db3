"""Predictions through numpy; the mean as a product.

replaces: dl_utils.py
"""

import numpy as np
import torch


def predict_labels(model, x):
    with torch.no_grad():
        scores = model.forward(x)
    return torch.from_numpy(np.argmax(scores.cpu().numpy(), axis=-1)).to(x.device)


def compute_loss(model, model_output, target_labels, is_normalize=True):
    factor = 1.0 / target_labels.numel() if is_normalize else 1.0
    return factor * model.loss_criterion(model_output, target_labels)
