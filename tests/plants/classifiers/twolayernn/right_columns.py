"""Images are columns, as in many books.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        pixels = im_size[0] * im_size[1] * im_size[2]
        self.W1 = nn.Parameter(torch.empty(hidden_dim, pixels))
        self.b1 = nn.Parameter(torch.zeros(hidden_dim, 1))
        self.W2 = nn.Parameter(torch.empty(n_classes, hidden_dim))
        self.b2 = nn.Parameter(torch.zeros(n_classes, 1))
        nn.init.kaiming_normal_(self.W1)
        nn.init.xavier_normal_(self.W2)

    def forward(self, images):
        x = images.flatten(1).T
        return (self.W2 @ torch.relu(self.W1 @ x + self.b1) + self.b2).T
