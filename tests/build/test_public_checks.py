"""What students read when they run `pytest checks` on their own machine, without the kit."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap

import pytest

from autograder.build import build
from autograder.build.tree import CHECKS_CONFTEST_SOURCE
from autograder.course import SOLUTIONS, parts

YOURS = {
    "right.py": "def f():\n    return 1\n",
    "unwritten.py": 'def f():\n    raise NotImplementedError("Task 7.1: f is not written yet")\n',
    "raises.py": "def helper():\n    return [][2]\n\n\ndef f():\n    return helper()\n",
    "wrong.py": "def f():\n    return 2\n",
    "nameless.py": "def g():\n    return 1\n",
    "broken.py": "def f(:\n    return 1\n",
    "arguments.py": "def f(x):\n    return 1\n",
    "asserts.py": "def f():\n    assert 1 > 2, 'one is small'\n",
    "silent.py": "def f():\n    return 3\n",
}
CHECK = '''\
"""Public checks."""


def test_gives_one():
    """It gives 1."""
    from {name} import f

    got = f()
    assert got == 1{message}
'''


OTHER_KINDS = {
    "models/softmax.py": """
        import torch

        class Softmax(torch.nn.Module):
            def __init__(self, im_size, n_classes):
                super().__init__()
                size = torch.Size(im_size).numel()
                self.bias = torch.nn.Parameter(torch.zeros(n_classes))
                self.weight = torch.nn.Parameter(torch.randn(size, n_classes) * 0.01)

            def forward(self, images):
                return images.permute(0, 2, 3, 1).reshape(len(images), -1) @ self.weight + self.bias
    """,
    "models/twolayernn.py": """
        from torch import nn

        class TwoLayerNN(nn.Sequential):
            def __init__(self, im_size, hidden_dim, n_classes):
                super().__init__(nn.Flatten(), nn.LazyLinear(hidden_dim), nn.ReLU(), nn.LazyLinear(n_classes))
    """,
    "models/convnet.py": """
        from torch import nn

        class CNN(nn.Sequential):
            def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
                convolution = nn.Conv2d(im_size[0], hidden_dim, kernel_size, padding=kernel_size // 2 + 1)
                super().__init__(convolution, nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(n_classes))
    """,
    "models/mymodel.py": """
        from torch import nn

        class MyModel(nn.Sequential):
            def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
                super().__init__(nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, n_classes))
    """,
    "training.py": """
        import torch

        def make_optimizer(model, lr, momentum, weight_decay):
            groups = [{"params": [value], "lr": lr} for value in model.parameters() if value.requires_grad]
            return torch.optim.SGD(groups, lr, momentum, weight_decay=weight_decay)

        def train_step(model, images, targets, optimizer):
            model.zero_grad()
            value = -model(images).log_softmax(1)[range(len(targets)), targets].mean()
            value.backward()
            optimizer.step()
            return float(value)
    """,
}
THREADS = '''\
"""How many threads the checks compute with."""
import os

import torch


def test_one_thread():
    """It is one, and one for whatever is loaded later."""
    assert torch.get_num_threads() == 1 and os.environ["OMP_NUM_THREADS"] == "1"
'''
# Imports torch once and forks for each run: most of a run's time would go into the import.
# `pytest` as a command does not look for modules in the current folder, so neither does this.
RUNNER = """
import json, os, sys
import pytest, torchvision
sys.path.remove("")
for folder, log, arguments in json.loads(sys.argv[1]):
    if os.fork() == 0:
        os.chdir(folder)
        file = os.open(log, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, 1), os.dup2(file, 2)
        status = pytest.main(["-p", "no:cacheprovider", *arguments])
        sys.stdout.flush()
        os._exit(status)
    os.wait()
