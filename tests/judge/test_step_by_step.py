"""Promises of the hint that says in which line a wrong result begins to be wrong: true, harmless, and silent where unsure."""

import copy
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from autograder.judge import step_by_step
from autograder.judge.expect import CheckFailed, expect_close
from autograder.results.record import STEP_BY_STEP
from autograder.sandbox.confined import modules, steps
from autograder.sandbox.faults import Raised

IMAGES = torch.randn(5, 2, 3, 4, generator=torch.Generator().manual_seed(1))
FIRST, SECOND = (torch.randn(shape, generator=torch.Generator().manual_seed(shape[0])) / 4 for shape in ((6, 24), (3, 6)))
BIAS, LAST = torch.linspace(-1, 1, 6), torch.tensor([0.5, -1.0, 2.0])
HEAD = """import torch
import torch.nn.functional as F
def scores(images, first, bias, second, last):
"""


def ours(images, first, bias, second, last):
    """Affine, ReLU, affine."""
    hidden = nn.functional.linear(images.flatten(1), first, bias)
    return nn.functional.linear(torch.relu(hidden), second, last)


@pytest.fixture
def answer(tmp_path, monkeypatch):
    """`answer(body)`: a student's function of that body, as a check holds it; the service runs in this process."""

    def made(body: str, **changed):
        text = HEAD + "".join(f"    {line}\n" for line in body.splitlines())
        path = tmp_path / "net.py"
        path.write_text(text)
        names = {}
        exec(compile(text, str(path), "exec"), names)
        monkeypatch.setattr(modules, "student_root", str(tmp_path))
        probe = changed.get("probe") or (lambda name, function, *inputs: steps.steps(names["scores"], *inputs))
        return SimpleNamespace(_student=SimpleNamespace(probe=probe, file={"net.py": text.encode()}.get))

    return made


def said(function) -> str:
    """The hint for the made-up network."""
    inputs = (IMAGES, FIRST, BIAS, SECOND, LAST)
    found = step_by_step.where_it_differs(function, step_by_step.steps_of(ours, *inputs), IMAGES, *inputs[1:])
    return found.removeprefix(STEP_BY_STEP)


SEPARATE = "x = images.flatten(1)\nh = F.linear(x, first, bias)\nh = {}\nreturn F.linear(h, second, last)"
UP_TO = "up to line 5 (`h = F.linear(x, first, bias)`) your values are ours; line 6 (`h = {}`) is the first whose values are not."


@pytest.mark.parametrize("code", ["F.leaky_relu(h)", "torch.sigmoid(h)", "h * 2", "h.softmax(1)"])
def test_the_first_line_that_differs_is_named(answer, code):
    """And the last one before it whose values are right."""
    assert said(answer(SEPARATE.format(code))) == UP_TO.format(code)


@pytest.mark.parametrize(
    "body, words",
    [
        (
            "x = images / 255\nh = torch.relu(F.linear(x.flatten(1), first, bias))\nreturn F.linear(h, second, last)",
            "line 4 (`x = images / 255`) gives the first values that are not ours.",
        ),
        (
            "x = images.flatten(1)\nh = torch.relu(x @ first.T)\nreturn F.linear(h, second, last)",
            "up to line 4 (`x = images.flatten(1)`) your values are ours; line 5 (`h = torch.relu(x @ first.T)`) is the first whose "
            "values are not: there a bias is missing.",
        ),
        (
            "x = images.flatten(1)\nh = x @ first.T\nh = h + 2 * bias\nreturn F.linear(torch.relu(h), second, last)",
            "up to line 4 (`x = images.flatten(1)`) your values are ours; line 6 (`h = h + 2 * bias`) is the first whose values are not.",
        ),
        (
            "x = images.reshape(24, 5).T\nh = torch.relu(F.linear(x, first, bias))\nreturn F.linear(h, second, last)",
            "line 4 (`x = images.reshape(24, 5).T`) gives the first values that are not ours.",
        ),
        (
            "h = torch.relu(F.linear(images.flatten(1), first, bias))\nreturn h",
            "up to line 4 (`h = torch.relu(F.linear(images.flatten(1), first, bias))`), the last that computes something, your values "
            "are ours. Which step is missing?",
        ),
        (
            "x = images.flatten(1)\nh = F.elu(F.linear(x, first, bias))\nr = torch.relu(F.linear(x, first, bias))\n"
            "return F.linear(h + 0 * r, second, last)",
            "in line 5 (`h = F.elu(F.linear(x, first, bias))`) your values are ours up to `linear`; `elu` gives the first that are not.",
        ),
        (
            "x = images.flatten(1)\nprint_me = x.softmax(1)\nh = F.linear(x, first, bias)\nreturn F.linear(F.elu(h), second, last)",
            "up to line 6 (`h = F.linear(x, first, bias)`) your values are ours; line 7 (`return F.linear(F.elu(h), second, last)`) is the "
            "first whose values are not.",
        ),
        (
            "return F.linear(F.linear(images.flatten(1), first, bias), second, last)",
            "in line 4 (`return F.linear(F.linear(images.flatten(1), first, bias), second, last)`) your values are ours up to `linear` "
            "number 1; `linear` number 2 gives the first that are not.",
        ),
    ],
    ids=[
        "scaled images",
        "no bias",
        "bias twice",
        "mixed images",
        "a step is missing",
        "a wrong branch before a right one",
        "something that is not used",
        "one line",
    ],
)
def test_what_is_said_is_true(answer, body, words):
    """Of a change before the first step, a missing bias, a wrong one, mixed images, a missing step, and several in one line."""
    assert said(answer(body)) == words


