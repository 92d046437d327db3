"""What a build would leave out, problem by problem: each thing with its file and what to do.

An error is what students or graders would miss: a section of the handout, a check, a docstring, points, a cell of the notebook. So is
a missing plant in a checkout of the kit, whose tests grade the plants; in a course that stands elsewhere it is a warning.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from ..course import Part, Problem, files_of_checks, parts, problem_of, tomllib
from ..grading.checks import expect_sound, shares_of_cases
from ..nbgrader.story import STORY, StoryError, expect_every_problem, read_story
from ..places import KIT_ROOT
from ..results.record import share_points
from .decorators import Decorated
from .handout import PAGE
from .markers import regions
from .tree import planned

PLANTS = "tests/plants"
KINDS = {"right": "a correct answer in another style", "mistake": "an answer with one mistake"}


@dataclass
class LeftOut:
    """What is missing: errors stop a build, warnings do not."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def left_out(root: Path) -> LeftOut:
    """Everything that a build of this course would leave out.

    Args:
        root: the folder with `solutions/` and `autograder/checks/`.
    Raises:
        BuildError: it cannot be built at all.
    """
    found, plan = LeftOut(), planned(root / "solutions")
    for part in parts(root / "solutions"):
        checks = root / "autograder" / "checks" / part.id
        page = plan.get(f"{part.id}/{PAGE.removesuffix('.j2')}", b"").decode()
        for problem in part.problems:
            found.errors += [
                *_handout(part, problem, page),
                *_documented(root / "solutions" / part.id, problem),
                *_public(root / "solutions" / part.id, problem),
                *_hidden(checks, problem),
            ]
        found.errors += [*_strays(checks, part), *_story(checks, part), *_rubrics(root / "solutions" / part.id)]
        _add_plants(root, part, found)
    return found


def _handout(part: Part, problem: Problem, page: str) -> Iterator[str]:
    number = rf"(?<![\w.]){re.escape(problem.number)}(?!\w|\.\d)"
    headings = re.findall(r"^##+ .*$", page, re.MULTILINE)
    if not any(re.search(number, heading) or problem.title in heading for heading in headings):
        yield (
            f"solutions/{part.id}/{PAGE} has no section for the problem {problem.id}; add the heading "
            f"`## {problem.number} {problem.title}` and say what is asked for."
        )


def _documented(folder: Path, problem: Problem) -> Iterator[str]:
    """Every symbol that students complete is there and has a docstring, and so has every method with a gap but `__init__`."""
    where = f"solutions/{folder.name}"
    nodes: dict[str, tuple[str, ast.AST]] = {}
    gaps: list[str] = []
    for name in (name for name in problem.files if name.endswith(".py")):
        text = (folder / name).read_text(encoding="utf-8")
        nodes |= {path: (name, node) for path, node in _named(ast.parse(text))}
        gaps += [region.name for region in regions(text.split("\n"), name) if region.indent and region.number == problem.number]
    for symbol in problem.symbols:
        if symbol not in nodes:
            yield (
                f"{where}/part.toml: problem {problem.id} promises {symbol}, which {' and '.join(problem.files)} do not define; "
                "write it or correct `symbols`."
            )
    for path in dict.fromkeys([*problem.symbols, *gaps]):
        name, node = nodes.get(path, ("", None))
        if node is not None and not path.endswith("__init__") and not ast.get_docstring(node):  # type: ignore[arg-type]
            yield (
                f"{where}/{name}, line {node.lineno}: {path} has no docstring; say what goes in and what comes out, with "  # type: ignore[attr-defined]
                "shapes: students read it above their gap."
            )


