"""The course as data: parts and problems with their titles, numbers, points and files, read from `part.toml`.

`solutions/PART/part.toml` is the single place of all of these; stub, handout, checks, results and gradebook take them from here.
"""

import functools
import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

from .places import COURSE_ROOT, KIT_ROOT  # noqa: F401   the kit's place is asked for here, too
from .sandbox.limits import Limits

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOLUTIONS = COURSE_ROOT / "solutions"
ASSIGNMENT = COURSE_ROOT / "assignment"
CHECKS = COURSE_ROOT / "autograder" / "checks"


class CourseError(ValueError):
    """A `part.toml` says something that cannot be; the message names file, cause and remedy."""


@dataclass(frozen=True)
class Heading:
    """What results say of a problem; it is kept with them, whatever becomes of the course."""

    part: str
    id: str
    number: str
    title: str
    points: int


@dataclass(frozen=True)
class Problem(Heading):
    """One problem: what a student completes, and what it is worth."""

    files: tuple[str, ...]
    symbols: tuple[str, ...]
    lines: str
    limits: Limits = field(default_factory=Limits)
    optional_files: tuple[str, ...] = ()
    leaderboard: str = ""  # what its checks measure besides the points, in words; more is better

    @property
    def check(self) -> str:
        """The command with which a student checks this problem."""
        return f"pytest checks/test_{self.id}.py"

    @property
    def heading(self) -> Heading:
        """What results say of it."""
        return Heading(self.part, self.id, self.number, self.title, self.points)


@dataclass(frozen=True)
class Variants:
    """How a part that gives every student a variant learns which; `autograder/grading/variants.py` says what each entry means."""

    module: str
    columns: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class Part:
    """One folder of the assignment, which can be released and graded alone."""

    id: str
    number: int
    title: str
    summary: str
    problems: tuple[Problem, ...]
    given: tuple[str, ...] = ()  # files that students get complete; a submission's copies of them are not used
    exclude: tuple[str, ...] = ()  # patterns of files that `autograder build` does not give to students
    variants: Variants | None = None  # where every student has a variant of it

    @property
    def points(self) -> int:
        """What all problems of this part are worth together."""
        return sum(problem.points for problem in self.problems)

    @property
    def folder(self) -> Path:
        """Where its solutions are."""
        return SOLUTIONS / self.id

    @property
    def checks(self) -> Path:
        """Where all that grades it is."""
        return CHECKS / self.id

    @property
    def files(self) -> list[str]:
        """Every file that a student of this part hands in."""
        return [name for problem in self.problems for name in problem.files]

    def __getitem__(self, problem_id: str) -> Problem:
        for problem in self.problems:
            if problem.id == problem_id:
                return problem
        raise KeyError(problem_id)


@functools.cache
def parts(solutions: Path = SOLUTIONS) -> tuple[Part, ...]:
    """All parts in order of their numbers.

    Raises:
        CourseError: a `part.toml` is wrong.
    """
    found = sorted((_read(path) for path in solutions.glob("*/part.toml")), key=lambda part: part.number)
    seen: dict[str, str] = {}
    for part, following in zip(found, found[1:]):
        if part.number == following.number:
            raise CourseError(f"solutions/{following.id}/part.toml: {part.id} has the number {part.number}, too; choose another.")
    for problem in (problem for part in found for problem in part.problems):
        for key in (problem.id, problem.number):
            if key in seen:
                raise CourseError(f"solutions/{problem.part}/part.toml: {key!r} is also used in {seen[key]}; choose another.")
            seen[key] = problem.part
    return tuple(found)


def problems() -> dict[str, Problem]:
    """All problems by id, in the course's order."""
    return {problem.id: problem for part in parts() for problem in part.problems}


def part_of(problem: Problem) -> Part:
    """The part that a problem belongs to."""
    return next(part for part in parts() if part.id == problem.part)


def problem_of(path: Path) -> str:
    """The id of the problem that a file of checks belongs to: `test_ID.py`, and `test_ID__WHAT.py` where one file would be too long."""
    return path.stem.removeprefix("test_").partition("__")[0]


def files_of_checks(checks: Path, problem_id: str) -> list[Path]:
    """The files with a problem's hidden checks in their order, if they are there.

    Args:
        checks: the folder of its part.
    """
    return [path for path in sorted(checks.glob(f"test_{problem_id}*.py")) if problem_of(path) == problem_id]


