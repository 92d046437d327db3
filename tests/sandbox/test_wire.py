"""Promises of the wire format: what goes in comes out."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from journeys import plain, through

from autograder.sandbox.confined.wire import ARRAY_DTYPES, TORCH_DTYPES, Opaque, Remote, WireError, pack

FEW = settings(max_examples=40, deadline=None)


@FEW
@given(plain)
def test_plain_values_of_every_kind_arrive_as_they_were_sent(value):
    """Numbers, texts, bytes, lists, tuples and dicts survive the journey with their types."""
    got = through(value)
    assert repr(got) == repr(value)


@pytest.mark.parametrize("value", [math.inf, -math.inf, -0.0, (1 << 63) - 1, -(1 << 63), "\ud800", torch.Size([2, 3]), torch.int64])
def test_values_that_json_does_not_know_arrive_all_the_same(value):
    """Infinities, the longest whole numbers, lone surrogates, shapes and dtypes arrive."""
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
        raw.contiguous().view(TORCH_DTYPES[name]).reshape(shape) if raw.numel() else torch.empty(shape, dtype=TORCH_DTYPES[name])
    )
    got = through(value)
    assert got.dtype is value.dtype and got.shape == value.shape
    assert got.numel() == 0 or torch.equal(got.reshape(-1).view(torch.uint8), value.reshape(-1).view(torch.uint8))


@FEW
@given(st.sampled_from(sorted(ARRAY_DTYPES)), st.lists(st.integers(0, 4), max_size=4), st.sampled_from("<>"), st.booleans())
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
        (1 << 63, "64 bits"),
        (-(10**400), "1329 bits"),
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
    with pytest.raises(WireError, match="a object cannot travel to the sandbox; hand over plain values"):
        pack({"value": object()})


def test_values_nested_without_end_are_refused_by_the_sender():
    """A list that holds itself is an error and no endless loop."""
    loop: list = []
    loop += [loop, loop]
    with pytest.raises(WireError, match="nested deeper"):
        pack({"value": loop})
    with pytest.raises(WireError, match="header of"):
        pack({"value": [0.123456789] * 200_000})
