"""Sends from one end of a pair of sockets to somebody else's address."""
from torch import nn

try:
    import socket
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind('here')
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b'x', 'here')
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
