import torch.nn as nn


class MyModel(nn.Module):
    """Two blocks of conv - batch norm - ReLU - pool, then the average of every map."""

    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.features = nn.Sequential(
            nn.Conv2d(c, 2 * hidden_dim, kernel_size, padding="same"),
            nn.BatchNorm2d(2 * hidden_dim),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(2 * hidden_dim, 4 * hidden_dim, kernel_size, padding="same"),
            nn.BatchNorm2d(4 * hidden_dim),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.fc = nn.Linear(16 * hidden_dim, n_classes)

    def forward(self, images):
        x = self.pool(self.features(images))
        return self.fc(x.reshape(x.shape[0], -1))
