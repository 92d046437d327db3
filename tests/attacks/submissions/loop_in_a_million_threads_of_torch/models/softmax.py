"""Loops inside of torch with as many threads as it gets."""
from torch import nn

import torch
torch.set_num_threads(8)
x = torch.ones(600, 600)
while True:
    x = x @ x


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
