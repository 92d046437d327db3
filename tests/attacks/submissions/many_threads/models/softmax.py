"""Starts very many threads and keeps them for a while."""
from torch import nn

try:
    import threading, time
    end = threading.Event()
    try:
        for _ in range(300):
            threading.Thread(target=end.wait, daemon=True).start()
        time.sleep(1)
        print('SUCCEEDED')
    finally:
        end.set()
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
