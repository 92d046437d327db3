import torch as t


class TwoLayerNN(t.nn.Module):
    def __init__(self, im_size, hidden_dim, n_classes):
        super().__init__()
        d = 1
        for size in im_size:
            d = d * size
        self.affine_1 = t.nn.Linear(d, hidden_dim)
        self.affine_2 = t.nn.Linear(hidden_dim, n_classes)

    def forward(self, x):
        return self.affine_2(t.relu(self.affine_1(t.flatten(x, 1))))
