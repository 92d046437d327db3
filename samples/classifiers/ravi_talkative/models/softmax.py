import torch
import torch.nn as nn

print("\x1b[2J\x1b[1;31mloading softmax.py\x1b[0m <b>with torch", torch.__version__, "</b>")


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        print("building", im_size, n_classes)
        self.lin = nn.Linear(im_size[0] * im_size[1] * im_size[2], n_classes)

    def forward(self, images):
        out = self.lin(images.flatten(1))
        print("scores", out)
        return out
