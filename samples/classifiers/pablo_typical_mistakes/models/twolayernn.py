import torch.nn as nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        c, h, w = im_size
        self.layer1 = nn.Linear(c * h * w, hidden_dim)
        self.layer2 = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        x = self.layer1(images.flatten(1))
        return self.layer2(x)
