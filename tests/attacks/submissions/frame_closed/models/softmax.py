"""Closes the connection and goes on computing."""
from torch import nn

import json, os, struct

def say(header, body=b'', size=None):
    text = json.dumps(header).encode()
    os.write(3, struct.pack('!II', len(text) if size is None else size, len(body)) + text + body)


os.close(3)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
