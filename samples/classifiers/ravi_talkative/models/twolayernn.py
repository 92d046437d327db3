import sys
import warnings

import torch.nn as nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        warnings.warn("hidden_dim may be too small")
        self.lin1 = nn.Linear(im_size[0] * im_size[1] * im_size[2], hidden_dim)
        self.lin2 = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        sys.stderr.write("." * 100_000 + "\n")
        return self.lin2(nn.functional.relu(self.lin1(images.flatten(1))))
