"""How a command ended, and what every failure promises."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Ended(NamedTuple):
    """Exit status and output of one command."""

    status: int
    stdout: str
    stderr: str


def expect_one_sentence(ended: Ended, *phrases: str) -> None:
    """The command failed as promised: status 1 and one line on stderr that holds all these phrases."""
    assert ended.status == 1, ended
    assert ended.stderr.count("\n") == 1 and ended.stderr.endswith("\n"), ended.stderr
    for phrase in phrases:
        assert phrase in ended.stderr, ended.stderr


def everything_below(folder: Path) -> list[str]:
    """Every path below a folder, to see that nothing is left."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
