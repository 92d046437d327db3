"""Pictures become squares of bytes; what is no picture is one sentence."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from small_archives import jpeg

from data_scripts.errors import SourceError
from data_scripts.images import decode_image


def png(width: int, height: int) -> bytes:
    """A black picture of this size."""
    buffer = io.BytesIO()
    Image.new("L", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3)])
@pytest.mark.parametrize("colour", [(200, 200, 200), 200])
def test_colour_and_gray_become_what_was_asked_for(mode, channels, colour):
    """Both kinds of picture in both modes, scaled to the square."""
    pixels = decode_image(jpeg(colour, width=50, height=30), "a.jpg", mode, 16)
    assert pixels.shape == (channels, 16, 16) and pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - 200).max() <= 2


def test_channels_come_first():
    """A red picture is bright in the first channel only."""
    assert decode_image(jpeg((250, 5, 5)), "a.jpg", "RGB", 64).mean(axis=(1, 2)).round(-1).tolist() == [250, 0, 0]


@pytest.mark.parametrize("raw", [b"", b"GIF89a" + b"0" * 50, jpeg(0)[:200], b"\xff\xd8\xff", png(5000, 2)])
def test_what_is_no_picture_is_one_sentence(raw):
    """Empty, another format, cut short, or far larger than any picture of the course."""
    with pytest.raises(SourceError, match="a.jpg is not a readable picture"):
        decode_image(raw, "a.jpg", "RGB", 64)
