import torch.nn as nn
import torch.nn.functional as F


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super(Softmax, self).__init__()
        self.linear = nn.Linear(im_size[0] * im_size[1] * im_size[2], n_classes)

    def forward(self, images):
        scores = self.linear(images.flatten(1))
        return F.softmax(scores, dim=1)  # it is called softmax classifier
