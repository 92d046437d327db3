"""Promises of the hint that says in which line a wrong result begins to be wrong: true, harmless, and silent where unsure."""

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
            "return F.linear(F.linear(images.flatten(1), first, bias), second, last)",
            "in line 4 (`return F.linear(F.linear(images.flatten(1), first, bias), second, last)`) your values are ours up to `linear` "
            "number 1; `linear` number 2 gives the first that are not.",
        ),
    ],
    ids=["scaled images", "no bias", "bias twice", "mixed images", "a step is missing", "one line"],
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
    step = {"name": "relu", "file": "net.py", "line": 4, "value": torch.ones(5, 6)} | changed
    return lambda name, function, *inputs: {"steps": [step], "complete": changed.pop("complete", True)}


@pytest.mark.parametrize(
    "probe",
    [reply(file="../secret.py"), reply(line=99), reply(line=-1), reply(value="no tensor"), reply(file="")],
    ids=["another file", "a line that is not there", "a negative line", "no tensor", "no file"],
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
