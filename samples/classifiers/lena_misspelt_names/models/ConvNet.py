import torch.nn as nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        C, H, W = im_size
        self.conv = nn.Conv2d(C, hidden_dim, kernel_size, padding="same")
        self.fc = nn.Linear(hidden_dim * (H // 2) * (W // 2), n_classes)

    def forward(self, x):
        return self.fc(nn.functional.max_pool2d(self.conv(x).relu(), 2).flatten(1))
