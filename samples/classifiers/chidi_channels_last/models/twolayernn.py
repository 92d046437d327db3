import torch
from torch import nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.net = nn.ModuleDict({
            "hidden": nn.LazyLinear(hidden_dim),
            "out": nn.Linear(hidden_dim, n_classes),
        })

    def forward(self, images):
        vectors = torch.stack([image.movedim(0, -1).reshape(-1) for image in images])
        hidden = self.net["hidden"](vectors)
        return self.net["out"](torch.maximum(hidden, torch.zeros_like(hidden)))
