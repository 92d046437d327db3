"""Returns a view of one number that is a hundred GB large."""
from torch import nn

import torch


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return torch.zeros(1).expand(100_000_000_000)
