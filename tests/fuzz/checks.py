"""Fuzz every hidden check: each value that a student's code returns is replaced in turn by odd ones, see `odd_values`.

Nothing that a student returns may make a check `not graded`, cost the grading process more memory or time than an ordinary check, or
leave its author without a sentence. The whole path is used: made submissions are graded as a class's are.
"""

import ast
import hashlib
import random
import resource
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import Part, Problem, part_of, problems
from autograder.grading.options import Options
from autograder.results.statuses import OUR_FAULT
from autograder.grading.session import grade_stream
from autograder.results.record import Case, SubmissionResult
from tests.fairness.answers import Unproved

from .odd_values import FIRST_ODD, ODD

HELPER = "odd_values_of_a_fuzzer.py"
SEED = 20_260_101
GROWTH_MIB = 700  # what the grading process may grow by over all of one problem's submissions
SLOWEST_S = 45  # one case, on a machine with much else to do
# What a model inherits: it is enough to see that each is borne, whatever comes back.
FOR_INHERITED = ("None", "a posing object", "a list of objects", "a text", "NaN", "a generator", "60 MiB", "a dict of numbers")
PLAIN_RESULTS = ("float", "int", "None", "torch.Tensor", "Tensor", "dict", "tuple", "list", "np.ndarray", "str", "bool")
OF_MODULES = (
    "train",
    "eval",
    "named_parameters",
    "parameters",
    "named_buffers",
    "named_modules",
    "modules",
    "state_dict",
    "double",
    "to",
)


@dataclass(frozen=True)
class Trial:
    """One submission: at a place of a problem's solution, odd values from some call on."""

    problem: str
    file: str
    place: str
    odd: str
    first: int

    def __str__(self) -> str:
        when = "" if self.first == 1 else f", from call {self.first} on"
        return f"{self.problem}: {self.place}: {self.odd}{when}"


