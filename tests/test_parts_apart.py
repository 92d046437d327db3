"""A part lives in its own folders: without them the kit is whole, and the tests of the harness name nothing of it."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import parts, problems
from autograder.places import KIT_ROOT
from tests import forked
from tests.examples import EXAMPLES, HERE

PARTS = [part.id for part in parts()]
# Where everything of a part stands; docs/authoring.md names them, too.
FOLDERS = ("solutions", "assignment", "autograder/checks", "tests", "tests/plants", "samples")
# What names a part or a problem without needing it, and why.
ALLOWED = {
    "examples.py": "says whose example is what",
    "conftest.py": "sorts files by their time",
    "made_up.py": "makes up a part of this name, whatever the course holds",
    "results": "tests pages with the made-up part",
    "submission/test_locate.py": "makes up parts of these names",
    "build/test_markers.py": "makes up a problem of this name",
    "test_harness_names.py": "lists ordinary words that are names, too",
    "benchmarks": "scripts that measure some of the problems; no tests",
}
ORDINARY = {"softmax", "training", "networks", "optimizer", "quantization", "ema", "mymodel"}  # stand for other things, too
NAMES = {*PARTS, *problems()} - ORDINARY
TIMEOUT_S = 900


def of_no_part() -> list[Path]:
    """The tests and their helpers that stand outside of a part's folders."""
    others = [*PARTS, "plants", "courses", *ALLOWED, *(path for paths in EXAMPLES.values() for path in paths)]
    return [path for path in sorted(HERE.rglob("*.py")) if not any(path.is_relative_to(HERE / other) for other in others)]


def named(path: Path) -> list[str]:
    """The parts and problems that a module's code names: in texts without spaces, in paths, in imports."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        text = node.value if isinstance(node, ast.Constant) else node.module if isinstance(node, ast.ImportFrom) else None
        if isinstance(text, str) and not re.search(r"\s", text) and (names := NAMES & set(re.split(r"[/:]|\.(?!rar)", text))):
            found.append(f"{path.relative_to(HERE)}, line {node.lineno}: {', '.join(names)}")
    return found


def test_only_a_parts_own_tests_name_it():
    """Others ask autograder.course, make up a part, take the small course in tests/courses, or are listed in tests/examples.py."""
    assert not [line for path in of_no_part() for line in named(path)]


def test_every_exception_is_there():
    """A file that was moved or mended leaves the lists."""
    assert all((HERE / path.partition("::")[0]).exists() for paths in (ALLOWED, *EXAMPLES.values()) for path in paths)


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Path:
    """A copy of the kit in which only the part with the fewest problems is kept."""
    top = tmp_path_factory.mktemp("kept") / "kit"
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=KIT_ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this kit is no checkout, so nothing says which of its files belong to it")
    for name in filter(None, listed.stdout.split("\0")):
        if (KIT_ROOT / name).is_file():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(KIT_ROOT / name, top / name)
    kept = min(parts(), key=lambda part: (len(part.problems), part.number)).id
    for folder in FOLDERS:
        for name in PARTS:
            if name != kept:
                shutil.rmtree(top / folder / name, ignore_errors=True)
                (top / folder / f"{name}.toml").unlink(missing_ok=True)
    return top


def run(kit: Path, *words: str) -> str:
    """What a command prints in the copy."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOGRADER_", "PYTEST_"))}
    done = forked.run(
        [sys.executable, "-m", *words],
        cwd=kit,
        env=environment | {"PYTHONPATH": str(kit), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.nightly(6)
def test_a_kit_with_one_part_is_a_kit(kit):
    """Its assignment is cut, its solution gets full marks, its demonstration has a class, and all its tests are collected."""
    run(kit, "autograder", "build")
    points = sum(part.points for part in parts() if (kit / "solutions" / part.id).is_dir())
    assert f"{points} of {points}" in run(kit, "autograder", "demo", "--jobs", "1")
    assert re.search(r"^[\d/]+ tests collected", run(kit, "pytest", "tests", "--collect-only", "-q"), re.MULTILINE)
