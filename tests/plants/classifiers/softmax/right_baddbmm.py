"""A batch of matrix products with the bias as their start.

replaces: models/softmax.py
"""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(im_size[0] * im_size[1] * im_size[2], n_classes))
        self.b = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        rows = images.flatten(1).unsqueeze(1)
        matrices = self.w.expand(len(images), *self.w.shape)
        return torch.baddbmm(self.b.expand(len(images), 1, -1), rows, matrices).squeeze(1)
