import torch.nn as nn
import torch.nn.functional as F


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        c, h, w = im_size
        # "same" keeps height and width, so only the pool changes them
        self.conv1 = nn.Conv2d(c, hidden_dim, kernel_size, padding="same")
        self.fc = nn.Linear(hidden_dim * (h // 2) * (w // 2), n_classes)

    def forward(self, images):
        x = F.relu(self.conv1(images))
        x = F.max_pool2d(x, 2, 2)
        x = x.reshape(x.shape[0], -1)
        return self.fc(x)
