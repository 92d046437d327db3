"""Each map is averaged before the affine layer.

replaces: models/convnet.py
message: The pool takes the average of the whole map
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.conv = nn.Conv2d(im_size[0], hidden_dim, kernel_size, padding="same")
        self.affine = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        return self.affine(torch.relu(self.conv(images)).mean(dim=(2, 3)))
