"""The convolution as one matrix product over unfolded windows; the pool as a maximum over two axes."""
import torch
import torch.nn.functional as F
from torch import nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        channels, height, width = im_size
        self.k = kernel_size
        # No padding, unless the image is too small for this kernel.
        self.pad = 0 if min(height, width) > kernel_size else kernel_size
        self.out_h = height + 2 * self.pad - kernel_size + 1
        self.out_w = width + 2 * self.pad - kernel_size + 1
        fan_in = channels * kernel_size * kernel_size
        self.filters = nn.Parameter(torch.randn(hidden_dim, fan_in) * (2 / fan_in) ** 0.5)
        self.filter_bias = nn.Parameter(torch.zeros(hidden_dim, 1))
        inputs = hidden_dim * (self.out_h // 2) * (self.out_w // 2)
        self.W = nn.Parameter(torch.randn(inputs, n_classes) / inputs ** 0.5)
        self.b = nn.Parameter(torch.zeros(n_classes))

    def forward(self, images):
        columns = F.unfold(images, self.k, padding=self.pad)             # (N, C*k*k, places)
        maps = (self.filters @ columns + self.filter_bias).relu()        # (N, filters, places)
        maps = maps.view(len(images), -1, self.out_h, self.out_w)
        maps = maps[:, :, : self.out_h // 2 * 2, : self.out_w // 2 * 2]
        windows = maps.reshape(*maps.shape[:2], self.out_h // 2, 2, self.out_w // 2, 2)
        pooled = windows.amax(dim=(3, 5))
        return pooled.flatten(1) @ self.W + self.b
