"""A linear model, which is a model, too.

replaces: models/mymodel.py
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(im_size[0] * im_size[1] * im_size[2], n_classes))

    def forward(self, images):
        return self.layers(images)
