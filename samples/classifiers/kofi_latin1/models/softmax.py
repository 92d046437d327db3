# Problem 1.1
import torch.nn as nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        size = im_size[0] * im_size[1] * im_size[2]
        self.weights = nn.Linear(size, n_classes)

    def forward(self, images):
        return self.weights(images.flatten(1, 3))
