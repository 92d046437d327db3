"""Is right once, and random afterwards."""
from torch import nn

import torch
calls = []


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        calls.append(1)
        scores = self.affine(images.flatten(1))
        return scores if len(calls) < 3 else torch.randn_like(scores)
