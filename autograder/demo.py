"""`autograder demo`: grade a class of made-up students, then show one student's page."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
from rich.text import Text

from .course import ASSIGNMENT, parts, tomllib
from .places import COURSE_ROOT, KIT_ROOT
from .results.terminal import page_console

SAMPLES = COURSE_ROOT / "samples"  # NAME.toml describes the class in the folder NAME


@click.command()
@click.option("--out", default="runs/demo", type=click.Path(file_okay=False, path_type=Path), help="where results are written")
@click.option("--jobs", type=click.IntRange(1), help="graders in parallel (default: one a processor)")
def demo(out: Path, jobs: int | None) -> None:
    """Grade a class of made-up students and show one student's page."""
    in_parallel = ["--jobs", str(jobs)] if jobs else []
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    described = sorted(SAMPLES.glob("*.toml"))
    if described:
        about = tomllib.loads(described[0].read_text(encoding="utf-8"))
        students = described[0].with_suffix("")
    else:
        students = out / "class"
        about = _made_class(students)
    shown_as = os.path.relpath(students, KIT_ROOT)
    asked = (
        [word for problem in about["problems"] for word in ("--problem", problem)]
        if "problems" in about
        else ["--part", about["part"]]
    )
    graded = _run("autograder", "grade", shown_as, *asked, "--out", str(out), *in_parallel)
    if graded not in (0, 3):
        sys.exit(graded)
    shown = _run("pytest", "autograder", "--submission", f"{shown_as}/{about['shown']}", *asked)
    sys.exit(graded if shown in (0, 1) else shown)


def _made_class(folder: Path) -> dict:
    """The course has no samples: one student hands in its first part's solution, one the assignment as it was."""
    part = parts()[0]
    for name, source in {"everything_right": part.folder, "nothing_written": ASSIGNMENT / part.id}.items():
        shutil.copytree(source, folder / name / part.id, dirs_exist_ok=True, ignore=shutil.ignore_patterns("runs", "data", ".*"))
    return {"part": part.id, "shown": "everything_right"}


def _run(*words: str) -> int:
    """Show a command as one would type it, and run it in the kit's folder with this Python."""
    console = page_console()
    console.print(Text(f"\n$ {' '.join(words)}\n", "bold"))
    module = {"autograder": "autograder.cli", "pytest": "pytest"}[words[0]]
    return subprocess.run([sys.executable, "-m", module, *words[1:]], cwd=KIT_ROOT).returncode
