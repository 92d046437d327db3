"""torch.max and inference mode; early return.

replaces: dl_utils.py
"""

import torch


@torch.inference_mode()
def predict_labels(model, x):
    _, labels = torch.max(model(x), 1)
    return labels.clone()


def compute_loss(model, model_output, target_labels, is_normalize=True):
    loss = model.loss_criterion(model_output, target_labels)
    if not is_normalize:
        return loss
    return loss / model_output.size(0)
