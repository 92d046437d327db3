"""Promises of the wire format: nothing that is not honest gets through, at once and without allocating anything."""

import json
import random
import struct
import time
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from journeys import plain, read, split

from autograder.sandbox.confined import wire
from autograder.sandbox.confined.bounds import Bounds
from autograder.sandbox.confined.wire import WireError, pack, unpack

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["kind", "items", "shape", "dtype", "size", "digits", "text", "handle", "type", "what", "name", "id"]),
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
    "a million digits": '{"value": ' + "9" * 1_000_000 + "}",
    "a float of a million digits": '{"value": 0.' + "9" * 1_000_000 + "}",
    "an object of many names": '{"value": {' + ", ".join(f'"{n}": {n}' for n in range(17)) + "}}",
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
    "an array of nothing times a lot": {"value": {"kind": "array", "dtype": "bool", "shape": [0] + [(1 << 40) - 1] * 5}},
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


def test_keys_of_one_hash_cost_no_more_than_others():
    """Tuples of -1 and -2 have one hash, as have whole numbers a multiple of 2^61 - 1 apart; a dict of them would be quadratic."""
    chance = random.Random(1)
    alike = [{"kind": "tuple", "items": [chance.choice((-1, -2)) for _ in range(15)]} for _ in range(13_000)]
    started = time.process_time()
    assert read({"value": {"kind": "dict", "items": [[key, 0] for key in alike] + [["a", 1]]}})["value"] == {"a": 1}
    assert time.process_time() - started < 5
    with pytest.raises(WireError, match="a number outside 64 bits"):
        read({"value": {"kind": "dict", "items": [[(1 << 61) * 9 - 9, 0]]}})


@pytest.mark.parametrize(
    "value",
    [
        TENSOR | {"shape": [101]},
        {"kind": "bytes", "size": 101},
        [0] * 51,
        "x" * 51,
        {"kind": "dict", "items": [[n, n] for n in range(26)]},
        {"kind": "array", "dtype": "bool", "shape": [101]},
    ],
)
def test_an_answer_that_holds_more_than_it_may_is_refused(value):
    """Elements, values and characters are counted while they are read, whoever sent them."""
    with pytest.raises(WireError, match="more .* than an answer can need"):
        unpack(json.dumps({"value": value}).encode(), bytearray(404), Bounds(100, 50, 50))


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
