"""Reads the environment of every process there is."""
from torch import nn

try:
    import glob, os
    for path in glob.glob('/proc/[0-9]*/environ'):
        if path.split('/')[2] != str(os.getpid()):
            try:
                if open(path, 'rb').read(9):
                    print('SUCCEEDED', path)
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
