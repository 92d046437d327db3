"""A class run of stand-in graders as a process of its own."""

import sys
import time

import fake_grader


CLASS = {f"student{number:02}": f"score {number % 4}" for number in range(24)}


def command(folder, tmp_path, *more: str) -> list[str]:
    """The command line of a run with the stand-in's graders."""
    return [
        sys.executable,
        fake_grader.__file__,
        "grade",
        str(folder),
        "--out",
        str(tmp_path / "out"),
        "--jobs",
        "2",
        "--seed",
        "1",
        "--problem",
        "softmax",
        "--device",
        "cpu",
        *more,
    ]


def wait_for(condition, seconds: float = 20) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
