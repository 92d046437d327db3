"""The bias is registered and then forgotten.

replaces: models/softmax.py
message: The bias is registered but not added
"""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.weight = nn.Parameter(0.01 * torch.randn(n_classes, im_size[0] * im_size[1] * im_size[2]))
        self.bias = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        return images.flatten(1) @ self.weight.T
