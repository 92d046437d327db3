# Problem 1.3
import torch.nn as nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        c, höhe, breite = im_size
        # "same" füllt auf: die Größe nach der Faltung bleibt gleich
        self.conv = nn.Conv2d(c, hidden_dim, kernel_size, padding="same")
        self.pool = nn.MaxPool2d(2, 2)
        self.linear = nn.Linear(hidden_dim * (höhe // 2) * (breite // 2), n_classes)

    def forward(self, images):
        x = self.pool(nn.functional.relu(self.conv(images)))
        return self.linear(x.flatten(1, 3))
