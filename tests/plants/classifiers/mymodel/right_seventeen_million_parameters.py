"""A wide hidden layer: more parameters than an answer may hold.

replaces: models/mymodel.py
"""
import torch
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, 17_000_000 // (channels * height * width))
        self.affine = nn.Linear(self.hidden.out_features, n_classes)

    def forward(self, images):
        return self.affine(torch.relu(self.hidden(images.flatten(1))))
