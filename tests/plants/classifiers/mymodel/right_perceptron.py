"""Three affine layers with dropout between them.

replaces: models/mymodel.py
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        pixels = im_size[0] * im_size[1] * im_size[2]
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Linear(pixels, 128), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, n_classes),
        )

    def forward(self, images):
        return self.layers(images)
