"""Promises about honest submissions with honest mistakes: what a check gets, and what the student reads."""

import copy

import numpy as np
import pytest
import torch

from autograder.sandbox.confined.wire import Opaque
from autograder.sandbox.faults import Missing, NotWritten, Raised, StudentFault
from autograder.sandbox.held import Held

NET = """
import torch
from torch import nn
from helpers import scale

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer = nn.Linear(width, 2)

    def forward(self, x):
        return scale(self.layer(x))
"""


def test_a_model_lives_in_the_child_and_only_values_come_out(hand_in):
    """Construct, call, read attributes, use the kit's probes: tensors and numbers arrive, the model itself does not."""
    student = hand_in({"models/net.py": NET, "helpers.py": "def scale(x): return 2 * x"})
    model = student.models.net.Net(3)
    assert isinstance(model, Held) and model.type_name == "Net"
    student.probe("load", model, {"layer.weight": torch.ones(2, 3), "layer.bias": torch.zeros(2)})
    got = model(torch.arange(6.0).reshape(2, 3))
    assert type(got) is torch.Tensor and got.tolist() == [[6, 6], [24, 24]]
    assert model.layer.in_features.fetch() == 3 and torch.equal(model.layer.weight.fetch(), torch.ones(2, 3))
    assert student.probe("module_types", model) == ["Net", "Linear"]


def test_the_tree_may_be_any_part_of_the_assignment(hand_in):
    """Modules of a package import each other absolutely and relatively, and helpers that nobody declared."""
    student = hand_in(
        {
            "models/__init__.py": "",
            "models/net.py": "from .extra import one\nfrom models.extra import one as same\ndef f(): return one() + same()",
            "models/extra.py": "def one(): return 1",
        }
    )
    assert student.models.net.f() == 2


def test_what_is_printed_is_kept_apart_from_what_is_returned(hand_in):
    """Output of import, call and error stream is kept for the teaching assistant."""
    student = hand_in("import sys\nprint('at import')\ndef f():\n    print('é', end='')\n    sys.stderr.write('err')\n    return 1")
    assert student.work.f() == 1
    student.close()
    assert student.printed.decode() == "at import\néerr"


@pytest.mark.parametrize(
    "body, words",
    [
        (
            "return [1, 2][5]",
            "f(1) stopped in your work.py, line 2: IndexError: list index out of range\n        return [1, 2][5]",
        ),
        ("raise ValueError", "f(1) stopped in your work.py, line 2: ValueError\n"),
        ("import sklearn_x", "ModuleNotFoundError: No module named 'sklearn_x'"),
        ("sys.exit(3)", "line 2: SystemExit: 3"),
        ("raise KeyboardInterrupt", "line 2: KeyboardInterrupt"),
        ("return f(x)", "line 2: RecursionError"),
        ("assert x > 2, 'x is small'", "line 2: AssertionError: x is small"),
        ("return (lambda: 1 / 0)()", "line 2: ZeroDivisionError: division by zero"),
        (
            "return __import__('torch').ones(2) @ __import__('torch').ones(3)",
            "line 2: RuntimeError: inconsistent tensor size",
        ),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})", "line 2: Odd: (its text cannot be read)"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: Text('boo')})", "line 2: Odd: boo"),
        (
            "raise type('Odd', (Exception,), {'__getattribute__': lambda self, name: 1 / 0})",
            "(the exception cannot be read)",
        ),
        ("raise Exception('\\x1b[2J\\u202e' + 'x' * 10**7)", "line 2: Exception: �xxx"),
        (
            "raise ExceptionGroup('two', [ValueError(1)]) if hasattr(__builtins__, 'x') else KeyError('k')",
            "line 2: KeyError: 'k'",
        ),
    ],
)
def test_an_exception_is_described_at_the_students_own_line(hand_in, body, words):
    """Type, text and line are theirs, whatever kind of exception it is; the message is short and harmless."""
    student = hand_in(
        f"def f(x):\n    {body}\nimport sys\nclass Text(str):\n    def __getitem__(self, item): return self\n"
        "    def __str__(self): return self"
    )
    with pytest.raises(Raised) as caught:
        student.work.f(1)
    assert words in caught.value.message and len(caught.value.message) < 1000 and "\x1b" not in caught.value.message
    with pytest.raises(Raised):
        student.work.f(1)  # the child lives on


