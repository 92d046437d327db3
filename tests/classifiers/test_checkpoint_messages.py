"""A checkpoint that cannot be used is called what it is, and the layers are blamed only where they differ."""

import io
import types
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import nn

from autograder.checks.classifiers.checkpoints import load_checkpoint
from autograder.judge.expect import CheckFailed
from autograder.sandbox.limits import Limits
from autograder.sandbox.student import Student
from autograder.sandbox.warm import WarmProcess

CODE = b"from torch import nn\n\n\ndef Net():\n    return nn.Sequential(nn.Linear(2, 3))\n"


def saved(value: object) -> bytes:
    """What torch.save makes of a value."""
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def right() -> dict:
    """The weights of the student's network."""
    return nn.Sequential(nn.Linear(2, 3)).state_dict()


def behind(prefix: str) -> dict:
    """Those weights as a wrapper names them."""
    return {prefix + name: value for name, value in right().items()}


MESSAGES = {
    "nothing": (lambda: b"", "mymodel.pt is empty"),
    "a pointer": (lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "a pointer of Git LFS"),
    "a page": (lambda: b"<!DOCTYPE html><p>Sign in", "no file that `torch.save` writes, or is damaged"),
    "half a file": (lambda: saved(right())[:300], "no file that `torch.save` writes, or is damaged"),
    "a whole model": (
        lambda: saved(nn.Sequential(nn.Linear(2, 3))),
        "holds a whole object (`torch.nn.modules.container.Sequential`)",
    ),
    "an object of the student's": (
        lambda: saved({"model": right(), "by": types.SimpleNamespace()}),
        "holds a whole object (`types.Simple",
    ),
    "values of numpy": (lambda: saved({name: value.numpy() for name, value in right().items()}), "holds values of numpy (`numpy."),
    "a figure of numpy's beside": (
        lambda: saved({"weights": right(), "accuracy": np.float64(0.9)}),
        "holds values of numpy (`numpy.",
    ),
    "weights in a dict": (
        lambda: saved({"model_state_dict": right(), "epoch": 3}),
        "it is a dict with an entry `model_state_dict`",
    ),
    "several GPUs": (lambda: saved(behind("module.")), "inside torch.nn.DataParallel"),
    "a compiled model": (lambda: saved(behind("_orig_mod.")), "inside torch.compile"),
    "other layers": (lambda: saved(nn.Linear(2, 3).state_dict()), "other layers or sizes"),
}


@pytest.fixture(scope="module")
def student() -> Iterator[Student]:
    """A student whose network is small."""
    warm = WarmProcess("cpu")
    found = Student(warm, {"net.py": CODE}, ["net.py"], {"declared": ["net"], "seed": 1, "device": "cpu"}, Limits(check_s=60))
    yield found
    found.close()
    warm.close()


@pytest.mark.parametrize("name", MESSAGES)
def test_a_checkpoint_that_cannot_be_used_is_called_what_it_is(student, name):
    """In the first line, which is all that a remark shows."""
    content, words = MESSAGES[name]
    student.start_check()
    with pytest.raises(CheckFailed) as said:
        load_checkpoint(student, student.net.Net(), content())
    first = str(said.value).split("\n")[0]
    assert words in first and ("layers" in first) == (name == "other layers")


def test_what_is_right_is_loaded_from_whatever_it_was_saved_with(student):
    """Half the precision, and torch's old format."""
    student.start_check()
    old = io.BytesIO()
    torch.save(right(), old, _use_new_zipfile_serialization=False)
    half = saved({name: value.half() for name, value in right().items()})
    for content in (saved(right()), old.getvalue(), half):
        load_checkpoint(student, student.net.Net(), content)
