"""Returns a quantized tensor."""
from torch import nn

import torch


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return torch.quantize_per_tensor(self.affine(images.flatten(1)).detach(), 1.0, 0, torch.qint8)