@pytest.mark.parametrize(
    "work, words",
    [
        ("def f(:\n    pass", "work.py is not valid Python: line 1: SyntaxError: invalid syntax\n        def f(:"),
        ("def f():\nreturn 1", "work.py is not valid Python: line 2: IndentationError: expected an indented block"),
        ("def f():\n\tif 1:\n        pass", "work.py is not valid Python: line 3: TabError"),
        (b"x = 'caf\xe9'\ndef f(): pass", "work.py is not UTF-8 text: look at line 1, and save the file as UTF-8."),
        (b"x = 1\n\x00\n", "null bytes"),
        ("raise ValueError('at import')", "f() stopped in your work.py, line 1: ValueError: at import"),
        ("import nowhere\ndef f(): pass", "ModuleNotFoundError: No module named 'nowhere'"),
        ("from helpers import g\ndef f(): pass", "line 1: ImportError: cannot import name 'g' from 'helpers'"),
        (
            "import helpers\nhelpers.broken\ndef f(): pass",
            "line 2: AttributeError: module 'helpers' has no attribute 'broken'",
        ),
        ("(" * 500 + ")" * 500, "work.py is not valid Python"),
        ("def f(): pass\n" + "x = 1\n" * 100_000 + "1 +", "line 100002"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why_and_where(hand_in, work, words):
    """Syntax, encoding and exceptions at import are one message with file and line, and stop nothing else."""
    student = hand_in({"work.py": work, "helpers.py": "", "models/net.py": "def g(): return 1"})
    with pytest.raises(StudentFault) as caught:
        student.work.f()
    assert words in caught.value.message and caught.value.status == "failed"
    assert student.models.net.g() == 1


def test_what_is_missing_is_said_in_words_with_the_nearest_name(hand_in):
    """A file in another place or spelling, a notebook instead of a module, a name that is spelled otherwise."""
    cases = {
        ("Net.py", "x"): "models/net.py was not handed in; there is Net.py: is that it? Then rename it.",
        (
            "models/nett.py",
            "x",
        ): "models/net.py was not handed in; there is models/nett.py: is that it? Then rename it.",
        ("net.py", "x"): "models/net.py was not handed in; there is net.py: is that it? Then move it to its folder.",
        ("homework.ipynb", "x"): "models/net.py was not handed in, only a notebook; move the code into models/net.py "
        "(nbconvert --to script does it).",
        ("models/net.ipynb", "x"): "models/net.py was not handed in, only a notebook; move the code into models/net.py "
        "(nbconvert --to script does it).",
        ("readme.md", "x"): "models/net.py was not handed in.",
        ("models/net.py", "class net: pass"): "models/net.py has no `Net`; did you mean `net`? Then rename that.",
        ("models/net.py", "from torch.nn import Linear as Nest"): "models/net.py has no `Net`.",
    }
    for (name, text), words in cases.items():
        with pytest.raises(Missing) as caught:
            hand_in({name: text}).models.net.Net(3)
        assert caught.value.message == words and caught.value.status == "missing"


def test_a_gap_is_not_attempted_and_costs_only_itself(hand_in):
    """`NotImplementedError("Task ...")` of the stub has a status of its own."""
    student = hand_in("def f(): raise NotImplementedError('Task 1.1: f is not written yet')\ndef g(): return 2")
    with pytest.raises(NotWritten, match="^Task 1.1: f is not written yet$"):
        student.work.f()
    assert student.work.g() == 2


@pytest.mark.parametrize(
    "call, words",
    [
        (
            "f()",
            "f() could not be called as the handout says: TypeError: f() missing 1 required positional argument: 'x'.",
        ),
        (
            "f(1, 2)",
            "f(1, 2) could not be called as the handout says: TypeError: f() takes 1 positional argument but 2 were given.",
        ),
        (
            "f(y=3)",
            "f(y=3) could not be called as the handout says: TypeError: f() got an unexpected keyword argument 'y'",
        ),
        (
            "nothing(1)",
            "nothing(1) could not be called as the handout says: TypeError: 'NoneType' object is not callable.",
        ),
    ],
)
def test_another_signature_is_said_with_the_call_that_was_made(hand_in, call, words):
    """The message starts with the call, so that its author can try it."""
    student = hand_in("def f(x): return x\nnothing = None")
    with pytest.raises(Raised) as caught:
        eval(f"student.work.{call}", {"student": student})
    assert words in caught.value.message


def test_a_call_is_written_with_shapes_instead_of_a_thousand_numbers(hand_in):
    """Tensors, arrays and models stand in messages as what they are."""
    student = hand_in("def f(*x, **y): raise ValueError\nclass Net: pass")
    with pytest.raises(Raised) as caught:
        student.work.f(torch.zeros(2, 3), np.zeros(4), torch.tensor(1.0), "a" * 100, student.work.Net(), lr=0.1)
    assert caught.value.message.startswith("f(<2x3>, <4>, <scalar>, <str>, Net(), lr=0.1) stopped in your work.py, line 1")


def test_the_students_folder_shadows_no_installed_package(hand_in):
    """A submitted torch.py, a sitecustomize.py or a folder named like the kit's are just files."""
    trap = "raise SystemError('shadowed')"
    student = hand_in(
        {
            "work.py": "import torch, numpy, json, random\ndef f(): return float(torch.ones(2).sum()) + numpy.ones(1)[0]",
            "torch.py": trap,
            "numpy/__init__.py": trap,
            "sitecustomize.py": trap,
            "random.py": trap,
            "json.py": trap,
            "confined/__init__.py": trap,
            "conftest.py": trap,
        }
    )
    assert student.work.f() == 3.0


def test_random_numbers_depend_on_the_seed_alone(hand_in):
    """The same seed gives every child the same numbers from all three generators; another seed gives others."""
    work = "import random, numpy, torch\ndef f(): return random.random(), numpy.random.rand(), torch.rand(1).item(), hash('a')"
    first, again, other = hand_in(work, seed=5).work.f(), hand_in(work, seed=5).work.f(), hand_in(work, seed=6).work.f()
    assert first == again and not set(first[:3]) & set(other[:3])


def test_numbers_are_computed_as_in_this_process(hand_in):
    """The confined child sums in the same order as the grading process does with one thread."""
    draw = torch.Generator().manual_seed(3)
    images, weights = torch.randn(4, 3, 16, 16, generator=draw), torch.randn(8, 3, 3, 3, generator=draw)
    got = hand_in("import torch\ndef f(x, w): return torch.nn.functional.conv2d(x, w)").work.f(images, weights)
    assert torch.allclose(got, torch.nn.functional.conv2d(images, weights), atol=1e-5)


def test_values_go_in_as_they_come_out(hand_in):
    """Nested lists, tuples, dicts, arrays without elements and None keep their kind on both ways."""
    value = [(1, 2.5), {"a": [None, True], 3: "x"}, np.zeros((0, 3), dtype="float32"), b"ab", torch.empty(2, 0)]
    got = hand_in("def f(x): return x, str([type(item).__name__ for item in x])").work.f(value)
    assert got[1] == "['tuple', 'dict', 'ndarray', 'bytes', 'Tensor']" and repr(got[0]) == repr(value)


def test_held_objects_do_not_pose_as_values(hand_in):
    """Python's own protocols are not answered by the student: no array, no copy, no iteration through a held object."""
    held = hand_in(
        "class Trap:\n    def __array__(self, *a): return __import__('numpy').ones(3)\n    def __iter__(self): return iter([1])\n"
        "def f(): return Trap()"
    ).work.f()
    assert not hasattr(held, "__array__") and not hasattr(held, "__torch_function__") and not isinstance(held, torch.Tensor)
    with pytest.raises(TypeError):
        list(held)
    assert np.asarray(held, dtype=object).shape == () and copy.copy(held).type_name == "Trap"


def test_values_that_cannot_be_judged_are_named(hand_in):
    """A list deeper than a well is a message, not a crash; one as long as a book and a sparse tensor are names."""
    student = hand_in(
        "import torch\ndef long(): return [0.123456789] * 200000\ndef deep():\n    x = []\n    for _ in range(99): x = [x]\n"
        "    return x\ndef sparse(): return torch.eye(2).to_sparse()"
    )
    with pytest.raises(Raised, match=r"deep\(\) returned a value that cannot be judged: "):
        student.work.deep()
    assert isinstance(student.work.long(), Opaque) and isinstance(student.work.sparse(), Opaque)


def test_an_object_that_no_check_holds_any_more_is_let_go(hand_in):
    """Large models one after the other need the memory of one."""
    student = hand_in(
        "import torch\nclass Model:\n    alive = 0\n    def __init__(self): Model.alive += 1\n"
        "    def __del__(self): Model.alive -= 1\n    def me(self): return self\ndef alive(): return Model.alive"
    )
    first = student.work.Model()
    part = first.me
    del first
    assert student.work.alive() == 1  # its attribute is still held
    del part
    for _ in range(3):
        student.work.Model()
    assert student.work.alive() == 0
