import torch.nn as nn


class TwoLayerNN(nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super(TwoLayerNN, self).__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(im_size[0] * im_size[1] * im_size[2], hidden_dim),
            nn.ReLU(),
            nn.Linear(hidden_dim, n_classes),
            nn.Softmax(dim=1),
        )

    def forward(self, images):
        return self.layers(images)
