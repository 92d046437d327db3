"""The last layer is made for 32x32 pixels.

replaces: models/mymodel.py
message: another number of inputs than it was made for
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.conv = nn.Conv2d(im_size[0], hidden_dim, 3, padding=1)
        self.scores = nn.Linear(hidden_dim * 16 * 16, n_classes)

    def forward(self, images):
        return self.scores(nn.functional.max_pool2d(self.conv(images).relu(), 2).flatten(1))
