import torch.nn as nn
import torch.nn.functional as F


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        c, h, w = im_size
        self.fc1 = nn.Linear(c * h * w, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, n_classes)

    def forward(self, images):
        x = images.reshape(images.shape[0], -1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)
