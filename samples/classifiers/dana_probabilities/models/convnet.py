import torch.nn as nn


class CNN(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super(CNN, self).__init__()
        c, h, w = im_size
        p = kernel_size // 2
        h_out = (h + 2 * p - kernel_size + 1) // 2
        w_out = (w + 2 * p - kernel_size + 1) // 2
        self.layers = nn.Sequential(
            nn.Conv2d(c, hidden_dim, kernel_size, padding=p),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(hidden_dim * h_out * w_out, n_classes),
            nn.LogSoftmax(dim=1),  # logs are more stable
        )

    def forward(self, images):
        return self.layers(images)
