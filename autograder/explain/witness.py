"""Sees what happens in each check that fails: what crossed the sandbox, where the check stopped and what it compared.

It is a grading plugin that also takes notes, in the grading process only and bounded in size; ordinary grading runs without it.
"""

import inspect
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from ..course import CHECKS, part_of, problems
from ..grading.checks import Check
from ..grading.plugin import GradingPlugin
from ..places import COURSE_ROOT, KIT_ROOT
from ..results.record import Case
from ..sandbox.faults import StudentFault
from ..sandbox.plain_text import harmless
from ..sandbox.student import Student, watch
from .own_code import Excerpt, excerpts
from .values import NOT_PLAIN, bounded, difference, in_words

MOST_CALLS = 12  # of a case: the last ones, which lead to what was judged
CALLS_BEFORE = 4  # of the checks before are shown where a check has asked for less: they are what it judges
MOST_CASES = 3  # of a check, in full; of others their labels
MOST_VALUES = 16  # of one function of ours
MOST_CHARACTERS = 3_000_000  # of all notes together
TOO_MUCH = "(not noted: there is too much)"
JUDGE = KIT_ROOT / "autograder" / "judge"
QUESTIONS = JUDGE / "expect.py"


@dataclass(frozen=True)
class Crossing:
    """One request to the student's code: in words, with each argument, and what came back."""

    words: str
    origin: str
    arguments: tuple[tuple[str, str], ...]
    answer: str
    failed: bool
    check: str = ""  # the earlier check that asked


@dataclass(frozen=True)
class Step:
    """A line of ours on the way to the verdict, with the values that its function held."""

    place: str
    line: str
    values: tuple[tuple[str, str], ...]
    difference: str = ""


@dataclass
class CaseNotes:
    """One case that did not pass."""

    label: str
    case: Case
    calls: list[Crossing] = field(default_factory=list)
    calls_before: int = 0  # that are left out here
    steps: list[Step] = field(default_factory=list)


@dataclass
class CheckNotes:
    """One check of which a case did not pass."""

    check: Check
    place: str
    source: str
    cases: list[CaseNotes] = field(default_factory=list)
    more: list[str] = field(default_factory=list)  # labels of the cases that are not shown in full


