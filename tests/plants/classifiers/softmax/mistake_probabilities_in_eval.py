"""Probabilities in eval mode, scores in train mode.

replaces: models/softmax.py
message: softmax was already applied
"""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.affine = nn.Linear(channels * height * width, n_classes)

    def forward(self, images):
        scores = self.affine(images.flatten(1))
        return scores if self.training else torch.softmax(scores, 1)
