import torch.nn as nn

from models.convnet import CNN


class MyModel(nn.Module):
    """My own convnet with more filters behind a batch norm."""

    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.norm = nn.BatchNorm2d(im_size[0])
        self.net = CNN(im_size, 4 * hidden_dim, kernel_size, n_classes)

    def forward(self, images):
        return self.net(self.norm(images))
