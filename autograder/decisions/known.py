"""The names that decisions may use in one class run: students, problems and parts, and the nearest right one for a wrong one."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from ..classes.sorting import ClassError
from ..course import Heading, parts, problems
from .kinds import Choose, Decision, Excuse, Exempt, Extend, OfOne, OfSome, Points


SEVERAL = 4  # names that begin alike and are all said


class DecisionError(ClassError):
    """A decision cannot be applied, or its file cannot be read; one sentence says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Known:
    """What a class run knows, each by every name that people may use for it.

    `checks` are those of each problem; None while no record is there that would tell.
    """

    students: Mapping[str, str]
    problems: Mapping[str, str]
    parts: Mapping[str, str]
    checks: Mapping[str, Mapping[str, str]] | None = field(default=None)

    def student(self, name: str) -> str:
        """Raises: DecisionError: nobody is called so."""
        return _find(name, self.students, "student in this class")

    def problem(self, name: str) -> str:
        """Raises: DecisionError: no problem of the run is called so."""
        return _find(name, self.problems, "problem in this run")

    def part(self, name: str) -> str:
        """Raises: DecisionError: no part of the run is called so."""
        return _find(name, self.parts, "part in this run")

    def place(self, name: str) -> str:
        """A problem or a part.

        Raises: DecisionError: there is neither.
        """
        return _find(name, {**self.parts, **self.problems}, "problem or part in this run")

    def check(self, problem: str, name: str) -> tuple[str, str]:
        """The problem and the full name of a check, which is called so, with or without `test_`, or has this title on students' pages.

        The problem may be empty where the name is one problem's only.

        Raises: DecisionError: there is none, or several.
        """
        if self.checks is None:
            return problem, name
        spelled, title = {name, f"test_{name}"}, _plain(name)
        held = [(one, check) for one, names in self.checks.items() if not problem or one == problem for check in names]
        found = [pair for pair in held if pair[1] in spelled] or [
            (one, check) for one, check in held if _plain(self.checks[one][check]) == title
        ]
        if len(found) > 1:
            raise DecisionError(f"{len(found)} problems have a check {name}; say which, as in {found[0][0]}/{name}.")
        if found:
            return found[0]
        near = nearest(name, [*(check for _, check in held), *(check.removeprefix("test_") for _, check in held)])
        elsewhere = [one for one, names in self.checks.items() if problem and spelled & {*names}]
        hint = f"; it is one of {elsewhere[0]}" if elsewhere else near or "; give its name, or its title as on a student's page"
        raise DecisionError(f"there is no check {name} {f'of {problem}' if problem else 'in this run'}{hint}.")

    def resolve(self, one: Decision) -> Decision:
        """The decision with everybody and everything called by their own names; checks are not looked up.

        Raises:
            DecisionError: a name is not known.
        """
        made: dict = {}
        if isinstance(one, OfOne):
            made["student"] = self.student(one.student)
        if isinstance(one, OfSome):
            made["students"] = tuple(dict.fromkeys(map(self.student, one.students)))
        if isinstance(one, Points):
            made["where"] = self.place(one.where)
        if isinstance(one, (Exempt, Excuse)):
            made["problem"] = self.problem(one.problem)
        if isinstance(one, Choose):
            made["entry"] = self.students.get(one.entry, one.entry)  # else an attempt, which the platform names
        if isinstance(one, Extend) and one.part:
            made["part"] = self.part(one.part)
        return msgspec.structs.replace(one, **made)

    def with_checks(self, checks: Mapping[str, Mapping[str, str]]) -> "Known":
        """The same with the checks that records tell of, with their titles."""
        return replace(self, checks=checks)


def known_names(students: Mapping[str, Iterable[str]], wanted: Iterable[str]) -> Known:
    """What a run knows.

    Args:
        students: every student with the other names that are used for them; a name that several have is nobody's.
        wanted: ids of the run's problems.
    """
    owners: dict[str, set[str]] = {}
    for student, names in students.items():
        for name in names:
            owners.setdefault(name, set()).add(student)
    by_name = {name: held.pop() for name, held in owners.items() if len(held) == 1} | {student: student for student in students}
    held: list[Heading] = [problems()[name] for name in wanted if name in problems()]
    by_problem = {problem.number: problem.id for problem in held} | {problem.id: problem.id for problem in held}
    mine = {problem.part for problem in held}
    return Known(by_name, by_problem, {part.id: part.id for part in parts() if part.id in mine})


def nearest(name: str, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a sentence."""
    spelling = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold(), spelling, 1)
    return f"; did you mean {spelling[near[0]]}" if near else ""


def _plain(title: str) -> str:
    """A title without what is lost when it is copied from a page."""
    return "".join(char for char in title.casefold() if char.isalnum())


def _find(name: str, known: Mapping[str, str], what: str) -> str:
    if name in known:
        return known[name]
    owners: dict[str, str] = {}
    for other in sorted(known) if name else ():
        if other.casefold().startswith(name.casefold()):
            owners.setdefault(known[other], other)
    begun = [*owners.values()]
    if 1 < len(begun) <= SEVERAL:
        raise DecisionError(f"there is no {what} called {name}; did you mean {' or '.join(begun)}.")
    listed = "" if nearest(name, known) else f"; there are {', '.join(sorted(set(known.values()))[:8])}" if len(known) < 20 else ""
    raise DecisionError(f"there is no {what} called {name}{nearest(name, known)}{listed}.")