class Witness(GradingPlugin):
    """Grades as `GradingPlugin` does, and notes of every failed check how it came to that.

    `notes` has them by problem, `excerpts` the student's lines that were called there.
    """

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.notes: dict[str, list[CheckNotes]] = {}
        self.excerpts: dict[str, list[Excerpt]] = {}
        self._calls: list[Crossing] = []
        self._ended_with: BaseException | None = None
        self._earlier: list[Crossing] = []  # of the problem's checks that have run
        self._problem, self._room = "", MOST_CHARACTERS

    def student(self, item: pytest.Item) -> Student:
        """The student's modules, with every request noted; the proof's are not."""
        student = super().student(item)
        if not self.proving:
            watch(student, self._noted)
        return student

    def _noted(self, ask: Callable, request: dict, arguments: tuple, options: dict, origin: str, words: str) -> Any:
        given = [(str(place), self._kept(value)) for place, value in enumerate(arguments, 1)]
        given += [(name, self._kept(value)) for name, value in options.items()]
        said = f"service {request['probe']}: {words}" if "probe" in request else words
        try:
            answer = ask(request, arguments, options, origin, words)
        except BaseException as error:
            fault = error.message if isinstance(error, StudentFault) else f"{type(error).__name__}: {error}"
            self._calls.append(Crossing(harmless(said, 400), origin, tuple(given), harmless(fault), True))
            raise
        self._calls.append(Crossing(harmless(said, 400), origin, tuple(given), self._kept(answer), False))
        return answer

    def _run(self, item: pytest.Item, following: pytest.Item) -> Case:
        if self.proving:
            return super()._run(item, following)
        self._calls = []
        case = super()._run(item, following)
        self._ended_with = self.error  # what the solution may be tried with later has an end of its own
        return case

    def _grade_item(self, item: pytest.Item, following: pytest.Item) -> Case:
        self._calls, self._ended_with = [], None
        case = super()._grade_item(item, following)
        if not self.proving:
            check = self.checks[item.nodeid]
            if check.problem != self._problem:
                self._problem, self._earlier = check.problem, []
            if case.status != "passed":
                self._note(item, check, case)
            self._earlier = [*self._earlier, *(replace(call, check=check.name) for call in self._calls)][-MOST_CALLS:]
        return case

    def _note(self, item: pytest.Item, check: Check, case: Case) -> None:
        of_problem = self.notes.setdefault(check.problem, [])
        found = next((notes for notes in of_problem if notes.check.name == check.name), None)
        if found is None:
            found = CheckNotes(check, *_source(item))
            of_problem.append(found)
        if len(found.cases) >= MOST_CASES:
            found.more.append(case.label)
            return
        error = self._ended_with
        # What several checks judge is asked for once, by the first of them.
        before = max(0, CALLS_BEFORE - len(self._calls)) if error is not None else 0
        calls = [*self._earlier[len(self._earlier) - before :], *self._calls] if before else self._calls
        steps = self._steps(error) if error is not None else []
        found.cases.append(CaseNotes(case.label, case, calls[-MOST_CALLS:], max(0, len(calls) - MOST_CALLS), steps))
        if self.run is not None:
            problem = problems()[check.problem]
            origins = [call.origin for call in calls if call.origin]
            excerpts(self.excerpts.setdefault(check.problem, []), self.run.files(part_of(problem)), problem, origins, case.message)

    def _steps(self, error: BaseException) -> list[Step]:
        """The lines of checks and judge that the exception came through, outermost first, up to the question that was asked."""
        found: list[Step] = []
        said: set[tuple[str, str]] = set()  # what a function was handed on by another is shown once
        for frame, line in traceback.walk_tb(error.__traceback__):
            path = Path(frame.f_code.co_filename)
            if path == QUESTIONS:
                found += [self._question(frame, path, line)] if "got" in frame.f_locals else []
                break
            if path.is_relative_to(CHECKS) or path.is_relative_to(JUDGE):
                step = self._step(path, line, frame.f_locals)
                found.append(replace(step, values=tuple(one for one in step.values if one not in said)))
                said |= set(step.values)
        return found

    def _question(self, frame: FrameType, path: Path, line: int) -> Step:
        """What the judge compared: what came and what was expected, by the question's arguments."""
        code = frame.f_code
        asked = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        values = {name: frame.f_locals.get(name) for name in asked if name not in ("call", "hint", "mistakes", "verb")}
        if code.co_name == "expect_shape":  # it is handed over as anything with numbers in it
            values["shape"] = frame.f_locals.get("wanted")
        return self._step(path, line, values)

    def _step(self, path: Path, line: int, values: Mapping[str, Any]) -> Step:
        apart = ""
        if "got" in values and "want" in values:
            tolerances = {name: values[name] for name in ("rtol", "atol") if isinstance(values.get(name), float)}
            apart = difference(values["got"], values["want"], **tolerances)
        shown = [
            (name, value) for name, value in values.items() if not name.startswith(("_", "@")) and in_words(value) != NOT_PLAIN
        ]
        kept = tuple((name, self._kept(value)) for name, value in shown[:MOST_VALUES])
        return Step(f"{_shown(path)}:{line}", _line(path, line), kept, apart)

    def _kept(self, value: Any) -> str:
        """A value in words, as long as there is room."""
        if self._room <= 0:
            return TOO_MUCH
        text = bounded(value)
        self._room -= len(text)
        return text


def _source(item: pytest.Item) -> tuple[str, str]:
    """Where a check stands, and its text."""
    function = getattr(item, "function", None)
    try:
        lines, start = inspect.getsourcelines(function)  # type: ignore[arg-type]
    except (OSError, TypeError):
        return _shown(item.path), ""
    return f"{_shown(item.path)}:{start}", "".join(lines)


def _line(path: Path, number: int) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return lines[number - 1].strip() if number <= len(lines) else ""


def _shown(path: Path) -> str:
    root = next((root for root in (COURSE_ROOT, KIT_ROOT) if path.is_relative_to(root)), path.parent)
    return path.relative_to(root).as_posix()
