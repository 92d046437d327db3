"""Writes far more than its share of disk."""
from torch import nn

try:
    for number in range(40):
        with open(f'big{number}', 'wb') as file:
            file.write(bytes(8 << 20))
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
