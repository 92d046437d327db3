import torch.nn as nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.W = nn.Linear(c * h * w, n_classes, bias=False)

    def forward(self, images):
        return self.W(images.flatten(1))
