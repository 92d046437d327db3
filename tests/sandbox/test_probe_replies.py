"""Promises about the kit's services beside a student's code: an answer that they cannot have given is its author's fault."""

import importlib
import inspect

import pytest
import torch

from autograder.course import CHECKS, KIT_ROOT, parts, problems, services
from autograder.sandbox import probe_replies
from autograder.sandbox.confined import probes
from autograder.sandbox.confined.services import load as services_in
from autograder.sandbox.faults import Crashed

JUDGE = KIT_ROOT / "autograder" / "judge"
ONE = torch.ones(2)


def used() -> set[str]:
    """The services that hidden checks and judges ask for."""
    general = {name for name, value in vars(probes).items() if inspect.isfunction(value)}
    texts = {path: path.read_text(encoding="utf-8") for folder in (CHECKS, JUDGE) for path in folder.rglob("*.py")}
    found = {name for name in general for text in texts.values() if f'"{name}"' in text}
    for folder in services(problems()).values():
        own = services_in(str(folder))
        found |= {
            name for name in own for path, text in texts.items() if f'"{name}"' in text and path.is_relative_to(folder.parent)
        }
    return found


def test_the_kind_of_every_answer_is_known():
    """A service that is not in the list could make a check stumble, which would be a fault of ours."""
    for part in parts():
        importlib.import_module(f"autograder.checks.{part.id}")
    assert used() and used() - probe_replies.KINDS.keys() == set()


@pytest.mark.parametrize(
    "name, arguments, reply",
    [
        ("call_with_leaves", (None, [1, 2], [0]), {"result": ONE, "graph": True, "gradients": [], "after": [1, 2]}),
        ("call_and_show_inputs", (None, ONE), (ONE, [])),
        ("parameters", (None,), [("weight", (1,), torch.float32)]),
        ("convolution_corners", (None,), [(1.0, "x")]),
    ],
)
def test_an_answer_of_the_wrong_form_is_the_fault_of_who_forged_it(name, arguments, reply):
    """Wrong kinds, rows or lengths."""
    with pytest.raises(Crashed, match="sent the grader something it had not asked for"):
        probe_replies.vetted(name, arguments, reply, "f()", {})


def test_a_true_answer_passes():
    """What the service itself gives is taken as it is."""
    reply = {"result": ONE, "graph": True, "gradients": [None], "after": [1, ONE]}
    assert probe_replies.vetted("call_with_leaves", (None, [1, 2], [0]), reply, "f()", {}) == reply
