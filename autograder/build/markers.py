"""Find the regions `### BEGIN SOLUTION <number> <name>` ... `### END SOLUTION`; refuse what is not quite a marker."""

import re
from dataclasses import dataclass

from .errors import BuildError

BEGIN = re.compile(r"(?P<indent>[ \t]*)### BEGIN SOLUTION (?P<number>\d+\.\d+) (?P<name>[A-Za-z_][\w.]*)\s*")
END = re.compile(r"(?P<indent>[ \t]*)### END SOLUTION\s*")
# Whoever writes one of these means a marker: overlooking it would hand out the answer.
LIKE_A_MARKER = re.compile(r"#\W*(?:begin|end)\W*solution|\b(?-i:BEGIN|END)\W*(?-i:SOLUTION)", re.IGNORECASE)


@dataclass(frozen=True)
class Region:
    """One region; `begin` and `end` are the numbers of its marker lines, from 1."""

    number: str
    name: str
    indent: str
    begin: int
    end: int


def has_marker(text: str) -> bool:
    """Whether a text holds anything like a marker."""
    return LIKE_A_MARKER.search(text) is not None


def regions(lines: list[str], where: str) -> list[Region]:
    """The regions of a file, from first to last.

    Args:
        lines: the file's lines.
        where: the file, for messages.
    Raises:
        BuildError: a marker is malformed, unmatched or nested, or a region is empty.
    """
    found: list[Region] = []
    opened: tuple[int, re.Match] | None = None
    for number, line in enumerate(lines, start=1):
        if not LIKE_A_MARKER.search(line):
            continue
        if begin := BEGIN.fullmatch(line):
            if opened:
                raise BuildError(
                    f"{where}, line {number}: this region begins inside the one that begins in line "
                    f"{opened[0]}; end that one first."
                )
            opened = number, begin
        elif end := END.fullmatch(line):
            if not opened:
                raise BuildError(f"{where}, line {number}: no region is open here; add its BEGIN marker or remove this line.")
            found.append(_closed(lines, *opened, end, number, where))
            opened = None
        else:
            raise BuildError(
                f"{where}, line {number}: {line.strip()!r} is not a marker; alone on a line, write "
                "`### BEGIN SOLUTION <number> <name>`, as in `### BEGIN SOLUTION 1.1 Line.forward`, "
                "or `### END SOLUTION`."
            )
    if opened:
        raise BuildError(f"{where}, line {opened[0]}: this region never ends; add `### END SOLUTION` behind it.")
    return found


def _closed(lines: list[str], begin_line: int, begin: re.Match, end: re.Match, end_line: int, where: str) -> Region:
    """The region between two markers."""
    if begin["indent"] != end["indent"]:
        raise BuildError(
            f"{where}, line {end_line}: this marker is not indented as its BEGIN in line {begin_line}; indent both as the code."
        )
    if not any(_is_code(line) for line in lines[begin_line : end_line - 1]):
        raise BuildError(f"{where}, line {begin_line}: this region is empty; put the solution in it or remove both markers.")
    return Region(begin["number"], begin["name"], begin["indent"], begin_line, end_line)


def _is_code(line: str) -> bool:
    """Whether a line is more than white space and comment."""
    return bool(line.strip()) and not line.strip().startswith("#")
