"""Leaves a file in /tmp for whoever comes next; its own /tmp is thrown away with it."""
from torch import nn

try:
    open('/tmp/written_by_an_attack', 'w').write('an attack was here')
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
