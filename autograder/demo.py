"""`autograder demo`: grade the bundled class of made-up students, then show one student's page."""

import os
import subprocess
import sys
from pathlib import Path

import click
from rich.text import Text

from .course import tomllib
from .places import COURSE_ROOT, KIT_ROOT
from .results.terminal import page_console

SAMPLES = COURSE_ROOT / "samples"  # NAME.toml describes the class in the folder NAME


@click.command()
@click.option("--out", default="runs/demo", type=click.Path(file_okay=False, path_type=Path), help="where results are written")
@click.option("--jobs", type=click.IntRange(1), help="graders in parallel (default: one a processor)")
def demo(out: Path, jobs: int | None) -> None:
    """Grade the bundled class of made-up students and show one student's page."""
    in_parallel = ["--jobs", str(jobs)] if jobs else []
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    described = sorted(SAMPLES.glob("*.toml"))
    if not described:
        raise click.ClickException(f"{SAMPLES} describes no class of made-up students, so there is nothing to show.")
    about = tomllib.loads(described[0].read_text(encoding="utf-8"))
    students = os.path.relpath(described[0].with_suffix(""), KIT_ROOT)
    asked = (
        [word for problem in about["problems"] for word in ("--problem", problem)]
        if "problems" in about
        else ["--part", about["part"]]
    )
    graded = _run("autograder", "grade", students, *asked, "--out", str(out), *in_parallel)
    if graded not in (0, 3):
        sys.exit(graded)
    shown = _run("pytest", "autograder", "--submission", f"{students}/{about['shown']}", *asked)
    sys.exit(graded if shown in (0, 1) else shown)


def _run(*words: str) -> int:
    """Show a command as one would type it, and run it in the kit's folder with this Python."""
    console = page_console()
    console.print(Text(f"\n$ {' '.join(words)}\n", "bold"))
    module = {"autograder": "autograder.cli", "pytest": "pytest"}[words[0]]
    return subprocess.run([sys.executable, "-m", module, *words[1:]], cwd=KIT_ROOT).returncode
