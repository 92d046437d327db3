"""Makes calls that numerical code has no use for: local tables of segments, memory policies, locked memory."""
from torch import nn

try:
    import ctypes, mmap
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(1 << 14)
    page = ctypes.c_void_p(ctypes.addressof(buffer) + 4095 & ~4095)
    for name, number, arguments in (
            ('modify_ldt', 154, (0, buffer, ctypes.c_ulong(64))), ('set_mempolicy', 238, (0, None, 0)),
            ('mbind', 237, (page, ctypes.c_ulong(4096), 0, None, 0, 0)), ('mlock', 149, (page, ctypes.c_ulong(4096))),
            ('mlock2', 325, (page, ctypes.c_ulong(4096), 0)), ('vmsplice', 278, (-1, None, ctypes.c_ulong(0), 0))):
        if libc.syscall(number, *arguments) >= 0:
            print('SUCCEEDED', name)
except BaseException as error:
    print('stopped by', type(error).__name__)


class Softmax(nn.Module):
    def __init__(self, im_size, n_classes):
        super().__init__()
        c, h, w = im_size
        self.affine = nn.Linear(c * h * w, n_classes)

    def forward(self, images):
        return self.affine(images.flatten(1))
