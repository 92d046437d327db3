import torch.nn as nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.fc = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        x = images.reshape(images.shape[0], -1)
        return self.fc(x)
