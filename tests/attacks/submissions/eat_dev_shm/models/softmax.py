"""Fills /dev/shm."""
from torch import nn

try:
    import os
    try:
        with open('/dev/shm/written_by_an_attack', 'wb') as file:
            for _ in range(64):
                file.write(bytes(1 << 20))
        print('SUCCEEDED')
    finally:
        os.unlink('/dev/shm/written_by_an_attack')
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
