"""Residual blocks whose last norm starts at zero, and a last layer that does, too.

replaces: models/mymodel.py
"""
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.one, self.two = (nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(2))
        self.norm_one, self.norm_two = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        nn.init.zeros_(self.norm_two.weight)

    def forward(self, maps):
        return torch.relu(maps + self.norm_two(self.two(torch.relu(self.norm_one(self.one(maps))))))


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(im_size[0], 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.blocks = nn.Sequential(Block(16), Block(16))
        self.head = nn.Linear(16, n_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images):
        maps = self.blocks(self.stem(images))
        return self.head(maps.amax(dim=(2, 3)))
