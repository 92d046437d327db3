"""A student's own lines: found in the text of the file, never imported or run."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..course import Problem
from ..sandbox.plain_text import harmless

MOST_LINES = 160  # of one function or class
MOST_EXCERPTS = 8  # of a problem
WITHOUT_NAME = 40  # lines that are shown of a file in which the name cannot be found
LONGEST_FILE = 1 << 20  # bytes
# As messages write it: "in your lines.py, line 41", "line 12 (`x = ...`)".
_LINE = re.compile(r"\bline (\d{1,6})\b")


@dataclass
class Excerpt:
    """Lines of a student's file: `numbers` and texts side by side; `marked` are those that messages speak of."""

    file: str
    name: str
    lines: list[tuple[int, str]]
    marked: set[int]
    more: int = 0  # lines that are left out below
    remark: str = ""


def excerpts(found: list[Excerpt], files: Mapping[str, bytes], problem: Problem, origins: Iterable[str], message: str) -> None:
    """Add the lines of every name that was called, each once, and mark the lines that a message speaks of.

    Args:
        found: is added to.
        files: of the part, by relative path.
        problem: whose first symbol is shown when nothing was called.
        origins: dotted names, module and first name in it.
    """
    wanted = list(dict.fromkeys(origins)) or [name for name in _declared(problem, files) if not found]
    for origin in wanted:
        file, name = place_of(origin, files)
        if file and not any((one.file, one.name) == (file, name) for one in found) and len(found) < MOST_EXCERPTS:
            found.append(excerpt(file, name, files[file]))
    spoken_of = {int(number) for number in _LINE.findall(message)}
    for one in found:
        if f"{one.file}," in message or place_of(wanted[-1] if wanted else "", files)[0] == one.file:
            one.marked |= spoken_of


def place_of(origin: str, files: Mapping[str, bytes]) -> tuple[str, str]:
    """The file of a dotted name, and the first name in it; empty when no such file was handed in."""
    words = origin.split(".")
    for length in range(len(words), 0, -1):
        file = "/".join(words[:length]) + ".py"
        if file in files:
            return file, words[length] if length < len(words) else ""
    return "", ""


def excerpt(file: str, name: str, content: bytes) -> Excerpt:
    """The lines of a function or class of a file, or the file's first ones where it is not found."""
    text = content[:LONGEST_FILE].decode("utf-8", "replace")
    lines = text.splitlines()
    start, end, remark = 0, min(len(lines), WITHOUT_NAME), ""
    try:
        node = next((node for node in ast.parse(text).body if _defines(node, name)), None) if name else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        node, remark = None, "Python cannot read this file as a program."
    if node is not None:
        decorators = getattr(node, "decorator_list", [])
        start, end = min([node.lineno, *(one.lineno for one in decorators)]) - 1, node.end_lineno or node.lineno
    elif name and not remark:
        remark = f"{name} is not defined at the top of this file."
    last = min(end, start + MOST_LINES)
    shown = [(number, harmless(line, 400)) for number, line in enumerate(lines[start:last], start + 1)]
    return Excerpt(file, name, shown, set(), max(end, len(lines) if node is None else 0) - last, remark)


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _declared(problem: Problem, files: Mapping[str, bytes]) -> list[str]:
    """The problem's symbols by dotted names, in the first of its files that is there."""
    there = [name for name in problem.files if name in files and name.endswith(".py")]
    return [f"{there[0].removesuffix('.py').replace('/', '.')}.{symbol}" for symbol in problem.symbols] if there else []
