"""Returns an object that loops whenever anything is asked of it."""
from torch import nn

class Endless:
    def __getattribute__(self, name):
        while True:
            pass


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return Endless()
