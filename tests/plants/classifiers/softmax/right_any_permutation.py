"""The pixels are put into an order of the author's own, the same for every image.

replaces: models/softmax.py
"""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

        shuffle = torch.randperm(channels * height * width, generator=torch.Generator().manual_seed(3))
        self.register_buffer("order", shuffle)

    def forward(self, images):
        return self.affine(images.flatten(1)[:, self.order])
