"""Talks to other processes by a local socket without a file."""
from torch import nn

try:
    import socket
    one = socket.socket(socket.AF_UNIX)
    one.bind('\0written_by_an_attack')
    one.listen()
    print('SUCCEEDED')
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
