"""A thread changes what it returned, after the reply."""
from torch import nn

import threading, time
kept = []


def change():
    for _ in range(200):
        for scores in kept:
            scores.data.add_(1)
        time.sleep(0.01)


threading.Thread(target=change, daemon=True).start()


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        scores = self.affine(images.flatten(1))
        kept.append(scores.detach().clone())
        return scores
