"""Some layers are in a Python list, so that a saved model lacks them.

replaces: models/mymodel.py
message: gives other scores in eval mode
"""
from torch import nn
from torch.nn import functional as F


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.convolutions = [nn.Conv2d(channels, hidden_dim, kernel_size, padding="same") for channels in (im_size[0], hidden_dim)]
        self.affine = nn.Linear(hidden_dim * 16, n_classes)

    def forward(self, images):
        for convolution in self.convolutions:
            images = F.relu(convolution(images))
        return self.affine(F.adaptive_max_pool2d(images, 4).flatten(1))
