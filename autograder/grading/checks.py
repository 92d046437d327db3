"""What a check says of itself: its problem by its file, its title by its docstring, the rest by its marker."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ..course import problems


@dataclass(frozen=True)
class Check:
    """What the collected functions say of one check."""

    problem: str
    name: str
    title: str
    weight: int
    needs: str
    seconds: float | None


def check_of(item: pytest.Item) -> Check:
    """Read a check off its test function: problem from the file, title from the docstring, the rest from the marker.

    Raises:
        pytest.UsageError: the file is not named like a problem, or the function has no docstring.
    """
    problem = item.path.stem.removeprefix("test_")
    if problem not in problems():
        raise pytest.UsageError(f"{item.path.name}: there is no problem {problem}; name the file like a problem in a part.toml.")
    marker = item.get_closest_marker("check")
    options = marker.kwargs if marker else {}
    function = getattr(item, "function", check_of)
    _expect_sound(f"{item.path.name}: {function.__name__}", options, getattr(item, "module", None))
    title = (function.__doc__ or "").strip().split("\n")[0].rstrip(".")
    if not title:
        raise pytest.UsageError(f"{item.path.name}: {function.__name__} has no docstring; write the title students see.")
    return Check(problem, function.__name__, title, options.get("weight", 1), options.get("needs", ""), options.get("seconds"))


def _expect_sound(where: str, options: Mapping[str, Any], module: object) -> None:
    if unknown := options.keys() - {"weight", "needs", "seconds"}:
        raise pytest.UsageError(f"{where}: @pytest.mark.check does not know {', '.join(sorted(unknown))}; correct the name.")
    weight, needs = options.get("weight", 1), options.get("needs", "")
    if type(weight) is not int or weight < 1:
        raise pytest.UsageError(f"{where} has the weight {weight!r}; give it a whole number of at least 1.")
    if needs and not callable(getattr(module, needs, None)):
        raise pytest.UsageError(f"{where} needs {needs}, which is not in its file; correct the name.")
