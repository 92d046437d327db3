"""nbgrader's and the kit's real commands, each in a process of its own that is forked where nbgrader has been imported already.

A cycle takes forty commands, and each would spend three seconds on the same imports.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
from pathlib import Path

from tests import forked

IMPORTED = [
    "autograder.nbgrader.command",
    "autograder.cli",
    "nbgrader.apps.nbgraderapp",
    "nbgrader.apps",
    "autograder.nbgrader.class_run",
    "autograder.nbgrader.converter",
    "autograder.classes.summary",
    "rich.progress",
    "sqlite3",
]


class Command:
    """A command that runs; as `subprocess.Popen` would, but for where it comes from.

    Args:
        program: module and arguments.
        folder: where it runs.
        environment: its variables.
        output: a file for what it says.
    """

    def __init__(self, program: list[str], folder: Path, environment: dict[str, str], output: Path):
        self.output = output
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(IMPORTED)
        self.process = context.Process(
            target=_run, args=(program, str(folder), environment | {forked.SERVER: forked.server()}, str(output))
        )
        self.process.start()

    def finish(self, timeout_s: float) -> tuple[str, int | None]:
        """Wait for it; what it said, and its exit status, which is None when it did not end in time."""
        self.process.join(timeout_s)
        status = self.process.exitcode
        self.process.kill()
        return self.output.read_text(encoding="utf-8", errors="replace"), status


def _run(program: list[str], folder: str, environment: dict[str, str], output: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.path[:0] = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path not in sys.path]
    sys.argv = program
    subprocess.Popen = forked.Popen  # for the graders that it starts
    runpy.run_module(program[0], run_name="__main__", alter_sys=True)
