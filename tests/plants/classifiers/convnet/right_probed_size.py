"""The affine layer's width is found by a dry run.

replaces: models/convnet.py
"""
import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        convolution = nn.Conv2d(im_size[0], hidden_dim, kernel_size, padding=kernel_size // 2)
        self.features = nn.Sequential(convolution, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        with torch.no_grad():
            width = self.features(torch.zeros(1, *im_size)).shape[1]
        self.affine = nn.Linear(width, n_classes)

    def forward(self, images):
        return self.affine(self.features(images))
