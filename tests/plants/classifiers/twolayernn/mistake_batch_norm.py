"""The hidden layer is normalised over the batch.

replaces: models/twolayernn.py
message: normalised over the batch
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)
        self.norm = nn.BatchNorm1d(hidden_dim, affine=False)

    def forward(self, images):
        return self.output(torch.relu(self.norm(self.hidden(images.flatten(1)))))
