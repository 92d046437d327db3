"""Makes float64 the default for everybody."""
from torch import nn

import torch
torch.set_default_dtype(torch.float64)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes, dtype=torch.float32)

    def forward(self, images):
        return self.affine(images.flatten(1))
