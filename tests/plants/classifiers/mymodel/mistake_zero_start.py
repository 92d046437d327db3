"""All weights start at 0.

replaces: models/mymodel.py
message: do they start with different weights
"""
import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.hidden = nn.Linear(im_size[0] * im_size[1] * im_size[2], hidden_dim)
        self.affine = nn.Linear(hidden_dim, n_classes)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, images):
        return self.affine(torch.relu(self.hidden(images.flatten(1))))
