import torch as t


class MyModel(t.nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.conv_1 = t.nn.Conv2d(im_size[0], 2 * hidden_dim, 3, padding=1)
        self.conv_2 = t.nn.Conv2d(2 * hidden_dim, 4 * hidden_dim, 3, padding=1)
        self.pool = t.nn.AdaptiveAvgPool2d(4)
        self.affine = t.nn.Linear(64 * hidden_dim, n_classes)

    def forward(self, x):
        x = t.relu(self.conv_2(t.relu(self.conv_1(x))))
        return self.affine(t.flatten(self.pool(x), 1))
