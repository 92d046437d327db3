"""Promises of the wire format: what goes in comes out, and nothing else gets through."""
import json
import math
import struct
import time
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.confined import wire
from autograder.sandbox.confined.wire import ARRAY_DTYPES, TORCH_DTYPES, Opaque, Remote, WireError, pack, unpack

FEW = settings(max_examples=40, deadline=None)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.tuples(st.integers()), inner, max_size=4)
    ),
    max_leaves=12,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["kind", "items", "shape", "dtype", "size", "digits", "text", "handle", "type", "what", "name", "id"]
            ),
            inner
            | st.sampled_from(
                [
                    "tensor",
                    "array",
                    "tuple",
                    "dict",
                    "bytes",
                    "int",
                    "float",
                    "remote",
                    "opaque",
                    "dtype",
                    "float32",
                    "bool",
                    "complex128",
                ]
            )
            | st.lists(st.integers(-2, 1 << 40), max_size=4),
            max_size=5,
        )
    ),
    max_leaves=10,
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


@FEW
@given(plain)
def test_plain_values_of_every_kind_arrive_as_they_were_sent(value):
    """Numbers, texts, bytes, lists, tuples and dicts survive the journey with their types."""
    got = through(value)
    assert repr(got) == repr(value)


@pytest.mark.parametrize(
    "value", [math.inf, -math.inf, -0.0, 1 << 63, -(1 << 900), "\ud800", torch.Size([2, 3]), torch.int64]
)
def test_values_that_json_does_not_know_arrive_all_the_same(value):
    """Infinities, long numbers, lone surrogates, shapes and dtypes arrive."""
    got = through(value)
    assert got == value and repr(got) == repr(tuple(value) if isinstance(value, torch.Size) else value)
    assert math.isnan(through(math.nan))


@FEW
@given(st.sampled_from(sorted(TORCH_DTYPES)), st.lists(st.integers(0, 4), max_size=4), st.integers(0, 1 << 30))
def test_tensors_arrive_bit_for_bit(name, shape, seed):
    """Every dtype and shape, also without elements or dimensions."""
    raw = torch.randint(
        0,
        2 if name == "bool" else 256,
        (*shape, TORCH_DTYPES[name].itemsize),
        dtype=torch.uint8,
        generator=torch.Generator().manual_seed(seed),
    )
    value = (
        raw.contiguous().view(TORCH_DTYPES[name]).reshape(shape)
        if raw.numel()
        else torch.empty(shape, dtype=TORCH_DTYPES[name])
    )
    got = through(value)
    assert got.dtype is value.dtype and got.shape == value.shape
    assert got.numel() == 0 or torch.equal(got.reshape(-1).view(torch.uint8), value.reshape(-1).view(torch.uint8))


@FEW
@given(
    st.sampled_from(sorted(ARRAY_DTYPES)), st.lists(st.integers(0, 4), max_size=4), st.sampled_from("<>"), st.booleans()
)
def test_arrays_arrive_with_their_values_whatever_their_byte_order_and_strides(name, shape, order, turned):
    """Big-endian and transposed arrays are honest, too."""
    value = np.arange(math.prod(shape)).reshape(shape).astype(ARRAY_DTYPES[name].newbyteorder(order))
    value = value.T if turned else value
    got = through(value)
    assert got.dtype == ARRAY_DTYPES[name] and got.shape == value.shape and (got == value).all()


def test_tensors_of_unusual_making_arrive_by_value():
    """Parameters, views, conjugates, expanded and subclassed tensors are what they compute to."""
    base = torch.arange(6.0).reshape(2, 3)

    class Marked(torch.Tensor):
        pass

    for value in (
        torch.nn.Parameter(base),
        base.T,
        base[:, ::2],
        base[0].expand(4, 3),
        base.to(torch.complex64).conj(),
        base.as_subclass(Marked),
        (base * 2).requires_grad_(),
    ):
        got = through(value)
        assert type(got) is torch.Tensor and not got.requires_grad
        assert torch.equal(got, value.detach().as_subclass(torch.Tensor).resolve_conj())


