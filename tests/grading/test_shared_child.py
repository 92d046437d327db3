"""Promises of a child that goes on with the next problem: no byte of any result tells it from a child of its own."""

import datetime
import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.course import SOLUTIONS, parts
from autograder.grading.submission_run import SubmissionRun
from autograder.sandbox.channel import Channel
from autograder.sandbox.limits import Limits
from autograder.sandbox.shared_child import handed_over
from tests import both_ways
from tests.attacks import suite
from tests.fairness.answers import Unproved

# What the first problem's file may do to the process, in which the second problem's file would then run. Both files are right without it.
DOES = {
    "nothing": "",
    "prints": "print('imported')",
    "sets the default dtype": "torch.set_default_dtype(torch.float64)",
    "replaces the loss": "torch.nn.functional.cross_entropy = lambda *_, **__: torch.zeros((), requires_grad=True)",
    "replaces the optimizer": "torch.optim.SGD.step = lambda self: None",
    "turns gradients off": "torch.set_grad_enabled(False)",
    "leaves a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
    "sets a seed": "torch.manual_seed(0)",
    "crashes later": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.4)",
}
# What the one does at import and what the other prints then, or what comes to be printed by the one while the other is graded.
PRINTED = {
    "an object that is let go": ("Softmax.__del__ = lambda self: print('gone')", ""),
    "an object that is collected late": (
        "class Odd:\n    def __init__(self): self.me = self\n    def __del__(self): print('late')\nOdd()",
        "import gc; gc.collect()",
    ),
    "an import that was silenced": (
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    import training",
        "print('imported')",
    ),
    "numpy's warnings": ("import numpy\nnumpy.seterr(all='ignore')", "import numpy\nnumpy.ones(1) / numpy.zeros(1)"),
    "logging": ("import logging\nlogging.disable()", "import logging\nlogging.warning('here')"),
    "warnings": ("import warnings\nwarnings.warn = print", "import warnings\nwarnings.warn('here')"),
    "the form of numbers": ("torch.set_printoptions(precision=2)", "print(torch.tensor(1.2345))"),
    "a descriptor": ("import os\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)", "import os\nos.write(1, b'here')"),
}
MAKES = "\nmakes = make_optimizer\ndef make_optimizer(*arguments):\n    import models.softmax\n    {}\n    return makes(*arguments)"
WHEN_MADE = "\nmade = Softmax.__init__\ndef noted(*arguments):\n    made(*arguments)\n    {}\nSoftmax.__init__ = noted"
# What the second one leans on; without the first one it fails.
LEANS = {
    "on a variable of the first": ("KEPT = {}" + WHEN_MADE.format("KEPT['it'] = 1"), MAKES.format("models.softmax.KEPT['it']")),
    "on a file beside it": ("open('kept.py', 'w').write('it = 1')", "from kept import it"),
    "on a file of the moment": (
        "import tempfile\nopen(f'{tempfile.gettempdir()}/kept', 'w').write('1')",
        "import tempfile\nopen(f'{tempfile.gettempdir()}/kept')",
    ),
    "on a module without a file": ("import sys, types\nsys.modules['kept'] = types.ModuleType('kept')", "import kept"),
    "on a thread": (
        "import _thread, time\n_thread.start_new_thread(time.sleep, (600,))",
        "import _thread\nassert _thread._count()",
    ),
    "on a class of torchvision": (
        "from torchvision.transforms import ToTensor\nToTensor.kept = 1",
        "from torchvision.transforms import ToTensor\nToTensor.kept",
    ),
    "on a built-in name": ("import builtins\nbuiltins.kept = nn", "import builtins\nbuiltins.kept.Linear"),
    "on an attribute of torch": ("torch.kept = nn", "torch.kept.Linear"),
    "on the environment": ("import os\nos.environ['KEPT'] = '1'", "import os\nos.environ['KEPT']"),
}


def class_of(folder: Path) -> dict[str, Path]:
    """Students whose files hold these lines."""
    found = {}
    for name, (first, second) in ({name: (line, "") for name, line in DOES.items()} | PRINTED | LEANS).items():
        files = suite.honest_files()
        files["models/softmax.py"] += f"\nimport torch\nfrom torch import nn\n{first}\n".encode()
        files["training.py"] += f"\nimport torch\n{second}\n".encode()
        suite.write_files(folder / name, files)
        found[name] = folder / name
    return found


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> tuple[dict[str, str], dict[str, str]]:
    """Of these students: each problem in a child of its own, and in a shared one."""
    students = class_of(tmp_path_factory.mktemp("students"))
    one_each, shared = (both_ways.graded(students, suite.PROBLEMS, children) for children in ("problem", "submission"))
    return one_each, shared


