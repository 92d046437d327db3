"""Promises about this part's services beside a student's code: an answer that they cannot have given is its author's fault."""

import pytest
import torch

from autograder.checks.scenes import replies  # noqa: F401   declares them
from autograder.sandbox import probe_replies
from autograder.sandbox.faults import Crashed

ONE = torch.ones(2)


@pytest.mark.parametrize(
    "name, arguments, reply",
    [
        ("apply_to_picture", (None, None, 2), [ONE]),
        ("load_pictures", (None, "root", ["a"]), [ONE]),
        ("steps_with_gradients", (None, None, [1.0]), []),
        ("quantized", (), {"runs": [], "scores": ONE, "bytes": [1], "argument": {"names": True, "modes": True, "values": True}}),
    ],
)
def test_an_answer_of_the_wrong_form_is_the_fault_of_who_forged_it(name, arguments, reply):
    """Wrong kinds, rows or lengths."""
    with pytest.raises(Crashed, match="sent the grader something it had not asked for"):
        probe_replies.vetted(name, arguments, reply, "f()", {})
