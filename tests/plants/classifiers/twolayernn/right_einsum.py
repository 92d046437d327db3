"""Hidden units are pictures, everything by einsum.

replaces: models/twolayernn.py
"""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.pictures = nn.Parameter(0.1 * torch.randn(hidden_dim, *im_size))
        self.hidden_bias = nn.Parameter(torch.zeros(hidden_dim))
        self.votes = nn.Parameter(0.1 * torch.randn(n_classes, hidden_dim))
        self.class_bias = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        hidden = torch.einsum("nchw,uchw->nu", images, self.pictures) + self.hidden_bias
        hidden = hidden * (hidden > 0)
        return torch.einsum("nu,ku->nk", hidden, self.votes) + self.class_bias
