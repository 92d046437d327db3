from torch.nn import Flatten, Linear, ReLU, Sequential


class TwoLayerNN(Sequential):
    def __init__(self, im_size, hidden_dim, n_classes):
        c, h, w = im_size
        super().__init__(Flatten(), Linear(c * h * w, hidden_dim), ReLU(), Linear(hidden_dim, n_classes))
