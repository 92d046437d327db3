"""Only the mean brightness of the image is looked at, in a blind last step.

replaces: models/mymodel.py
message: could not learn 16 images
"""
from torch import nn


class MyModel(nn.Module):
    def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
        super().__init__()
        self.scores = nn.Linear(1, n_classes)

    def forward(self, images):
        return self.scores(images.mean(dim=(1, 2, 3))[:, None])
