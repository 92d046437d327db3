import torch
from torch import nn


class MyModel(nn.Module):
    """Three convolutions with group norm and a shortcut around the last one; the maximum of each map is classified."""

    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        width = 4 * hidden_dim
        self.convs = nn.ModuleList([
            nn.Conv2d(im_size[0], width, 3, padding=1),
            nn.Conv2d(width, width, 3, stride=2, padding=1),
            nn.Conv2d(width, width, 3, padding=1),
        ])
        self.norms = nn.ModuleList([nn.GroupNorm(hidden_dim, width) for _ in self.convs])
        self.head = nn.Linear(2 * width, n_classes)

    def forward(self, images):
        maps = images
        for conv, norm in zip(self.convs, self.norms):
            new = nn.functional.silu(norm(conv(maps)))
            maps = maps + new if new.shape == maps.shape else new
        strongest, mean = maps.amax((2, 3)), maps.mean((2, 3))
        return self.head(torch.cat((strongest, mean), dim=1))
