"""Sends half an answer and goes on."""
from torch import nn

import json, os, struct

def say(header, body=b'', size=None):
    text = json.dumps(header).encode()
    os.write(3, struct.pack('!II', len(text) if size is None else size, len(body)) + text + body)


os.write(3, struct.pack('!II', 100, 0) + b'{')


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