@dataclass
class Findings:
    """What was found wrong, in words."""

    trials: int = 0
    full_marks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def places(problem: Problem) -> Iterator[tuple[str, str]]:
    """File and place of everything that a solution's code returns, see `odd_values.replace`."""
    for file in problem.files:
        tree = ast.parse((part_of(problem).folder / file).read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in problem.symbols:
                yield file, node.name
                if node.returns is None or ast.unparse(node.returns).partition("[")[0] not in PLAIN_RESULTS:
                    yield file, f"{node.name}()"
            if isinstance(node, ast.ClassDef) and node.name in problem.symbols:
                yield from ((file, place) for place in _places_of_class(node))


def _places_of_class(node: ast.ClassDef) -> Iterator[str]:
    yield node.name
    methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
    is_module = any("Module" in ast.unparse(base) for base in node.bases)
    for name in [*methods, *(OF_MODULES if is_module else ())]:
        if name != "__init__":
            yield f"{node.name}.{name}"
    if is_module:
        yield f"{node.name}.*"
    assigned = {
        target.attr
        for item in ast.walk(node)
        if isinstance(item, ast.Assign)
        for target in ast.walk(item)
        if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self" and isinstance(target.ctx, ast.Store)
    }
    for name in sorted(assigned):
        if not name.startswith("_") and name not in methods:
            yield f"{node.name}.{name}="


def trials(names: Iterable[str]) -> list[Trial]:
    """Every trial of these problems."""
    return [
        Trial(name, file, place, odd, first)
        for name in names
        for file, place in places(problems()[name])
        for odd in (FOR_INHERITED if place.partition(".")[2] in OF_MODULES else ODD)
        for first in (1, FIRST_ODD)
    ]


def sample(every: list[Trial], most: int, seed: int, most_problems: int = 99) -> list[Trial]:
    """Some of the trials, each problem as often as any other, the same for the same seed.

    Args:
        most_problems: of how many problems; each needs a warm process of its own.
    """
    chance = random.Random(seed)
    by_problem: dict[str, list[Trial]] = {}
    for trial in every:
        by_problem.setdefault(trial.problem, []).append(trial)
    names = chance.sample(list(by_problem), min(most_problems, len(by_problem)))
    return [
        trial for name in names for trial in chance.sample(by_problem[name], min(len(by_problem[name]), -(-most // len(names))))
    ][:most]


def hand_in(trial: Trial, folder: Path) -> None:
    """Write the made submission."""
    part: Part = part_of(problems()[trial.problem])
    for name in part.files:
        text = (part.folder / name).read_bytes()
        if name == trial.file:
            text += (
                f"\n\nfrom {HELPER.removesuffix('.py')} import replace\n\n"
                f"replace(globals(), {trial.place!r}, {trial.odd!r}, {trial.first})\n".encode()
            )
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    (folder / HELPER).write_bytes(Path(__file__).with_name("odd_values.py").read_bytes())


def grade(chosen: list[Trial], found: Findings) -> None:
    """Grade the trials, problem by problem in one process, and note what is wrong."""
    for name in dict.fromkeys(trial.problem for trial in chosen):
        own = [trial for trial in chosen if trial.problem == name]
        with tempfile.TemporaryDirectory(prefix="odd-") as root:
            _grade_problem(name, own, Path(root), found)


def _grade_problem(name: str, own: list[Trial], root: Path, found: Findings) -> None:
    by_name = {hashlib.sha256(str(trial).encode()).hexdigest()[:12]: trial for trial in own}
    before_mib = 0.0

    def submissions() -> Iterator[tuple[str, Path]]:
        nonlocal before_mib
        before_mib = _peak_mib()
        for key, trial in by_name.items():
            hand_in(trial, root / key / trial_part(trial))
            yield key, root / key

    status = grade_stream(
        Options(root, (name,), "cpu", SEED),
        submissions(),
        lambda result: _look_at(by_name[result.name], result, found),
        plugin_of=Unproved,
    )
    if status not in (0, 1, 3):
        found.wrong.append(f"{name}: the session ended with status {status}")
    if before_mib and _peak_mib() - before_mib > GROWTH_MIB:
        found.wrong.append(f"{name}: the grading process grew by {_peak_mib() - before_mib:.0f} MiB")


def trial_part(trial: Trial) -> str:
    """The folder that a trial's files stand in."""
    return problems()[trial.problem].part


def _look_at(trial: Trial, result: SubmissionResult, found: Findings) -> None:
    found.trials += 1
    if result.score == result.max_score:
        found.full_marks.append(str(trial))
    for problem in result.problems:
        for check in problem.checks:
            for case in check.cases:
                if said := complaint(case):
                    found.wrong.append(f"{trial}: {check.name}{f'[{case.label}]' if case.label else ''}: {said}")


def complaint(case: Case) -> str:
    """What is wrong with a case, or nothing."""
    if case.status == "not graded":
        return f"not graded: {case.details}"
    if case.seconds > SLOWEST_S:
        return f"took {case.seconds:.0f} s"
    if case.status != "passed" and (len(case.message) < 10 or case.message.startswith(OUR_FAULT)):
        return f"{case.status} without a sentence: {case.message!r}"
    return ""


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(names: list[str], most: int | None, seed: int) -> int:
    """Grade all trials or some, print what was found; 1 when something is wrong."""
    every = trials(names or problems())
    chosen, found = sample(every, most, seed) if most else every, Findings()
    for name in dict.fromkeys(trial.problem for trial in chosen):
        told = len(found.wrong), len(found.full_marks)
        grade([trial for trial in chosen if trial.problem == name], found)
        print(f"-- {name}: {found.trials} of {len(chosen)}", flush=True)
        for kind, lines in (("WRONG", found.wrong[told[0] :]), ("full marks all the same", found.full_marks[told[1] :])):
            for line in lines:
                print(f"{kind}: {line}", flush=True)
    print(
        f"{found.trials} of {len(every)} trials graded; {len(found.wrong)} cases not as they should be, "
        f"{len(found.full_marks)} submissions with full marks all the same"
    )
    return int(bool(found.wrong))