@pytest.mark.parametrize(
    "value, words",
    [
        (torch.eye(2).to_sparse(), "sparse_coo"),
        (torch.empty(3, device="meta"), "meta"),
        (torch.zeros(2, dtype=torch.uint16), "uint16"),
        (1 << 5000, "5001 bits"),
        (np.longdouble(1), "longdouble"),
    ],
)
def test_what_cannot_travel_by_value_is_named(value, words):
    """A sparse, meta or odd tensor and an endless number arrive as words, not as a crash."""
    got = through(value)
    assert isinstance(got, Opaque) and words in got.what


def test_objects_stay_behind_under_a_number():
    """An object without a plain form is kept, and only its number and class travel; without a keeper it is refused."""
    kept = []
    got = through([object(), {"a": object()}], lambda value: kept.append(value) or Remote(len(kept), "Thing"))
    assert [got[0].handle, got[1]["a"].handle] == [1, 2] and got[0].type_name == "Thing" and len(kept) == 2
    with pytest.raises(WireError, match="cannot travel"):
        pack({"value": object()})


def test_values_nested_without_end_are_refused_by_the_sender():
    """A list that holds itself is an error and no endless loop."""
    loop: list = []
    loop += [loop, loop]
    with pytest.raises(WireError, match="nested deeper"):
        pack({"value": loop})
    with pytest.raises(WireError, match="header of"):
        pack({"value": [0.123456789] * 200_000})


