import torch.nn as nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.flat = nn.Flatten()
        self.a = nn.Linear(im_size[0] * im_size[1] * im_size[2], hidden_dim)
        self.relu = nn.ReLU()
        self.b = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        return self.b(self.relu(self.a(self.flat(images))))