"""


def run_checks(folder, runs):
    """Run `pytest` as a student would: no plugins, no settings from above.

    Args:
        folder: for the outputs.
        runs: from names to a folder and arguments.
    Returns: what each printed.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"OMP_NUM_THREADS": "2", "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "100"}
    listed = [(str(place), str(folder / f"{name}.log"), arguments) for name, (place, arguments) in runs.items()]
    command = [sys.executable, "-c", RUNNER, json.dumps(listed)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return {name: (folder / f"{name}.log").read_text(encoding="utf-8") for name in runs}


def part_with(folder, names):
    """A part with some of the files above, or none for a name that has none, and a check of each."""
    (folder / "checks").mkdir(parents=True)
    shutil.copy(CHECKS_CONFTEST_SOURCE, folder / "checks" / "conftest.py")
    for name in names:
        if f"{name}.py" in YOURS:
            (folder / f"{name}.py").write_text(YOURS[f"{name}.py"])
        message = "" if name == "silent" else ', f"f() returned {got}; it should be 1.\\nIs it 1?"'
        (folder / "checks" / f"test_{name}.py").write_text(CHECK.format(name=name, message=message))
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The output of every run that the tests below look at."""
    folder = tmp_path_factory.mktemp("students")
    build(assignment=folder / "stubs")
    solved = folder / "solved"
    shutil.copytree(folder / "stubs" / "classifiers", solved)
    for name in parts()[0].files:
        shutil.copy(SOLUTIONS / "classifiers" / name, solved / name)
    mistaken, other = folder / "mistaken", folder / "other"
    shutil.copytree(solved, mistaken)
    plant_mistakes(mistaken)
    shutil.copytree(solved, other)
    for name, text in OTHER_KINDS.items():
        (other / name).write_text(textwrap.dedent(text))
    every = part_with(folder / "every", [*(name.removesuffix(".py") for name in YOURS), "absent"])
    unreadable = part_with(folder / "unreadable", ["right"])
    (unreadable / "checks" / "test_other.py").write_text("import nonsense\n")
    threads = part_with(folder / "threads", [])
    (threads / "checks" / "test_threads.py").write_text(THREADS)
    return run_checks(
        folder,
        {
            "threads": (threads, ["checks"]),
            "every": (every, ["checks"]),
            "unreadable": (unreadable, ["checks"]),
            "long": (every, ["checks/test_raises.py", "--tb=short"]),
            "stubs": (folder / "stubs", []),
            "solved": (solved, ["checks"]),
            "mistaken": (mistaken, ["checks"]),
            "other": (other, ["checks"]),
        },
    )


def plant_mistakes(part):
    """The usual mistakes, one a problem."""
    for name, old, new in (
        ("models/softmax.py", "images.flatten(1))", "images.flatten(1)).softmax(1)"),
        ("models/twolayernn.py", "torch.relu(self.hidden(images.flatten(1)))", "self.hidden(images.flatten(1))"),
        ("models/convnet.py", "nn.MaxPool2d(2)", "nn.AvgPool2d(2)"),
        ("models/mymodel.py", "self.trunk(images)", "torch.dropout(self.trunk(images), 0.5, True)"),
        ("training.py", "    optimizer.zero_grad()\n", ""),
    ):
        text = (part / name).read_text()
        assert text.count(old) == 1
        (part / name).write_text(text.replace(old, new))


def messages(output):
    """What stands below each file of checks."""
    found = re.split(r"^checks/test_(\w+)\.py\n", output, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2]))


@pytest.mark.parametrize(
    "name, words",
    [
        ("wrong", "f() returned 2; it should be 1.\n            Is it 1?\n"),
        ("raises", "stopped in your raises.py, line 2: IndexError: list index out of range\n                    return [][2]\n"),
        ("nameless", "nameless.py has no `f`.\n"),
        ("broken", "your broken.py, line 1 is not valid Python: "),
        ("absent", "There is no module `absent`: is a file missing here, or a package not installed?\n"),
        ("arguments", "stopped in checks/test_arguments.py, line 8: TypeError: f() missing 1 required"),
        ("asserts", "stopped in your asserts.py, line 2: AssertionError: one is small\n"),
        ("silent", "assert 3 == 1\n"),
    ],
)
def test_each_failure_is_a_few_words(runs, name, words):
    """The check's title, the cause, and the student's own line where there is one; never a traceback."""
    assert messages(runs["every"])[name].startswith(f"  FAILED  It gives 1\n            {words}")


def test_a_gap_is_one_line(runs):
    """And what passes is not mentioned."""
    assert messages(runs["every"])["unwritten"] == "  TO DO   Task 7.1: f is not written yet (1 check)\n"
    assert "right" not in messages(runs["every"])


def test_the_last_words_say_how_many_passed_and_that_there_are_hidden_checks(runs):
    """Once for all, after the failures; nothing of pytest's own long reports before."""
    assert "1 of 10 public checks passed; the hidden checks run after the deadline.\n" in runs["every"]
    for wall in ("Traceback", "FAILURES", "short test summary", ">   "):
        assert wall not in runs["every"]


def test_whole_tracebacks_are_there_for_who_asks(runs):
    """`--tb=short` gives pytest's own report."""
    assert "FAILURES" in runs["long"] and "in helper" in runs["long"]


def test_public_checks_compute_with_one_thread(runs):
    """Whatever the student's shell asks for: with several, small networks are slow on a busy laptop."""
    assert "\n1 public check passed" in "\n" + runs["threads"], runs["threads"]


def test_checks_that_cannot_be_read_are_said_too(runs):
    """A wrong import above all checks of a file."""
    assert "There is no module `nonsense`" in runs["unreadable"] and "Traceback" not in runs["unreadable"]


def test_every_stub_says_that_it_is_not_written_yet(runs):
    """All parts at once, from the assignment's top folder: every problem's check names its task, nothing else fails."""
    output = runs["stubs"]
    assert "FAILED" not in output and "Traceback" not in output
    for part in parts():
        said = output.split(f"= {part.id} =")[1]
        for problem in part.problems:
            assert f"checks/test_{problem.id}.py" in said and f"TO DO   Task {problem.number}: " in said
    assert output.count("the hidden checks run after the deadline.") == len(parts())


def test_the_solution_passes_every_public_check(runs):
    """Of part 1."""
    assert re.search(r"\n\d+ public checks passed; the hidden checks run after the deadline\.\n", runs["solved"])


@pytest.mark.parametrize(
    "problem, words",
    [
        ("softmax", "They sum to 1: was softmax applied?"),
        ("twolayernn", "11 = 3 * 4 - 1: the hidden units were -4. Is there a ReLU between the layers?"),
        ("convnet", "3.5 is the mean of 2, 3, 4, 5. The pool takes the largest."),
        ("mymodel", "MyModel in eval mode gave two answers for the same images."),
        ("training", "The first step's gradient was still there"),
    ],
)
def test_the_usual_mistake_is_named(runs, problem, words):
    """A hint says what such a number means."""
    assert words in messages(runs["mistaken"])[problem]


def test_right_models_of_other_kinds_pass(runs):
    """Weights the other way round, layers that find out their size, more padding, a plain model of one's own."""
    assert re.search(r"\n\d+ public checks passed; ", runs["other"]), runs["other"]
