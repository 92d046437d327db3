from torch import nn
from numpy import prod


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        self.lin = nn.Linear(int(prod(im_size)), n_classes)

    def forward(self, images):
        return self.lin(images.view(images.size(0), -1))
