"""Pictures in files -> arrays of bytes."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from data_scripts.errors import SourceError

FORMATS = ("JPEG", "PNG")
LONGEST_SIDE_PX = 4096


def decode_image(raw: bytes, name: str, mode: str, side_px: int) -> np.ndarray:
    """Decode one picture and bring it to a square.

    Args:
        raw: the bytes of a JPEG or PNG file.
        name: the file's name for messages.
        mode: Pillow's `RGB` or `L`; pictures in another mode are converted.
        side_px: height and width of the result; other sizes are scaled, bilinear with antialiasing.
    Returns:
        Pixels (C, H, W) uint8.
    Raises:
        SourceError: broken, or absurdly large.
    """
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            if max(image.size) > LONGEST_SIDE_PX:
                raise ValueError(f"{image.size[0]} x {image.size[1]} pixels")
            converted = image.convert(mode)
    except Exception as error:  # Pillow's decoders raise many kinds for broken input
        raise SourceError(f"{name} is not a readable picture ({error}); get the data set again") from error
    if converted.size != (side_px, side_px):
        converted = converted.resize((side_px, side_px), Image.Resampling.BILINEAR)
    pixels = np.asarray(converted, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
