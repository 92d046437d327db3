from torch import nn
from numpy import prod


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        self.lin1 = nn.Linear(int(prod(im_size)), hidden_dim)
        self.lin2 = nn.Linear(hidden_dim, n_classes)

    def forward(self, images)
        hidden = nn.functional.relu(self.lin1(images.view(images.size(0), -1)))
        return self.lin2(hidden)
