"""Every change in one place of the worked regions of a problem's files, each with a name that outlives small edits elsewhere."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.build.markers import Region, regions
from autograder.course import Problem, part_of
from tests.fairness.answers import Answer
from tests.mutants.operators import replacements

SHORT = 14  # characters that may stand in many places: then a name says in which
Place = tuple[int, int, int, int]  # first line, column in bytes, last line, column


@dataclass(frozen=True)
class Mutation:
    """One change: where it stands, what it was, and the whole file with it."""

    problem: Problem
    file: str
    name: str
    line: int
    text: str

    @property
    def answer(self) -> Answer:
        """A submission in which nothing else is changed."""
        return Answer(f"{self.problem.id}: {self.name}", self.problem.part, self.problem.id, ((self.file, self.text),))


def mutations(problem: Problem) -> Iterator[Mutation]:
    """The mutations of a problem's solution, in the order of the text."""
    for file in problem.files:
        if file.endswith(".py"):
            source = (part_of(problem).folder / file).read_text(encoding="utf-8")
            for name, line, text in mutations_of(source, file):
                yield Mutation(problem, file, name, line, text)


def mutations_of(source: str, file: str) -> Iterator[tuple[str, int, str]]:
    """The mutations of a file as (name, line, changed text); those that are no Python are left out."""
    used: Counter[str] = Counter()
    for region, statement, node in _nodes(source, file):
        for text in replacements(node):
            place, before = _place(node), _before(node)
            changed = _replaced(source, place, text)
            if not _is_python(changed):
                continue
            where = f" in {_head(statement)}" if len(before) < SHORT else ""
            name = f"{region.name}: {before} -> {text}{where}"
            used[name] += 1
            name += f" #{used[name]}" if used[name] > 1 else ""
            yield name, place[0], changed


def _nodes(source: str, file: str) -> Iterator[tuple[Region, ast.stmt, ast.AST]]:
    """Every node within a worked region, with the statement that it belongs to."""
    found = regions(source.splitlines(), file)

    def walk(node: ast.AST, statement: ast.stmt | None) -> Iterator[tuple[Region, ast.stmt, ast.AST]]:
        # What an error says is nobody's business, and in a text with fields nodes have no places before Python 3.12.
        if isinstance(node, ast.JoinedStr):
            return
        statement = node if isinstance(node, ast.stmt) else statement
        inside = [
            region for region in found if hasattr(node, "lineno") and region.begin < node.lineno <= node.end_lineno < region.end
        ]
        if inside and statement is not None:
            yield inside[0], statement, node
        for child in ast.iter_child_nodes(node):
            if not (isinstance(node, ast.Raise) or _is_docstring(node, child) or _is_annotation(node, child)):
                yield from walk(child, statement)

    yield from walk(ast.parse(source), None)


def _is_docstring(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(child, ast.Constant) and isinstance(child.value, str)


def _is_annotation(node: ast.AST, child: ast.AST) -> bool:
    return child in (getattr(node, "annotation", None), getattr(node, "returns", None))


def _place(node: ast.AST) -> Place:
    """Where the text goes: the node's own place, of an `if` only its condition, of a `with` all before its colon."""
    if isinstance(node, (ast.If, ast.While)):
        node = node.test
    elif isinstance(node, ast.With):
        last = node.items[-1].optional_vars or node.items[-1].context_expr
        return node.lineno, node.col_offset, last.end_lineno, last.end_col_offset
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _before(node: ast.AST) -> str:
    """What stood there, on one line."""
    if isinstance(node, (ast.If, ast.While)):
        node = node.test
    if isinstance(node, ast.With):
        return _head(node)
    return " ".join(_unparsed(node).split())


def _unparsed(node: ast.AST) -> str:
    """As Python 3.11 and newer write it; 3.10 puts brackets around the names that a loop or an assignment unpacks into."""
    text = ast.unparse(node)
    return re.sub(r"\bfor \(([^()]*)\) in ", r"for \1 in ", re.sub(r"^\(([^()]*)\) = ", r"\1 = ", text, flags=re.MULTILINE))


def _head(statement: ast.stmt) -> str:
    """A statement without its block, on one line."""
    return (
        " ".join(_unparsed(statement).split("\n")[0].split())
        if hasattr(statement, "body")
        else " ".join(_unparsed(statement).split())
    )


def _replaced(source: str, place: Place, text: str) -> str:
    """The source with other text in one place."""
    lines = source.encode().splitlines(keepends=True)
    first, begin, last, end = place
    lines[first - 1 : last] = [lines[first - 1][:begin] + text.encode() + lines[last - 1][end:]]
    return b"".join(lines).decode()


def _is_python(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True
