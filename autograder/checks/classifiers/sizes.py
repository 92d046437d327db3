"""Which size of a network is another than was asked for, in words: from the shapes of its parameters."""

from autograder.judge.registered import FIXED_IMAGE

from .pools import ROUNDED_UP, STRIDE_ONE

Shape = tuple[int, ...]
NOT_SQUARE = "Height and width are taken to be equal: images need not be square."


def linear_hint(found: list[Shape], pixels: int, n_classes: int) -> str:
    """For an affine layer from pixels to classes.

    Args:
        found: shapes of the student's parameters.
    """
    sizes = {size for shape in found if len(shape) == 2 for size in shape} - {pixels, n_classes}
    if not sizes or pixels in {size for shape in found for size in shape}:
        return ""
    if any(size % 1024 == 0 or size == 32 * 32 * 3 + 1 for size in sizes):
        return FIXED_IMAGE
    return "Is the weight as wide as an image has numbers, channels times height times width?"


def hidden_hint(found: list[Shape], pixels: int, hidden_dim: int, n_classes: int) -> str:
    """For two affine layers, from pixels over hidden units to classes."""
    matrices = [shape for shape in found if len(shape) == 2]
    if (pixels, pixels) in matrices and hidden_dim != pixels:
        return f"The hidden layer has as many units as an image has numbers: take their number from `hidden_dim`, which is {hidden_dim} here."
    units = {size for shape in matrices if pixels in shape for size in shape} - {pixels}
    if len(matrices) == 2 and units and hidden_dim not in units:
        number = min(units)
        same = ", as many as there are classes" if number == n_classes else ""
        return f"The hidden layer has {number} units{same}: take their number from `hidden_dim`, which is {hidden_dim} here."
    if len(matrices) == 2 and not units:
        return linear_hint(found, pixels, n_classes)
    return ""


def convolution_hint(found: list[Shape], im_size: tuple[int, int, int], filters: int, kernel_size: int) -> str:
    """For a convolution and an affine layer that fit together with no padding at all."""
    channels, height, width = im_size
    kernels = [shape for shape in found if len(shape) == 4]
    if any(shape[0] == kernel_size and shape[2:] == (filters, filters) for shape in kernels):
        return "`hidden_dim` and `kernel_size` are exchanged."
    if any(kernel_size not in shape[2:] for shape in kernels):
        return "The filters have a fixed size: take it from `kernel_size`."
    if len(kernels) != 1 or len(found) > 4:
        return ""
    number, depth = kernels[0][:2]
    affine = _affine_hint({max(shape) for shape in found if len(shape) == 2}, height, width, filters, kernel_size)
    if depth != channels and affine == FIXED_IMAGE:
        return affine
    if depth != channels and depth == 1:
        return "Each filter looks at one channel alone (`groups`): let every filter span all channels of the image."
    if depth != channels:
        return "The filters have a fixed number of channels: take it from `im_size`."
    if number not in (filters, filters * channels):
        return f"The convolution has {number} filters: take their number from `hidden_dim`, which is {filters} here."
    return affine


def _affine_hint(inputs: set[int], height: int, width: int, filters: int, kernel_size: int) -> str:
    if inputs & {filters * side**2 for side in (14, 15, 16)}:
        return FIXED_IMAGE
    sides = [(height + 2 * pad - kernel_size + 1, width + 2 * pad - kernel_size + 1) for pad in range(kernel_size)]
    for words, sizes in {
        "The affine layer is as wide as the maps before pooling: the pool halves height and width.": {
            high * wide for high, wide in sides
        },
        NOT_SQUARE: {(side // 2) ** 2 for pair in sides for side in pair} - {1},
        ROUNDED_UP: {-(-high // 2) * -(-wide // 2) for high, wide in sides},
        STRIDE_ONE: {(high - 1) * (wide - 1) for high, wide in sides},
    }.items():
        if inputs & {filters * size for size in sizes}:
            return words
    return ""
