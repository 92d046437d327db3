import cv2
from torch.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

cv2.setNumThreads(1)


class CNN(Sequential):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        c, h, w = im_size
        super().__init__(
            Conv2d(c, hidden_dim, kernel_size, padding="same"), ReLU(), MaxPool2d(2),
            Flatten(), Linear(hidden_dim * (h // 2) * (w // 2), n_classes),
        )
