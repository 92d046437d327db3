import torch.nn as nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super(MyModel, self).__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(im_size[0], hidden_dim, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveMaxPool2d(4),
            nn.Flatten(),
            nn.Linear(16 * hidden_dim, n_classes),
            nn.Softmax(dim=1),
        )

    def forward(self, images):
        return self.layers(images)
