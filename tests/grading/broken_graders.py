"""Runs in the made-up kit: breaks the grader in one way after the other, and prints what became of the submissions each time.

    python broken_graders.py WAY ...

A way is a function below. What it breaks lies in this process (checks, reference, reader), or it gives code that every child runs before all
else. The device `cpu:0` plays a GPU: it computes as the CPU does, and is called otherwise. One warm process serves all ways.
"""

import contextlib
import json
import sys
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))

from breaking_later import Later

from autograder.course import SOLUTIONS
from autograder.grading import fixtures, problem_run, submission_run
from autograder.grading.options import Options
from autograder.grading.proof import Unproved
from autograder.grading.session import grade_stream
from autograder.results.gradescope import as_json
from autograder.sandbox import channel, isolation, warm
from autograder.sandbox.faults import SandboxFault

CLASS = Path(__file__).parent / "class"
GPU = "cpu:0"
NO_DEVICE = "Unexpected error from cudaGetDeviceCount(). Error 304: OS call failed"


# What the one warm process does before it serves: a child then runs the code that comes with its files.
OBEY = """
from confined import child
def receive(connection, honest=child.receive):
    message = honest(connection)
    exec((message or {}).pop("harm", ""), {"child": child})
    return message
child.receive = receive
"""


class Shared(warm.WarmProcess):
    """A warm process that outlives the grader that closes it."""

    made: "Shared | None" = None

    def __new__(cls, *_, **__):
        cls.made = cls.made or super().__new__(cls)
        return cls.made

    def __init__(self, *arguments, **options):
        if not hasattr(self, "device"):
            with mock.patch.object(isolation, "command", obeying(isolation.command)):
                super().__init__(*arguments, **options)

    def close(self):
        """Go on."""


def obeying(honest):
    """The command that starts a warm process with `OBEY` in it."""

    def command(*arguments, **options):
        words = honest(*arguments, **options)
        return [word.replace("warm.main(", f"exec({OBEY!r}); warm.main(") if "warm.main(" in word else word for word in words]

    return command


def in_every_child(code: str, device: str = ""):
    """Children run this code before all else; only those of a device where one is named."""
    honest = channel.Channel.__init__

    def init(self, warm, limits, setup):
        honest(self, warm, limits, setup | {"harm": code} if device in ("", setup["device"]) else setup)

    return mock.patch.object(channel.Channel, "__init__", init)


def in_the_check(name: str, function):
    """The checks of `total` use another function."""
    module = next(module for key, module in list(sys.modules.items()) if key.endswith("test_total"))
    return mock.patch.object(module, name, function(getattr(module, name)))


def cuda_that_raises():
    """A device that cannot be opened: whatever is to be put on it raises."""
    return in_every_child(f"def local(self, value): raise RuntimeError({NO_DEVICE!r})\nchild.Child.local = local", GPU), GPU


def a_solution_with_a_mistake():
    """What is graded as the solution is not what it was."""
    honest = submission_run.read

    def read(path, *arguments):
        contents = honest(path, *arguments)
        if path == SOLUTIONS:
            contents.files["sums/total.py"] = b"def total(x): return x.sum() + 1\ndef mean(x): return x.mean()\n"
        return contents

    return mock.patch.object(submission_run, "read", read)


def a_missing_package():
    """A package that the solutions import is not there in the child."""
    return in_every_child("""
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name == "colorsys":
            raise ModuleNotFoundError("No module named 'colorsys'", name=name)
sys.modules.pop("colorsys", None)
sys.meta_path.insert(0, Gone())
""")


def a_level_that_hides_the_files():
    """The child cannot see the files it was given."""
    return in_every_child("""
honest = child.write_files
child.write_files = lambda home, files: honest(home, {})
""")


def a_wrong_tolerance():
    """No value can be near enough."""
    return in_the_check("expect_close", lambda honest: lambda *arguments, **options: honest(*arguments, **options | {"atol": -1.0}))


def a_check_that_raises():
    """A check of ours divides by zero."""
    return in_the_check("expect_close", lambda honest: lambda *arguments, **options: 1 / 0)


def a_full_disk():
    """Nothing can be written in the child's home."""
    return in_every_child("""
def write_files(home, files):
    raise OSError(28, "No space left on device")
child.write_files = write_files
""")


def another_reference():
    """What the checks compare with computes something else."""

    class Other:
        def __getattr__(self, name):
            return self if name == "total" else (lambda numbers: numbers.sum() + 1)

        def __call__(self, numbers):
            return numbers.sum() + 1

    return mock.patch.object(fixtures, "_reference", lambda part: Other())


