"""A grading process: imports torch and collects the checks once, then grades one submission after the other.

    python -m autograder.classes.worker DESCRIPTOR

The other end of the inherited socket sends `Options`, then `Task` after `Task`. This end answers `("ready", proof)` once it has proved
itself, a `Report` for each task, `("proved", proof)` when it had to prove itself again, and ends with a `Withdrawal` when
that fails, or with `("failed", words)` when it cannot grade at all. Neither end runs a student's code.
"""

import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from collections.abc import Iterator

from ..grading import stumbles
from ..places import COURSE_ROOT, KIT_ROOT, VARIABLE
from ..grading.options import Options
from ..grading.proof import Proof, Unproved
from ..results.earlier import Earlier
from ..results.record import ProblemResult, SubmissionResult
from ..sandbox.faults import SandboxFault
from .unit import Report, Task, Withdrawal, render

QUIT = None


class Uncollected(RuntimeError):
    """The hidden checks cannot be collected."""


class Worker:
    """The handle by which the class run holds one grading process.

    Args:
        options: of the run.
    """

    program = ["-m", __name__]

    def __init__(self, options: Options):
        ours, theirs = socket.socketpair()
        self.errors = tempfile.TemporaryFile()
        command = [sys.executable, *self.program, str(theirs.fileno())]
        # A session of its own, so that Ctrl-C reaches only the class run, which then decides.
        self.process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            start_new_session=True,
        )
        theirs.close()
        self.connection = Connection(ours.detach())
        self.connection.send(options)
        self.ready = False  # it has imported torch, collected the checks and proved itself

    def fileno(self) -> int:
        """What to wait on until the process has something to say."""
        return self.connection.fileno()

    def give(self, task: Task) -> None:
        """Hand over a submission; the process may be gone already, which `receive` then tells."""
        with contextlib.suppress(OSError):
            self.connection.send(task)

    def receive(self) -> Report | Withdrawal | tuple[str, Any] | None:
        """What the process says next; None when it is gone."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None

    def sign_of_life(self) -> float:
        """A number that changes whenever the process begins a check: the time stamp of its error output."""
        return os.fstat(self.errors.fileno()).st_mtime_ns

    def last_words(self) -> str:
        """The end of what the process wrote to its error output."""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def close(self) -> None:
        """End the process, with every child it has."""
        self.connection.close()
        self.process.kill()
        self.process.wait()
        self.errors.close()


def environment() -> dict[str, str]:
    """The environment of a grading process: the kit can be imported wherever it was put, one thread a process."""
    path = os.pathsep.join(filter(None, [str(KIT_ROOT), os.environ.get("PYTHONPATH", "")]))
    return os.environ | {
        "PYTHONPATH": path,
        VARIABLE: str(COURSE_ROOT),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def main(descriptor: int) -> None:
    """Serve one class run until it closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stumbles.at_each_check = lambda: os.utime(sys.stderr.fileno())
    connection = Connection(descriptor)
    try:
        options = connection.recv()
        serve(connection, options)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Unproved as fault:
        with contextlib.suppress(OSError):
            connection.send(Withdrawal(fault.students, str(fault)) if fault.students else ("failed", str(fault)))
    except Exception as error:
        with contextlib.suppress(OSError):
            connection.send(
                (
                    "failed",
                    str(error) if isinstance(error, (SandboxFault, Uncollected)) else f"{type(error).__name__}: {error}",
                )
            )


def serve(connection: Connection, options: Options) -> None:
    """Grade what comes in.

    Raises:
        Uncollected: no submission was asked for, because the checks are broken.
        SandboxFault: no child can be forked here.
    """
    gc.set_threshold(20_000, 20, 100)  # with Python's own, looking for cycles takes an eighth of the imports' time, and 4 % later
    from ..grading.session import grade_stream

    asked, own_name = False, uuid.uuid4().hex[:12]
    earlier: list[ProblemResult] = []  # of the submission at hand
    proofs: list[Proof] = []
    gc.freeze()  # what has been imported stays

    def incoming() -> Iterator[tuple[str, Path, Earlier | None]]:
        nonlocal asked, earlier
        asked = True
        connection.send(("ready", proofs[-1]))
        while (task := connection.recv()) is not QUIT:
            earlier = task.earlier.result.problems if task.earlier else []
            yield task.student, task.path, task.earlier

    def proved(proof: Proof) -> None:
        proofs.append(proof)
        if asked:
            connection.send(("proved", proof))

    row: tuple[str, ...] = ()

    def in_a_row(students: tuple[str, ...]) -> None:
        nonlocal row
        row = students

    def done(result: SubmissionResult) -> None:
        kept = sum(problem is other for problem in result.problems for other in earlier)
        connection.send(replace(render(result.name, result, options.renderers), grader=own_name, row=len(row), kept=kept))

    status = grade_stream(options, incoming(), done, proved, in_a_row)
    if not asked:
        raise Uncollected(f"pytest could not collect the checks (status {status}); `pytest autograder` shows why")


if __name__ == "__main__":
    main(int(sys.argv[1]))