@pytest.mark.parametrize(
    "body",
    [
        "x = images.permute(0, 3, 2, 1).flatten(1)\nw = first.reshape(6, 2, 3, 4).permute(0, 3, 2, 1).flatten(1)\n"
        "h = x @ w.T\nh += bias\nh = F.elu(h)\nreturn h @ second.T + last",
        "rows = []\nfor image in images:\n    rows.append(first @ image.flatten() + bias)\nh = torch.stack(rows)\nh = F.elu(h)\n"
        "return h @ second.T + last",
        "h = (first @ images.flatten(1).T + bias[:, None])\nh = F.elu(h)\nreturn (second @ h).T + last",
    ],
    ids=["another order of pixels", "a loop over images", "columns for images"],
)
def test_other_ways_to_the_same_values_are_ours_too(answer, body):
    """Up to the line that is wrong in each of them."""
    assert "(`h = F.elu(h)`) is the first whose values are not." in said(answer(body))


def reply(**changed):
    """A service that was tampered with: what it says of its only step is changed."""
    step = {"name": "relu", "file": "net.py", "line": 4, "value": torch.ones(5, 6), "parents": []} | changed
    return lambda name, function, *inputs: {"steps": [step], "results": [0, -1, 10**400], "complete": True}


@pytest.mark.parametrize(
    "probe",
    [reply(file="../secret.py"), reply(line=99), reply(line=-1), reply(value="no tensor"), reply(file=""), reply(parents=[0])],
    ids=["another file", "a line that is not there", "a negative line", "no tensor", "no file", "from itself"],
)
def test_a_trace_that_cannot_be_placed_says_nothing(answer, probe):
    """Only lines that were handed in are shown, by their own text."""
    assert said(answer("return images", probe=probe)) == ""


@pytest.mark.parametrize("value", [torch.full((5, 6), float("nan")), torch.ones(5, 6, dtype=torch.complex64), torch.zeros(0)])
def test_odd_values_are_no_match(answer, value):
    """NaN, complex numbers, nothing."""
    words = said(answer("return images", probe=reply(value=value, name="\x1b[2J`relu`\n")))
    assert words == "line 4 (`return images`) gives the first values that are not ours."


def test_names_and_lines_are_harmless(answer):
    """No terminal code, no new line, and nothing endless."""
    function = answer("x = images.flatten(1)  # \x1b[2J\u202e " + "x" * 999 + "\nreturn F.linear(F.relu(x), first, bias)")
    words = said(function)
    assert "\x1b" not in words and "\u202e" not in words and "\n" not in words and len(words) < 400


def test_too_many_steps_and_faults_say_nothing(answer):
    """A loop of thousands of operations, values of megabytes, code that raises this time."""

    def stops(name, function, *inputs):
        raise Raised("net.py stopped")

    assert said(answer("x = images\nfor _ in range(400): x = x + 1\nreturn x")) == ""
    assert said(answer("return images.repeat(9999, 1, 1, 1)")) == ""
    assert said(answer("return images", probe=stops)) == ""