def _named(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield prefix + node.name, node
            yield from _named(node, f"{prefix}{node.name}.")


def _public(folder: Path, problem: Problem) -> Iterator[str]:
    path = folder / problem.check.split()[-1]
    if path.is_file() and not Decorated(path).tests:
        yield f"solutions/{folder.name}/checks/{path.name} holds no check; write a function test_NAME whose answer fits on paper."


def _hidden(checks: Path, problem: Problem) -> Iterator[str]:
    paths = files_of_checks(checks, problem.id)
    weights: dict[str, int] = {}
    for path in paths:
        where = f"autograder/checks/{checks.name}/{path.name}"
        try:
            decorated = Decorated(path)
        except SyntaxError as error:
            yield f"{where}, line {error.lineno}: this is not valid Python ({error.msg}); correct it."
            return
        yield from _marked(decorated, where, weights)
    where = f"autograder/checks/{checks.name}/test_{problem.id}.py"
    if not weights:
        state = "holds no check" if paths else "is not there"
        yield f"{where} {state}, so nothing of the problem {problem.id} is graded; write its hidden checks."
        return
    for name, points in zip(weights, share_points(problem.points, list(weights.values()))):
        if not points:
            yield (
                f"{where}: {name} counts {weights[name]} of {sum(weights.values())}, which is nothing of {problem.points} points; "
                "give it a greater weight."
            )


def _marked(decorated: Decorated, where: str, weights: dict[str, int]) -> Iterator[str]:
    """What is wrong with the markers of a file's checks; notes their weights."""
    there = {node.name: len for node in decorated.tests}
    for node in decorated.tests:
        if node.name in weights:
            yield f"{where}, line {node.lineno}: another check of the problem is called {node.name}, too; rename one of both."
        weights[node.name] = 1
        options, labels, check = decorated.options(node), decorated.labels(node), f"{where}, line {node.lineno}: {node.name}"
        if not ast.get_docstring(node):
            yield f"{where}, line {node.lineno}: {node.name} has no docstring; write the title that students see."
        try:
            expect_sound(check, options, SimpleNamespace(**there))
            weights[node.name] = options.get("weight", 1)
            if labels is not None and not (isinstance(options.get("shares"), dict) and "" in labels):
                shares_of_cases(check, options.get("shares", ()), labels)
        except pytest.UsageError as error:
            yield str(error)


def _strays(checks: Path, part: Part) -> Iterator[str]:
    known = {problem.id for problem in part.problems}
    for path in sorted(checks.glob("test_*.py")):
        if problem_of(path) not in known:
            yield (
                f"autograder/checks/{part.id}/{path.name} belongs to no problem of this part; rename it, or add its problem to "
                f"solutions/{part.id}/part.toml."
            )


def _story(checks: Path, part: Part) -> Iterator[str]:
    path, known = checks / STORY, tuple(problem.id for problem in part.problems)
    try:
        if path.is_file():
            expect_every_problem(read_story(path, known), path, known)
    except StoryError as error:
        yield str(error)


def _rubrics(folder: Path) -> Iterator[str]:
    path = folder / "written.toml"
    for row in tomllib.loads(path.read_text(encoding="utf-8")).get("question", []) if path.is_file() else []:
        if row.get("rubric") and (total := sum(item.get("points", 0) for item in row["rubric"])) != row["points"]:
            yield (
                f"solutions/{folder.name}/written.toml: the rubric of question {row['number']} adds up to {total} of "
                f"{row['points']} points; correct one of both."
            )


def _add_plants(root: Path, part: Part, found: LeftOut) -> None:
    found.errors += _changes(root, part)
    lacking = [
        (problem.id, kind)
        for problem in part.problems
        for kind in KINDS
        if not any((root / PLANTS / part.id / problem.id).glob(f"{kind}_*.py"))
    ]
    if root == KIT_ROOT and (root / PLANTS).is_dir():
        found.errors += [
            f"{PLANTS}/{part.id}/{name}/{kind}_NAME.py is not there: {KINDS[kind]}, without which nothing proves that the "
            f"checks of {name} are fair; write one."
            for name, kind in lacking
        ]
    elif lacking:
        names = ", ".join(dict.fromkeys(name for name, _ in lacking))
        found.warnings.append(
            f"{PLANTS}/{part.id}: a right or a mistaken plant is missing for {names}; nothing proves that their checks are fair."
        )


def _changes(root: Path, part: Part) -> Iterator[str]:
    """Plants that say what they change in the solution say something that stands there."""
    for path in (path for problem in part.problems for path in sorted((root / PLANTS / part.id / problem.id).glob("*_*.py"))):
        text = path.read_text(encoding="utf-8")
        old, file = (re.search(rf"^{field}: *(.+?) *$", text, re.MULTILINE) for field in ("old", "replaces"))
        if old is None or file is None:
            continue
        solution = root / "solutions" / part.id / file[1]
        times = solution.read_text(encoding="utf-8").count(old[1]) if solution.is_file() else 0
        if times != 1:
            yield (
                f"{path.relative_to(root).as_posix()}: `old: {old[1]}` stands {times} times in solutions/{part.id}/{file[1]}; give a "
                "text that stands there once."
            )