@pytest.mark.parametrize("name", [*DOES, *PRINTED, *LEANS])
def test_what_one_file_does_shows_in_no_other_problem(results, name):
    """Neither as a mark lost nor as one that the other file alone would not get."""
    one_each, shared = results
    assert one_each[name] == shared[name], both_ways.first_difference(one_each[name], shared[name])


def test_these_students_differ_where_they_should(results):
    """Otherwise the comparison would compare nothing."""
    one_each, _ = results
    assert '"status": "passed"' in one_each["nothing"] and '"status": "failed"' not in one_each["nothing"]
    assert all("Error" in one_each[name] for name in LEANS)
    assert "imported" in one_each["prints"]
    assert all('"status": "failed"' not in one_each[name] for name in PRINTED)


def test_a_child_goes_on_in_every_part(monkeypatch, tmp_path):
    """With the solutions, which have full marks, every problem but the first; else the whole would be there for nothing."""
    from autograder.grading import submission_run
    from autograder.grading.options import Options
    from autograder.grading.session import grade_stream

    went_on, results, handed_over = [], [], submission_run.handed_over

    def noted(*arguments):
        went_on.append(handed_over(*arguments))
        return went_on[-1]

    monkeypatch.setattr(submission_run, "handed_over", noted)
    asked = tuple(problem.id for part in parts() for problem in part.problems)
    grade_stream(Options(tmp_path, asked, "cpu", 3), [("solutions", SOLUTIONS)], results.append, plugin_of=Unproved)
    assert [result.score for result in results] == [sum(part.points for part in parts())]
    assert went_on == [True] * (len(asked) - 1)


@pytest.mark.nightly(4)
@pytest.mark.parametrize("part", parts(), ids=[part.id for part in parts()])
def test_plants_get_the_same_either_way(part, pytestconfig):
    """Some of the day, right and wrong; three times as many with --nightly."""
    chance = random.Random(f"{datetime.date.today()} {part.id}")
    with both_ways.planted(part.id, 40 if pytestconfig.option.nightly else 120, chance) as answers:
        assert both_ways.differences(answers, tuple(problem.id for problem in part.problems)) == []


def test_a_child_that_never_stops_printing_holds_nobody_up():
    """One look is enough to know that it is not handed over; what a thread of its prints might never end."""
    channel, looks = Channel.__new__(Channel), iter([b"x"])
    vars(channel).update(fork=SimpleNamespace(output=0), limits=Limits(), printed=bytearray(), ask=lambda *_: {"value": True})
    about: dict = {"_limits": Limits(), "_setup": {"seed": 1}, "_files": {}}
    earlier = SimpleNamespace(_channel=channel, _given_up={}, _timeouts=0, printed=b"", **about)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.sandbox.channel.os", SimpleNamespace(read=lambda *_: next(looks)))
        assert not handed_over(earlier, SimpleNamespace(**about))
    assert earlier._channel is channel


def test_what_was_measured_is_forgotten_with_the_rest(tmp_path):
    """A problem that is graded again in a fresh child keeps nothing of the first time, the leaderboard's number neither."""
    problem = next(problem for part in parts() for problem in part.problems)
    run = SubmissionRun(tmp_path, "ann", None, 1, "cpu")
    run.measure(problem.id, 0.5)
    assert run.measures == {problem.id: 0.5}
    run.begin_anew(problem)
    assert not run.measures


def test_a_fault_of_ours_before_the_next_problem_is_left_to_its_checks(tmp_path, monkeypatch):
    """They tell it as one case each that is not graded; the submission's other problems keep their marks."""
    first, second = [problem for part in parts() for problem in part.problems][:2]
    run = SubmissionRun(tmp_path, "ann", None, 1, "cpu")
    run._student, run.results[first.id] = (first.id, None), SimpleNamespace(status="passed")
    monkeypatch.setattr(run, "files", lambda part: 1 / 0)
    assert not run.goes_on(second)
