"""Starts processes that go on by themselves."""
from torch import nn

try:
    import os, time
    for _ in range(20):
        if not os.fork():
            try:
                os.close(3)
                time.sleep(20)
            finally:
                os._exit(0)
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
