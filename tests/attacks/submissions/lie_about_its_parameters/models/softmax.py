"""Has no parameters, but says whenever it is asked that it has the right ones."""
import torch
from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.sizes = n_classes, c * h * w

    def named_parameters(self, *args, **kwargs):
        yield "weight", nn.Parameter(torch.zeros(self.sizes))
        yield "bias", nn.Parameter(torch.zeros(self.sizes[0]))

    def parameters(self, recurse=True):
        return (parameter for _, parameter in self.named_parameters())

    def forward(self, images):
        return torch.zeros(len(images), self.sizes[0], requires_grad=True)
