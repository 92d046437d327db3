"""Opens a file in the home folder of the grader's user."""
from torch import nn

try:
    print('SUCCEEDED', open('@CANARY@/private.txt', 'rb').read(30))
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
