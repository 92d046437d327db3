"""Sends its answer one byte in a while."""
from torch import nn

import json, os, struct

def say(header, body=b'', size=None):
    text = json.dumps(header).encode()
    os.write(3, struct.pack('!II', len(text) if size is None else size, len(body)) + text + body)


import time
for byte in struct.pack('!II', 50, 0) + b'{' * 50:
    os.write(3, bytes([byte]))
    time.sleep(0.2)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
