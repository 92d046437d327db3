"""Cut one file: every region becomes a comment that says what is asked for, and one named gap."""

import ast
from collections.abc import Iterator

from ..course import Problem
from .errors import BuildError
from .markers import Region, regions

WIDTH = 120  # characters a line, as everywhere in the course


def cut(text: str, where: str, problems: dict[str, Problem], owners: list[Problem]) -> str:
    """A student's version of a file.

    Args:
        text: the complete file.
        where: the file, for messages.
        problems: the part's problems by number.
        owners: the problems that declare this file.
    Raises:
        BuildError: a marker is wrong, belongs to another problem or is missing, or the rest is not valid Python.
    """
    lines = text.split("\n")
    found = regions(lines, where)
    for region in found:
        _expect_owner(region, where, problems, owners)
    for problem in owners:
        if problem.number not in {region.number for region in found}:
            raise BuildError(
                f"{where} has no region of problem {problem.number}, which declares it; "
                f"mark its solution, or remove the file from `files` of {problem.id} in part.toml."
            )
    _expect_python(text, where, list(range(1, len(lines) + 1)), "the file")
    kept, sources, gaps = _with_gaps(lines, found, problems)
    tree = _expect_python("\n".join(kept), where, sources, "what is left without the solutions")
    _expect_gaps_in_functions(tree, gaps, where)
    return "\n".join(kept)


def gap(region: Region, problem: Problem) -> list[str]:
    """The lines that a student finds in the place of a region.

    A region that is not indented holds helpers: nothing is asked for there, and the module must import.
    """
    if not region.indent:
        return [f"# Task {problem.number}: put helpers of your own here, if you need any."]
    points = f"{problem.points} point{'s' if problem.points != 1 else ''}"
    about = f"# Task {problem.number}: {problem.title}, {points}, {problem.lines}."
    check = f"Check it with: {problem.check}"
    fits = len(f"{region.indent}{about} {check}") <= WIDTH
    comments = [f"{about} {check}"] if fits else [about, f"# {check}"]
    stop = f'raise NotImplementedError("Task {problem.number}: {region.name} is not written yet")'
    return [region.indent + line for line in (*comments, stop)]


def _with_gaps(
    lines: list[str], found: list[Region], problems: dict[str, Problem]
) -> tuple[list[str], list[int], dict[int, Region]]:
    """The file's lines with gaps, the line of the solution each comes from, and the regions by their gap's line."""
    kept: list[str] = []
    sources: list[int] = []
    gaps: dict[int, Region] = {}
    start = 0
    for region in found:
        before = range(start, region.begin - 1)
        kept += [lines[place] for place in before]
        sources += [place + 1 for place in before]
        stub = gap(region, problems[region.number])
        kept += stub
        sources += [region.begin] * len(stub)
        if region.indent:
            gaps[len(kept)] = region
        start = region.end
    rest = range(start, len(lines))
    return kept + lines[start:], sources + [place + 1 for place in rest], gaps


def _expect_owner(region: Region, where: str, problems: dict[str, Problem], owners: list[Problem]) -> None:
    """The region's problem exists and declares the file."""
    if region.number not in problems:
        raise BuildError(
            f"{where}, line {region.begin}: no problem of this part has the number {region.number}; "
            f"the numbers in part.toml are {', '.join(problems)}."
        )
    problem = problems[region.number]
    if problem not in owners:
        raise BuildError(
            f"{where}, line {region.begin}: problem {problem.number} ({problem.id}) does not declare "
            "this file; add it to its `files` in part.toml or correct the number."
        )


def _expect_python(text: str, where: str, sources: list[int], what: str) -> ast.Module:
    """The syntax tree of a text whose lines come from the lines `sources` of the file."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        line = sources[min(error.lineno or 1, len(sources)) - 1]
        remedy = "correct it" if what == "the file" else "let the markers enclose whole statements"
        raise BuildError(f"{where}, line {line}: {what} is not valid Python ({error.msg}); {remedy}.") from None


def _expect_gaps_in_functions(tree: ast.Module, gaps: dict[int, Region], where: str) -> None:
    """No gap is reached while the module is imported, and each names the function that it stands in."""
    found = list(_functions(tree))
    for line, region in gaps.items():
        around = [name for name, first, last in found if first <= line <= last]
        if not around:
            raise BuildError(
                f"{where}, line {region.begin}: this gap would be reached when the module is imported; "
                "put the markers inside a function."
            )
        if region.name not in around:
            raise BuildError(
                f"{where}, line {region.begin}: the marker says {region.name}, which students would read, "
                f"but it stands in {around[-1]}; correct the name."
            )


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int, int]]:
    """Every function with its classes and functions around it, `Line.forward`, and the first and last line of its body."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{prefix}{node.name}", node.body[0].lineno, node.end_lineno or 0
        named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        yield from _functions(node, f"{prefix}{node.name}." if named else prefix)  # type: ignore[attr-defined]
