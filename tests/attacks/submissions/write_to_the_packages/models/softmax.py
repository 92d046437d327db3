"""Changes torch for everybody."""
from torch import nn

try:
    open('@PACKAGES@/written_by_an_attack', 'w').write('an attack was here')
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
