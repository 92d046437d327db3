import logging

import torch.nn as nn

logging.basicConfig(level=logging.DEBUG)


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.conv = nn.Conv2d(c, hidden_dim, kernel_size, padding="same")
        self.lin = nn.Linear(hidden_dim * (h // 2) * (w // 2), n_classes)

    def forward(self, images):
        maps = nn.functional.max_pool2d(nn.functional.relu(self.conv(images)), 2)
        logging.debug("maps %s", tuple(maps.shape))
        return self.lin(maps.flatten(1))
