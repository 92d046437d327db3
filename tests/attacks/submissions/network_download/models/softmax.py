"""Asks the network for the answers."""
from torch import nn

try:
    import urllib.request
    urllib.request.urlopen('http://127.0.0.1:@PORT@/', timeout=1).read()
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
