"""The ReLU's gradient is passed through everywhere.

replaces: models/twolayernn.py
message: without autograd seeing it
"""
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.hidden = nn.Linear(channels * height * width, hidden_dim)
        self.output = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        hidden = self.hidden(images.flatten(1))
        hidden = hidden + (hidden.relu() - hidden).detach()
        return self.output(hidden)
