"""Returns a dict whose keys are terminal codes and tensors."""
from torch import nn

import torch


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return {'\x1b[2J': 1, torch.ones(2): 2, None: 3, float('nan'): 4}