def another_dtype():
    """The children make numbers of another kind."""
    return in_every_child("import torch\ntorch.set_default_dtype(torch.float16)")


def a_second_thread():
    """The warm process has a thread, so that forking it would hang."""
    return mock.patch.object(Shared, "wait_until_ready", threads)


def threads(_warm):
    """What a warm process that has grown a thread says."""
    raise SandboxFault("the warm process could not start: 2 threads run in the warm process; forking it is not safe")


def a_broken_service():
    """A service of the kit in the child raises."""
    return in_every_child("""
from confined import probes
def parameters(model):
    raise TypeError("a service of the kit is broken")
probes.parameters = parameters
""")


def a_broken_mount():
    """The kit's own files cannot be read."""
    honest = submission_run.read

    def read(path, *arguments):
        if path == SOLUTIONS:
            raise OSError(5, "Input/output error")
        return honest(path, *arguments)

    return mock.patch.object(submission_run, "read", read)


def wrong_sums():
    """The child's library computes something else."""
    return in_every_child(
        "import torch\nhonest = torch.Tensor.sum\ntorch.Tensor.sum = lambda self, *a, **k: honest(self, *a, **k) * 1.01"
    )


def nothing():
    """A grader that works."""
    return contextlib.nullcontext()


def grade(names, device="cpu", fallback=False):
    """Grade these submissions: results, proofs, and the sentence with whom it takes back."""
    found, proofs, rows = [], [], []
    options = Options(Path(), ("total",), device, 5, fallback=fallback)
    try:
        status = grade_stream(options, names, found.append, proofs.append, lambda students: rows.append(len(students)))
        sentence, back = "", []
    except Unproved as fault:
        status, sentence, back = 3, str(fault), list(fault.students)
    except Exception as fault:
        status, sentence, back = 3, f"{type(fault).__name__}: {fault}", []
    return {
        "status": status,
        "sentence": sentence,
        "taken back": back,
        "proofs": len(proofs),
        "rows": rows,
        "results": {result.name: as_json(result) for result in found},
    }


def stream(*names, at=None, do=lambda: None):
    """The submissions of these names; before the one called `at` something happens."""
    for number, name in enumerate(names):
        if name == at:
            do()
        yield f"{number} {name}", CLASS / name


def later(way: str) -> dict:
    """A grader that breaks while it grades."""
    with Later() as harm:
        if way == "later: a device that reports it":
            return grade(
                stream(
                    "perfect", "wrong", "half", "perfect", at="half", do=lambda: harm.say("CUDA error: unspecified launch failure")
                ),
                GPU,
            )
        if way == "later: a device that says nothing":
            return grade(stream("wrong", "half", "perfect", "perfect", "perfect", at="perfect", do=harm.lie), GPU)
        if way == "later: a disk":
            return grade(stream("wrong", "half", "perfect", at="half", do=lambda: harm.say("[Errno 28] No space left on device")))
    if way == "gpu: classes":
        with in_every_child("import os\nos.environ['GPU'] = 'yes'", GPU):
            return grade(stream("perfect", "wrong", "processor only", "half"), GPU)
    if way == "gpu: a broken processor":
        with in_every_child("import torch\ntorch.set_default_dtype(torch.float16)", "cpu"):
            return grade(stream("perfect", "wrong"), GPU)
    if way == "gpu: no children beside it":
        honest = problem_run.ProblemRun.make_warm_process
        with mock.patch.object(
            problem_run.ProblemRun, "make_warm_process", lambda it: honest(it) if it.options.device == GPU else threads(it)
        ):
            return grade(stream("perfect", "wrong"), GPU)
    if way == "own fault: device":
        return grade(stream("perfect", "asks too much", "perfect"), GPU)
    if way == "own fault: the same again and again":
        return grade(stream("perfect", *["wrong"] * 10))
    raise ValueError(way)


def main(way: str) -> dict:
    """What one way of breaking leads to."""
    if ":" in way:
        return later(way)
    made = globals()[way.removesuffix("_on_auto")]()
    harm, device = made if isinstance(made, tuple) else (made, "cpu")
    with harm:
        return grade(stream("perfect", "wrong"), device, fallback=way.endswith("_on_auto"))


if __name__ == "__main__":
    problem_run.WarmProcess = Shared
    grade(stream("perfect"))  # so that the checks are imported and can be patched
    print(json.dumps({way: main(way) for way in sys.argv[1:]}))