def test_only_a_check_that_failed_gets_the_sentence(answer):
    """After its own words, and without the numbers that were expected."""
    inputs = (IMAGES, FIRST, BIAS, SECOND, LAST)
    function, want = answer(SEPARATE.format("F.elu(h)")), ours(*inputs)
    with step_by_step.step_by_step(function, ours, *inputs):
        expect_close("net(...)", want, want, rtol=0, atol=1e-6)
    with pytest.raises(CheckFailed) as caught, step_by_step.step_by_step(function, ours, *inputs):
        expect_close("net(...)", want + 1, want, rtol=0, atol=1e-6, hint="Why?")
    first, hint, traced = caught.value.message.splitlines()
    assert first.startswith("net(...) returned 15 wrong values") and hint == "Why?" and str(caught.value) == caught.value.message
    assert traced == STEP_BY_STEP + UP_TO.format("F.elu(h)")


def test_a_hint_that_cannot_be_made_changes_no_verdict():
    """The check fails with its own words, whatever happens to the hint."""
    with pytest.raises(CheckFailed) as caught, step_by_step.traced(lambda: torch.ones(2) @ torch.ones(3)):
        expect_close("net(...)", torch.ones(2), torch.zeros(2), rtol=0, atol=1e-6, hint="Why?")
    assert caught.value.message.endswith("Why?")


def updated(average, model, decay):
    """A right update."""
    with torch.no_grad():
        for a, p in zip(average.parameters(), model.parameters()):
            a.mul_(decay).add_(p, alpha=1 - decay)
        for a, p in zip(average.buffers(), model.buffers()):
            a.copy_(p)


UPDATE = """import torch
def update(average, model, decay):
"""


@pytest.mark.parametrize(
    "body, words",
    [
        (
            "with torch.no_grad():\n    for a, p in zip(average.parameters(), model.parameters()):\n        a.mul_(decay)\n        a.add_(p)",
            "up to line 5 (`a.mul_(decay)`) your values are ours; line 6 (`a.add_(p)`) is the first whose values are not.",
        ),
        (
            "for a, p in zip(average.parameters(), model.parameters()):\n    a.data = p.data * decay + a.data * (1 - decay)",
            "line 4 (`a.data = p.data * decay + a.data * (1 - decay)`) gives the first values that are not ours.",
        ),
        (
            "for a, p in zip(average.parameters(), model.parameters()):\n    a.data.lerp_(p.data, 1 - decay)\n"
            "for a, p in zip(average.buffers(), model.buffers()):\n    a.copy_(decay * a + (1 - decay) * p)",
            "up to line 4 (`a.data.lerp_(p.data, 1 - decay)`) your values are ours; line 6 (`a.copy_(decay * a + (1 - decay) * p)`) is the "
            "first whose values are not.",
        ),
        (
            "for a, p in zip(average.parameters(), model.parameters()):\n    a.data.lerp_(p.data, 1 - decay)",
            "up to line 4 (`a.data.lerp_(p.data, 1 - decay)`), the last that computes something, your values are ours. Which step is "
            "missing, or where does its result go?",
        ),
    ],
    ids=["added whole", "weights exchanged", "buffers averaged", "buffers left out"],
)
def test_the_steps_of_an_update_are_followed(tmp_path, monkeypatch, body, words):
    """In place, by `.data`, in a loop: what is written into a network's parameters and buffers."""
    text = UPDATE + "".join(f"    {line}\n" for line in body.splitlines())
    path, names = tmp_path / "ema.py", {}
    path.write_text(text)
    exec(compile(text, str(path), "exec"), names)
    monkeypatch.setattr(modules, "student_root", str(tmp_path))
    average, model = (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)) for _ in range(2))
    for number, network in enumerate((average, model)):
        torch.nn.init.normal_(network[1].running_mean, generator=torch.Generator().manual_seed(number))
    right = step_by_step.steps_of_update(updated, *(copy.deepcopy(network) for network in (average, model)), 0.9)
    probe = lambda service, function, *inputs: getattr(steps, service)(names["update"], *inputs)  # noqa: E731
    function = SimpleNamespace(_student=SimpleNamespace(probe=probe, file={"ema.py": text.encode()}.get))
    found = step_by_step.where_an_update_differs(function, right, average, model, 0.9)
    assert found.removeprefix(STEP_BY_STEP) == words
