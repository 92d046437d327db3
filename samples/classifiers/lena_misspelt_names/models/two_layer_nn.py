import torch.nn as nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        C, H, W = im_size
        self.fc1 = nn.Linear(C * H * W, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, n_classes)

    def forward(self, x):
        return self.fc2(nn.functional.relu(self.fc1(x.flatten(1))))
