"""Submissions that are nearly the same program, found by winnowing (Schleimer et al. 2003), as MOSS does it.

    python -m autograder.classes.similarity < TASKS        a process of its own, see `near_identical`

The library is copydetect: made for students' code, small, maintained since 2020, pip wheels for every system, and it
subtracts starter code itself. General text libraries (rapidfuzz, datasketch) know neither tokens nor starter code; pycode-similar finds
as many copies, but calls two untouched stubs copies (100 %), and two students who wrote by themselves, too (87 %).
Measured on made classes of three parts: copies with other names, order, comments and added statements, alone and together, are found in 78
of 78 pairs, and none of 176 pairs of independent answers is named.
What a pair shares is a reason to look, never a proof.
"""

import ast
import io
import json
import keyword
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from ..course import ASSIGNMENT, Part, parts, problems
from ..sandbox.plain_text import one_line
from ..submission.locate import part_files
from ..submission.reader import Unreadable, read
from .worker import environment

TOKENS = 20  # characters of normalised code (a name is one) that count as one trace
WINDOW = 8  # every shared run of TOKENS + WINDOW - 1 characters is noticed
FEWEST_TOKENS = 150  # code of their own that two students must have before likeness means anything
LIKE = 0.7  # share of both submissions' own code; of 176 made pairs of independent work none reaches 0.5
COMMON = 0.1  # what more than this share of a class writes is an idiom, not a trace
LONGEST_FILE = 200_000  # characters; a longer one is not a student's module


@dataclass(frozen=True)
class Pair:
    """Two submissions and the share of the smaller likeness, 0 to 1, with how much code that is, and the numbers of the parts it is in."""

    first: str
    second: str
    share: float
    tokens: int
    where: str = ""


def near_identical(submissions: list[tuple[str, Path]], chosen: tuple[str, ...]) -> list[Pair] | str:
    """The pairs of near-identical submissions, most alike first, or a sentence why there is no answer.

    Args:
        submissions: student and place of each.
        chosen: the problems whose files are compared.
    """
    # The library's traces are Python's own hashes: only a fixed seed gives the same pairs again.
    asked = json.dumps({"submissions": [(student, os.fspath(path)) for student, path in submissions], "problems": chosen})
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=asked,
        env=environment() | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return f"Submissions were not compared: {one_line(lines[-1]) if lines else 'the comparison gave no reason'}"
    return [Pair(*row) for row in json.loads(done.stdout)]


def compare(submissions: list[tuple[str, Path]], chosen: tuple[str, ...]) -> list[Pair]:
    """The same in this process; each part is compared alone, so that one that was copied shows among others of one's own."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for part in _parts(chosen):
        problems_here = tuple(problem.id for problem in part.problems if problem.id in chosen)
        for pair in _compare_part(submissions, problems_here, str(part.number)):
            found[pair.first, pair.second].append(pair)
    pairs = [
        Pair(*names, max(one.share for one in held), sum(one.tokens for one in held), ", ".join(one.where for one in held))
        for names, held in found.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.tokens, pair.first, pair.second))


def _compare_part(submissions: list[tuple[str, Path]], chosen: tuple[str, ...], where: str) -> Iterator[Pair]:
    from copydetect.detector import compare_files

    traces = {}
    given = _given(chosen)
    for student, path in submissions:
        code = own_code(path, chosen, given)
        if code.strip():
            traces[student] = _trace(code)
    _forget_idioms(traces)
    for first, second in _candidates(traces):
        tokens, shares, _ = compare_files(traces[first], traces[second])
        if min(shares) >= LIKE and tokens >= FEWEST_TOKENS:
            yield Pair(first, second, round(float(min(shares)), 3), int(tokens), where)


def own_code(path: Path, chosen: tuple[str, ...], given: dict[str, set[str]]) -> str:
    """What a student wrote: the lines of the declared files that neither the starter code nor the solution has."""
    try:
        contents = read(path, [name for problem in chosen for name in problems()[problem].files])
    except (Unreadable, OSError):
        return ""
    lines: list[str] = []
    for part in _parts(chosen):
        files = part_files(contents, part)
        for name in dict.fromkeys(name for problem in part.problems if problem.id in chosen for name in problem.files):
            text = files.get(name, b"").decode("utf-8", "replace")[:LONGEST_FILE]
            lines += [line for line in normal_form(text) if shape(line) not in given[f"{part.id}/{name}"]]
    return "\n".join(lines)


def normal_form(text: str) -> list[str]:
    """The lines of a program without comments, docstrings and layout, which would hide what everybody has; as they are where it is none."""
    try:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node):
                node.body = node.body[1:] or [ast.Pass()]
        text = ast.unparse(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    return [line for line in text.splitlines() if line.strip()]


def shape(line: str) -> str:
    """A line without the names of its own that somebody may have changed; keywords stay."""
    return re.sub(r"[^\W\d]\w*", lambda found: found[0] if keyword.iskeyword(found[0]) else "_", line.strip())


def _given(chosen: tuple[str, ...]) -> dict[str, set[str]]:
    """The lines of each file that everybody has, or that anybody may arrive at."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in _parts(chosen):
        for name in part.files:
            for path in (part.folder / name, ASSIGNMENT / part.id / name):
                if path.is_file():
                    text = path.read_text(encoding="utf-8")
                    found[f"{part.id}/{name}"] |= {shape(line) for line in (*text.splitlines(), *normal_form(text))}
    return found


def _parts(chosen: tuple[str, ...]) -> list[Part]:
    return [part for part in parts() if any(problem.id in chosen for problem in part.problems)]


def _trace(code: str):
    from copydetect.detector import CodeFingerprint

    return CodeFingerprint("submission.py", TOKENS, WINDOW, language="python", fp=io.StringIO(code))


def _forget_idioms(traces: dict) -> None:
    """Leave out what many of the class share."""
    held = Counter(trace for found in traces.values() for trace in found.hashes)
    most = max(3, COMMON * len(traces))
    from copydetect.utils import get_token_coverage

    for found in traces.values():
        found.hashes = {trace for trace in found.hashes if held[trace] <= most}
        found.hash_idx = {trace: places for trace, places in found.hash_idx.items() if trace in found.hashes}
        found.token_coverage = get_token_coverage(found.hash_idx, found.k, len(found.filtered_code))


def _candidates(traces: dict) -> Iterator[tuple[str, str]]:
    """Pairs that share so many traces that they can be alike; all other pairs are never compared."""
    holders: dict[int, list[str]] = defaultdict(list)
    for student in sorted(traces):
        for trace in traces[student].hashes:
            holders[trace].append(student)
    # A file or class that recurs gives thousands of traces the same holders: their pairs are counted once, not once a trace.
    alike = Counter(map(tuple, holders.values()))
    shared: Counter[tuple[str, str]] = Counter()
    for names, count in alike.items():
        for pair in combinations(names, 2):
            shared[pair] += count
    for (first, second), count in sorted(shared.items()):
        if count >= LIKE / 2 * max(len(traces[first].hashes), len(traces[second].hashes)):
            yield first, second


def main() -> None:
    """Read tasks from the standard input, write pairs to the standard output."""
    asked = json.load(sys.stdin)
    try:
        found = compare([(student, Path(path)) for student, path in asked["submissions"]], tuple(asked["problems"]))
    except ImportError as error:
        sys.exit(f"the library copydetect is missing ({error}); pip install copydetect")
    json.dump([[pair.first, pair.second, pair.share, pair.tokens, pair.where] for pair in found], sys.stdout)


if __name__ == "__main__":
    main()
