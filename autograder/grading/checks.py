"""What a check says of itself: its problem by its file, its title by its docstring, the rest by its marker.

    @pytest.mark.check(weight=4, shares=(6, 3, 1))      # or shares={"0 rows": 1}: the others then count ten times as much
    @pytest.mark.parametrize("n", [5, 1, 0], ids=["5 rows", "1 row", "0 rows"])

A check's points are those of its cases; without `shares` every case counts the same. A check `needs` another one when there
is nothing to judge without it: it is not run when no case of the other one passed, and where both have a case of the same
name, when that one did not pass. What only has to exist first, a fixture asks for: what that raises is the check's message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ..course import problem_of, problems
from ..results.record import Case, CheckResult
from ..results.statuses import STATUSES

USUAL_SHARE = 10  # of a case that `shares` does not name


@dataclass(frozen=True)
class Check:
    """What the collected functions say of one check."""

    problem: str
    name: str
    title: str
    weight: int
    needs: str
    seconds: float | None
    shares: tuple[int, ...] | Mapping[str, int] = ()


def check_of(item: pytest.Item) -> Check:
    """Read a check off its test function: problem from the file, title from the docstring, the rest from the marker.

    Raises:
        pytest.UsageError: the file is not named like a problem, or the function has no docstring.
    """
    problem = problem_of(item.path)
    if problem not in problems():
        raise pytest.UsageError(f"{item.path.name}: there is no problem {problem}; name the file like a problem in a part.toml.")
    marker = item.get_closest_marker("check")
    options = marker.kwargs if marker else {}
    function = getattr(item, "function", check_of)
    expect_sound(f"{item.path.name}: {function.__name__}", options, getattr(item, "module", None))
    title = (function.__doc__ or "").strip().split("\n")[0].rstrip(".")
    if not title:
        raise pytest.UsageError(f"{item.path.name}: {function.__name__} has no docstring; write the title students see.")
    return Check(
        problem,
        function.__name__,
        title,
        options.get("weight", 1),
        options.get("needs", ""),
        options.get("seconds"),
        options.get("shares", ()),
    )


def shares_of_cases(where: str, shares: Sequence[int] | Mapping[str, int], labels: list[str]) -> list[int]:
    """What each of a check's cases counts.

    Args:
        where: file and function, for messages.
        shares: as its marker gives them.
        labels: of all its cases, in their order.
    Raises:
        pytest.UsageError: `shares` are not those of these cases.
    """
    if isinstance(shares, Mapping):
        if unknown := shares.keys() - set(labels):
            raise pytest.UsageError(
                f"{where} gives shares to {', '.join(sorted(unknown))}, which it has no case for; correct the name."
            )
        return [shares.get(label, USUAL_SHARE) for label in labels]
    if shares and len(shares) != len(labels):
        counted = f"{len(labels)} case{'s' * (len(labels) != 1)}, but {len(shares)} share{'s' * (len(shares) != 1)}"
        raise pytest.UsageError(f"{where} has {counted}; give every case one, in the order of the cases.")
    return list(shares) or [1] * len(labels)


def without_running(check: Check, label: str, before: Iterable[CheckResult]) -> Case | None:
    """How a case ends that cannot be judged, since what it needs is not there; None when it is to run.

    Args:
        label: the case's.
        before: the checks of the problem that have run.
    """
    for other in before:
        if check.needs == other.name:
            cases = [case for case in other.cases if label and case.label == label] or other.cases
            if any(case.status == "passed" for case in cases):
                return None
            if STATUSES[cases[0].status].inherited:
                return Case("", cases[0].status, cases[0].message)
            return Case("", "not run", f"Not run, because it needs: {other.title}.")
    return None


def expect_sound(where: str, options: Mapping[str, Any], module: object) -> None:
    """What a marker says is possible.

    Args:
        where: file and function, for messages.
        options: the marker's.
        module: has the file's functions as attributes.
    Raises:
        pytest.UsageError: it is not.
    """
    if unknown := options.keys() - {"weight", "needs", "seconds", "shares"}:
        raise pytest.UsageError(f"{where}: @pytest.mark.check does not know {', '.join(sorted(unknown))}; correct the name.")
    weight, needs = options.get("weight", 1), options.get("needs", "")
    if type(weight) is not int or weight < 1:
        raise pytest.UsageError(f"{where} has the weight {weight!r}; give it a whole number of at least 1.")
    shares = options.get("shares", ())
    if not isinstance(shares, (list, tuple, Mapping)):
        raise pytest.UsageError(
            f"{where} has the shares {shares!r}; give a list with a number for each case, or for some by name in a dict."
        )
    if any(type(share) is not int or share < 1 for share in (shares.values() if isinstance(shares, Mapping) else shares)):
        raise pytest.UsageError(f"{where} has the shares {shares!r}; give each case a whole number of at least 1.")
    if needs and not callable(getattr(module, needs, None)):
        raise pytest.UsageError(f"{where} needs {needs}, which is not in its file; correct the name.")
