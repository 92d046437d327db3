"""Returns an empty tensor of an impossible shape."""
from torch import nn

import torch


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return torch.empty(0, 1 << 40)
