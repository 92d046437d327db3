"""Tries to hard link a file of the grader's user."""
from torch import nn

try:
    import os
    PATH = '@CANARY@/private.txt'
    os.link(PATH, 'mine'); open('mine', 'a').write('an attack was here')
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
