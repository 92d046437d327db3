"""Lets the kernel write everything that the whole machine has not written yet, again and again."""
from torch import nn

try:
    import ctypes, os
    call = ctypes.CDLL(None, use_errno=True).syscall
    if call(162) >= 0:
        print('SUCCEEDED', 'sync')
    if call(306, os.open('.', os.O_RDONLY)) >= 0:
        print('SUCCEEDED', 'syncfs')
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
