import torch
import torch.nn.functional as F
from torch import nn


class CNN(nn.Module):
    """The convolution is a sum over the k*k places of the filter, everything with the colours last.

    It is padded so much that every filter touches every pixel k*k times.
    """

    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, self.height, self.width = im_size
        self.k = kernel_size
        self.filters = nn.Parameter(0.1 * torch.randn(hidden_dim, channels, kernel_size, kernel_size))
        self.shift = nn.Parameter(torch.zeros(hidden_dim))
        self.out = nn.LazyLinear(n_classes)

    def forward(self, images):
        p = self.k - 1
        padded = F.pad(images, (p, p, p, p)).permute(0, 2, 3, 1)
        rows, columns = self.height + p, self.width + p
        maps = self.shift
        for dy in range(self.k):
            for dx in range(self.k):
                window = padded[:, dy:dy + rows, dx:dx + columns]
                maps = maps + window @ self.filters[:, :, dy, dx].T
        maps = torch.where(maps > 0, maps, 0)
        maps = maps[:, :rows - rows % 2, :columns - columns % 2]
        top = torch.maximum(maps[:, 0::2, 0::2], maps[:, 0::2, 1::2])
        bottom = torch.maximum(maps[:, 1::2, 0::2], maps[:, 1::2, 1::2])
        return self.out(torch.maximum(top, bottom).flatten(1))
