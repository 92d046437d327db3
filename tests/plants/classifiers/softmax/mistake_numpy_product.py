"""The product is computed by numpy.

replaces: models/softmax.py
message: detach()
"""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        weight = self.affine.weight.detach().numpy()
        bias = self.affine.bias.detach().numpy()
        return torch.from_numpy(images.flatten(1).numpy() @ weight.T + bias)
