"""The image enters through a step function and a bottleneck without gradient.

replaces: models/mymodel.py
message: could not learn 16 images
"""
import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.bias = nn.Linear(1, n_classes)
        self.conv = nn.Conv2d(im_size[0], 1, 3, padding=1)

    def forward(self, images):
        return self.bias(torch.sign(self.conv(images).mean(dim=(1, 2, 3)))[:, None])
