from torch.nn import Module

from models.convnet import CNN


class MyModel(Module):
    """The convolutional network with more filters."""

    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.net = CNN(im_size, 4 * hidden_dim, kernel_size, n_classes)

    def forward(self, images):
        return self.net(images)
