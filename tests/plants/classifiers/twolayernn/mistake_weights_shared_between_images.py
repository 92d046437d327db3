"""The hidden layer's result is averaged over the batch.

replaces: models/twolayernn.py
message: Every image got the same scores
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        hidden = torch.relu(self.hidden(images.flatten(1)))
        return self.output(hidden.mean(dim=0, keepdim=True)).expand(len(images), -1)
