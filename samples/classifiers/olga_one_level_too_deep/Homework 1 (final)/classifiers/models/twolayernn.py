"""Problem 1.2."""
import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size: tuple[int, int, int], hidden_dim: int, n_classes: int):
        super().__init__()
        channels, height, width = im_size
        self.to_hidden = nn.Linear(channels * height * width, hidden_dim)
        self.to_scores = nn.Linear(hidden_dim, n_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        n, c, h, w = images.shape
        hidden = self.to_hidden(images.reshape(n, c * h * w))
        hidden = hidden * (hidden > 0)
        return self.to_scores(hidden)
