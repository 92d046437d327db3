"""Promises about checkpoints that are not what they say: what a student hands in as weights runs nothing."""

import io
import os
import pickle
import zipfile

import pytest
import torch

from autograder.sandbox.faults import Raised
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import Student

MODEL = b"""
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 3)


def there():
    import os
    return os.path.exists('ran')
"""


class Bomb:
    """Runs a line of Python when it is unpickled."""

    def __reduce__(self):
        return exec, ("open('ran', 'w')",)


def saved(value: object) -> bytes:
    """What torch.save makes of a value."""
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def packed_zeros() -> bytes:
    """A checkpoint of some kilobytes whose one tensor unpacks to gigabytes."""
    small = saved({"layer.weight": torch.zeros(3, 2), "layer.bias": torch.zeros(3)})
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            new.writestr(name, bytes(200 << 20) if name.endswith("data/0") else old.read(name))
    return file.getvalue()


CHECKPOINTS = {
    "a pickle that runs code": lambda: pickle.dumps(Bomb()),
    "a checkpoint that runs code": lambda: saved({"layer.weight": Bomb()}),
    "an old checkpoint that runs code": lambda: (
        pickle.dumps(0x1950A86A20F9469CFC6C) + pickle.dumps(1001) + pickle.dumps({}) + pickle.dumps(Bomb())
    ),
    "a tensor that unpacks to more than the memory": packed_zeros,
    "noise": lambda: os.urandom(5000),
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_hostile_checkpoint_runs_nothing(warm, name):
    """It cannot be loaded, its author reads why, nothing of it was run, and the model is as it was."""
    student = Student(
        warm, {"net.py": MODEL}, ["net.py"], {"declared": ["net"], "seed": 1, "device": "cpu"}, Limits(check_s=30, memory_mib=150)
    )
    try:
        model = student.net.Net()
        with pytest.raises(Raised):
            student.probe("load_checkpoint", model, CHECKPOINTS[name]())
        assert student.net.there() is False and not os.path.exists("ran")
    finally:
        student.close()
