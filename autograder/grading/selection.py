"""Which checks of a problem a run leaves out, by `-k`, `-m`, `--deselect`, the name of one check, or because its file is missing.

Marks of some of a problem's checks would be wrong, and too high where the hard ones are left out. So all checks keep their
points, those that are left out are `not graded`, and the run ends as one that could not grade everything.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ..course import files_of_checks, part_of, problem_of, problems
from ..results.record import Case
from .checks import Check, check_of

LEFT_OUT = Case(
    "",
    "not graded",
    "This check, or one of its cases, was left out of this run.",
    "left out by -k, -m, --deselect or the name of another check; --problem and --part select whole problems",
)
NO_CHECKS = Case("", "not graded", "This problem has no checks in this run.", "no test_PROBLEM.py for it was collected")


def named_problems(arguments: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The wanted problems, only those of the named files where files of checks are named."""
    named = {problem_of(Path(argument.partition("::")[0])) for argument in arguments if ".py" in argument}
    return [problem for problem in wanted if not named or problem in named]


def every_check(items: Iterable[pytest.Item]) -> dict[tuple[str, str], Check]:
    """Every check of the files that the items come from, by problem and name, whether it was collected or not."""
    modules = {item.path: item.module for item in items if isinstance(item, pytest.Function)}
    found = {}
    for path, module in modules.items():
        for name, function in vars(module).items():
            if name.startswith("test_") and callable(function):
                marks = {mark.name: mark for mark in getattr(function, "pytestmark", [])}
                like_an_item: Any = SimpleNamespace(path=path, function=function, module=module, get_closest_marker=marks.get)
                check = check_of(like_an_item)
                if (check.problem, name) in found:
                    raise pytest.UsageError(
                        f"{path.name}: another file of {check.problem} has a check {name}, too; rename one of both."
                    )
                found[check.problem, name] = check
    return found


def left_out(
    checks: dict[tuple[str, str], Check],
    collected: Iterable[pytest.Item],
    kept: Iterable[pytest.Item],
    arguments: Iterable[str],
    wanted: Iterable[str],
) -> list[tuple[Check, Case]]:
    """The checks of the wanted problems that do not run, or not with all of their cases.

    Args:
        checks: all there are, from `every_check`.
        collected: what pytest found.
        kept: what of that is left to run.
        arguments: the files, folders and checks that pytest was given.
        wanted: problems to be graded.
    """
    all_cases, cases = (Counter(_place(item) for item in items) for items in (collected, kept))
    single = {argument.partition("[")[0].rpartition("::")[2] for argument in arguments if "[" in argument}
    found = [
        (check, LEFT_OUT)
        for place, check in checks.items()
        if check.problem in wanted and (not cases[place] or cases[place] < all_cases[place] or check.name in single)
    ]
    there, read = {problem for problem, _ in checks}, {item.path for item in collected}
    known = [problems()[name] for name in wanted if name in there and name in problems()]
    unread = [
        (Check(problem.id, path.stem, f"The checks in {path.name}", 1, "", None), LEFT_OUT)
        for problem in known
        for path in files_of_checks(part_of(problem).checks, problem.id)
        if path not in read
    ]
    return [*found, *unread] + [
        (Check(problem, "checks", f"The checks of {problems()[problem].title}", 1, "", None), NO_CHECKS)
        for problem in wanted
        if problem not in there
    ]


def _place(item: pytest.Item) -> tuple[str, str]:
    return problem_of(item.path), getattr(item, "originalname", None) or item.name.partition("[")[0]
