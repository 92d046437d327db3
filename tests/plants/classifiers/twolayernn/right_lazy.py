"""The hidden layer learns its width from the first batch.

replaces: models/twolayernn.py
"""
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.hidden, self.output = nn.LazyLinear(hidden_dim), nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        return self.output(self.hidden(images.flatten(1)).relu())