def services(of: Iterable[str]) -> dict[str, Path]:
    """The folders of what runs in the sandbox for the parts that these problems belong to, by the parts' ids."""
    wanted = {problems()[name].part for name in of}
    folders = {part.id: part.checks / "services" for part in parts() if part.id in wanted}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def _read(path: Path) -> Part:
    where = "/".join(path.parts[-3:])
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{where} is not valid TOML ({error}); correct it.") from None
    except OSError as error:
        raise CourseError(f"{where} cannot be read ({error.strerror}); change its permissions.") from None
    missing = {"title", "number", "problem"} - table.keys()
    if missing:
        raise CourseError(f"{where}: {', '.join(sorted(missing))} is missing; add it.")
    _expect_kinds(table, _PART_KINDS, where)
    rows = tuple(_problem(row, path.parent, where) for row in table["problem"])
    build = table.get("build", {})
    _expect_kinds(build, {"exclude": [str]}, f"{where}: the table [build]")
    if unknown := build.keys() - {"exclude"}:
        raise CourseError(f"{where}: the table [build] has an unknown entry {', '.join(sorted(unknown))}; remove it.")
    given = tuple(table.get("given", ()))
    for file in given:
        if not (path.parent / file).is_file():
            raise CourseError(f"{where}: given names {file}, which is not there; write it or correct the name.")
    exclude = tuple(build.get("exclude", ()))
    return Part(
        path.parent.name,
        table["number"],
        table["title"],
        table.get("summary", ""),
        rows,
        given,
        exclude,
        _variants(table["variants"], path.parent.name, where) if "variants" in table else None,
    )


def _variants(table: dict, part_id: str, where: str) -> Variants:
    kinds = {"module": str, "columns": [str], "file": str}
    _expect_kinds(table, kinds, f"{where}: the table [variants]")
    if wrong := kinds.keys() ^ table.keys():
        raise CourseError(f"{where}: the table [variants] needs {', '.join(kinds)} and nothing else; see to {sorted(wrong)[0]}.")
    if not table["columns"]:
        raise CourseError(f"{where}: the table [variants] names no columns; name what a student's variant follows from.")
    if not (CHECKS / part_id / f"{table['module']}.py").is_file():
        raise CourseError(
            f"{where}: the table [variants] names the module {table['module']}; write "
            f"autograder/checks/{part_id}/{table['module']}.py or correct the name."
        )
    return Variants(table["module"], tuple(table["columns"]), table["file"])


_PART_KINDS = {"title": str, "number": int, "summary": str, "problem": [dict], "given": [str], "build": dict, "variants": dict}
_PROBLEM_KINDS = {
    "id": str,
    "number": str,
    "title": str,
    "points": int,
    "files": [str],
    "symbols": [str],
    "lines": str,
    "limits": dict,
    "optional_files": [str],
    "leaderboard": str,
}
_KIND_WORDS = {str: "text", int: "a whole number", dict: "a table"}


def _expect_kinds(table: dict, kinds: dict, where: str) -> None:
    for key, value in table.items():
        kind = kinds.get(key)
        if isinstance(kind, list) and not (type(value) is list and all(type(item) is kind[0] for item in value)):
            raise CourseError(f"{where}: {key} is {value!r}; make it a list, each item {_KIND_WORDS[kind[0]]}.")
        if isinstance(kind, type) and type(value) is not kind:
            raise CourseError(f"{where}: {key} is {value!r}; make it {_KIND_WORDS[kind]}.")


def _limits(table: dict, where: str) -> dict:
    """The table as it is, when every limit in it exists and is a number of its own kind."""
    kinds = {item.name: item.type for item in fields(Limits)}
    for key, value in table.items():
        if key not in kinds:
            raise CourseError(f"{where} has a limit that does not exist: {key}; there are {', '.join(kinds)}.")
        whole = kinds[key] is int
        # A fraction would reach the system's own limits, which take whole numbers only, in the middle of grading.
        if type(value) not in ((int,) if whole else (int, float)) or not 0 < value < math.inf:
            raise CourseError(f"{where} has the limit {key} = {value!r}; give a {'whole ' * whole}number above 0.")
    return table


def _problem(row: dict, folder: Path, where: str) -> Problem:
    name = row.get("id", "?")
    _expect_kinds(row, _PROBLEM_KINDS, f"{where}: problem {name}")
    known = {item.name for item in fields(Problem)} - {"part"}
    needed = known - {"limits", "optional_files", "leaderboard"}
    if missing := needed - row.keys():
        raise CourseError(f"{where}: problem {name} has no {', '.join(sorted(missing))}; add it.")
    if unknown := row.keys() - known:
        raise CourseError(f"{where}: problem {name} has an unknown entry {', '.join(sorted(unknown))}; remove it.")
    if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise CourseError(f"{where}: problem {name!r} cannot name files; use small letters, digits and single _ in its id.")
    if row["points"] < 1:
        raise CourseError(f"{where}: problem {name} has {row['points']} points; give it at least 1 or remove it.")
    for file in row["files"]:
        if not (folder / file).is_file():
            raise CourseError(f"{where}: problem {name} names {file}, which is not there; write it or correct the name.")
    limits = Limits(**_limits(row.get("limits", {}), f"{where}: problem {name}"))
    texts = {key: row[key] for key in ("id", "number", "title", "points", "lines")}
    return Problem(
        part=folder.name,
        files=tuple(row["files"]),
        symbols=tuple(row["symbols"]),
        limits=limits,
        optional_files=tuple(row.get("optional_files", ())),
        leaderboard=row.get("leaderboard", ""),
        **texts,
    )
