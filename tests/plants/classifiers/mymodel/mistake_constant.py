"""The scores are a bias that can be trained, whatever the image.

replaces: models/mymodel.py
message: The scores do not change with the parameters
nothing works: the scores are constants
"""
import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        return self.bias.expand(len(images), -1)
