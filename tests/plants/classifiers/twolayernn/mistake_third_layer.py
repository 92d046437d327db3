"""There is one more hidden layer.

replaces: models/twolayernn.py
message: Which layer is one too many
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)
        self.middle = nn.Linear(hidden_dim, hidden_dim)

    def forward(self, images):
        hidden = torch.relu(self.hidden(images.flatten(1)))
        return self.output(torch.relu(self.middle(hidden)))
