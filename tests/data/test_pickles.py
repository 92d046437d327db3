"""Reading a batch builds numbers and text and runs nothing."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest
from small_archives import python2_pickle

from data_scripts.errors import SourceError
from data_scripts.pickles import load_batch

ROWS = np.arange(12, dtype=np.uint8).reshape(2, 6)


class Command:
    """Runs a command when it is unpickled by the ordinary way."""

    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("rows", [ROWS, np.asfortranarray(ROWS)])
def test_batches_of_every_protocol_are_read(protocol, rows):
    """Whatever Python wrote them, and in either memory order."""
    pixels, labels = load_batch(pickle.dumps({b"data": rows, b"labels": [3, 4]}, protocol=protocol), "batch")
    assert np.array_equal(pixels, ROWS) and labels.tolist() == [3, 4]


def test_a_batch_of_python_2_is_read():
    """The official files."""
    pixels, labels = load_batch(python2_pickle(ROWS, [7, 9]), "batch")
    assert np.array_equal(pixels, ROWS) and labels.tolist() == [7, 9]


@pytest.mark.parametrize("protocol", range(6))
def test_code_in_a_pickle_is_never_run(protocol, monkeypatch):
    """The name is refused before it is imported, let alone called."""
    raw = pickle.dumps({b"data": ROWS, b"labels": Command()}, protocol=protocol)
    monkeypatch.setattr(os, "system", lambda command: pytest.fail("the pickle ran a command"))
    with pytest.raises(SourceError, match="which a data set never needs"):
        load_batch(raw, "batch")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x80\x02}",
        pickle.dumps([1, 2]),
        pickle.dumps({b"data": ROWS}),
        pickle.dumps({b"data": ROWS.astype(np.float32), b"labels": [1, 2]}),
        pickle.dumps({b"data": np.array([{}, {}], dtype=object), b"labels": [1, 2]}),
        pickle.dumps({b"data": ROWS, b"labels": ["cat", "dog"]}),
        b"\x80\x02}U\x04datacnumpy\nload\n.",
        python2_pickle(ROWS, [7, 9])[:-20],
        python2_pickle(ROWS, [7, 9]).replace(b"M\x06\x00", b"M\x07\x00"),
    ],
)
def test_anything_else_than_a_batch_is_one_sentence(raw):
    """Broken, another type, another shape: never a traceback."""
    with pytest.raises(SourceError, match="batch is not a batch of images"):
        load_batch(raw, "batch")
