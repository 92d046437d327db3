"""Sends itself every signal."""
from torch import nn

try:
    import os, signal
    for number in range(1, 65):
        if number not in (9, 19):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        try:
            os.kill(os.getpid(), number)
        except OSError:
            pass
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
