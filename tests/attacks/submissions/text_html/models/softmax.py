"""Raises and prints HTML with a script."""
from torch import nn

print('<script>alert(1)</script>')


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        raise ValueError('</pre><script>alert(1)</script><img src=x onerror=alert(1)>`<b>`{{7*7}}')
