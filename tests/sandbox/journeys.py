"""Values for the wire format, and their journey."""

import json

from hypothesis import strategies as st

from autograder.sandbox.confined import wire
from autograder.sandbox.confined.wire import pack, unpack

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(-(1 << 63), (1 << 63) - 1), inner, max_size=4)
    ),
    max_leaves=12,
)


def through(value, keep=None):
    """A value after its journey."""
    frame = b"".join(bytes(buffer) for buffer in pack({"value": value}, keep))
    return unpack(*split(frame))["value"]


def split(frame: bytes) -> tuple[bytes, bytearray]:
    """Header and body of a frame."""
    header_bytes, body_bytes = wire.PREFIX.unpack(frame[:8])
    assert len(frame) == 8 + header_bytes + body_bytes
    return frame[8 : 8 + header_bytes], bytearray(frame[8 + header_bytes :])


def read(header, body: bytes = b""):
    """A header, given as text or as an object, after decoding."""
    text = header if isinstance(header, (str, bytes)) else json.dumps(header)
    return unpack(text if isinstance(text, bytes) else text.encode(), bytearray(body))