TENSOR = {"kind": "tensor", "dtype": "float32", "shape": [2]}
MALFORMED = {
    "nothing": b"",
    "not UTF-8": b"\xff\xfe{}",
    "no object": "[1]",
    "a text": '"x"',
    "cut off": '{"value": [1, 2',
    "two values": "{}{}",
    "NaN": '{"value": NaN}',
    "Infinity": '{"value": [-Infinity]}',
    "overflowing float": '{"value": 1e999}',
    "too long a number": '{"value": 9223372036854775808}',
    "endless number": '{"value": ' + "9" * 100_000 + "}",
    "a name twice": '{"value": 1, "value": 2}',
    "a name twice inside": '{"value": {"kind": "int", "kind": "int", "digits": "1"}}',
    "a key twice": '{"value": {"kind": "dict", "items": [["a", 1], ["a", 2]]}}',
    "equal keys": '{"value": {"kind": "dict", "items": [[1, 1], [true, 2]]}}',
    "deep lists": '{"value": ' + "[" * 33 + "]" * 33 + "}",
    "very deep lists": '{"value": ' + "[" * 500_000,
    "deep tuples": '{"value": ' + '{"kind": "tuple", "items": [' * 40 + "]}" * 40 + "}",
    "no kind": '{"value": {"x": 1}}',
    "unknown kind": '{"value": {"kind": "object"}}',
    "kind of a list": '{"value": {"kind": [1]}}',
    "kind of a kind": '{"value": {"kind": {"kind": "int"}}}',
    "unhashable key": '{"value": {"kind": "dict", "items": [[[1], 1]]}}',
    "odd pair": '{"value": {"kind": "dict", "items": [[1, 2, 3]]}}',
    "items that are none": '{"value": {"kind": "dict", "items": 7}}',
    "digits that are none": '{"value": {"kind": "int", "digits": "12x"}}',
    "unknown float": '{"value": {"kind": "float", "text": "0.1"}}',
    "too many digits": {"value": {"kind": "int", "digits": "1" * 1001}},
    "unknown dtype": {"value": TENSOR | {"dtype": "object"}},
    "dtype of a list": {"value": TENSOR | {"dtype": ["float32"]}},
    "negative shape": {"value": TENSOR | {"shape": [-1, -8]}},
    "truth as size": {"value": TENSOR | {"shape": [True]}},
    "float as size": {"value": TENSOR | {"shape": [2.0]}},
    "shape that is none": {"value": TENSOR | {"shape": 8}},
    "huge shape": {"value": TENSOR | {"shape": [1 << 39]}},
    "huge product": {"value": TENSOR | {"shape": [1 << 20, 1 << 20, 1 << 20]}},
    "overflowing product": {"value": TENSOR | {"shape": [3] * 16}},
    "too many dimensions": {"value": TENSOR | {"shape": [1] * 17}},
    "nothing times a lot": {"value": TENSOR | {"shape": [0] + [(1 << 40) - 1] * 5}},
    "an array of nothing times a lot": {
        "value": {"kind": "array", "dtype": "bool", "shape": [0] + [(1 << 40) - 1] * 5}
    },
    "more than the body": {"value": {"kind": "bytes", "size": 9}},
    "negative size": {"value": {"kind": "bytes", "size": -1}},
    "a handle of text": {"value": {"kind": "remote", "handle": "1", "type": "x"}},
    "a long type": {"value": {"kind": "remote", "handle": 1, "type": "x" * 201}},
    "a type of a list": {"value": {"kind": "opaque", "what": []}},
    "body left over": {"value": {"kind": "bytes", "size": 7}},
    "body unused": {"value": 1},
    "body used twice": {"value": [{"kind": "bytes", "size": 8}, {"kind": "bytes", "size": 8}]},
    "truth of 2": {"value": {"kind": "tensor", "dtype": "bool", "shape": [8]}},
    "truth of 2 in an array": {"value": {"kind": "array", "dtype": "bool", "shape": [8]}},
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_frame_is_refused_in_words(case):
    """Whatever rule a frame breaks, `WireError` is all that comes of it, at once and in a sentence."""
    started = time.monotonic()
    with pytest.raises(WireError) as caught:
        read(MALFORMED[case], b"\2" * 8)
    assert str(caught.value) and time.monotonic() - started < 2


@settings(max_examples=150, deadline=None)
@given(json_values, st.binary(max_size=16))
def test_no_header_does_anything_but_decode_or_be_refused(value, body):
    """Headers made of the format's own words in any order: a value or `WireError`."""
    try:
        read({"value": value}, body)
    except WireError:
        pass


@settings(max_examples=150, deadline=None)
@given(plain, st.data())
def test_no_damage_to_an_honest_frame_does_anything_but_be_noticed(value, data):
    """A frame with a byte changed, cut off or put in decodes to something plain or is refused."""
    frame = b"".join(bytes(buffer) for buffer in pack({"id": "a", "value": [value, torch.ones(3), np.ones(2)]}))
    header, body = split(frame)
    text = bytearray(header)
    place = data.draw(st.integers(0, len(text) - 1))
    damage = data.draw(st.sampled_from(["change", "cut", "insert"]))
    if damage == "change":
        text[place] = data.draw(st.integers(0, 255))
    elif damage == "cut":
        del text[place:]
    else:
        text.insert(place, data.draw(st.integers(32, 126)))
    try:
        unpack(bytes(text), body)
    except WireError:
        pass


@pytest.mark.parametrize(
    "header",
    [
        {"value": {"kind": "tensor", "dtype": "float64", "shape": [1 << 29]}},
        {"value": {"kind": "bytes", "size": 1 << 39}},
        {"value": [TENSOR | {"shape": [1 << 30]}] * 1000},
        '{"value": ' + "[" * 1000 + "]" * 1000 + "}",
    ],
)
def test_a_lying_header_allocates_nothing(header):
    """Shapes are believed only as far as the body goes."""
    tracemalloc.start()
    with pytest.raises(WireError):
        read(header, bytes(100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20


def test_the_prefix_is_two_numbers_of_four_bytes():
    """What the channel reads first has a fixed size, so that a frame can be refused before anything is allocated for it."""
    assert wire.PREFIX.size == 8 and wire.PREFIX.unpack(struct.pack("!II", 1, 2)) == (1, 2)
