"""Promises of `autograder doctor`: every feature that confinement needs has a row, and what is missing comes with a remedy."""
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import doctor
from autograder.sandbox.faults import SandboxFault
from autograder.sandbox.isolation import FULL, Isolation

FEATURES = ["system", "bubblewrap", "user namespaces", "Landlock", "seccomp", "cgroups", "GPU", "processors"]
FORBIDDEN = "/proc/sys/user/max_user_namespaces"


def rows(monkeypatch) -> dict[str, tuple[bool, str]]:
    """The rows on a Linux machine, by feature."""
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    return {name: (good, words) for name, good, words in doctor.rows()}


def machine(monkeypatch, level: Isolation | SandboxFault) -> None:
    """A machine on which the warm process starts at this level, or not at all."""
    class Warm:
        isolation = level

        def __init__(self):
            if isinstance(level, SandboxFault):
                raise level

        def close(self):
            pass

    monkeypatch.setattr(doctor, "WarmProcess", Warm)


def test_every_feature_has_a_row(monkeypatch):
    """In the order in which one would look for a fault."""
    assert list(rows(monkeypatch)) == FEATURES


def test_what_is_missing_comes_with_what_to_do(monkeypatch):
    """Which package to install, which setting to change, which kernel to have."""
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor.landlock, "version", lambda: 0)
    monkeypatch.setattr(doctor.seccomp, "available", lambda: False)
    read, there = Path.read_text, Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == FORBIDDEN or "cgroup" not in str(path) and there(path))
    monkeypatch.setattr(Path, "read_text", lambda path, *given, **named: "0" if str(path) == FORBIDDEN else read(path, *given, **named))
    found = rows(monkeypatch)
    for feature, words in (("bubblewrap", "apt-get install bubblewrap"), ("user namespaces", "sysctl user.max_user_namespaces=10000"),
                           ("Landlock", "5.13"), ("seccomp", "no filter is written for"), ("cgroups", "limits are set for each process")):
        good, said = found[feature]
        assert not good and words in said, feature


@pytest.mark.parametrize("level, words", [
    (FULL, "Isolation: full. Students' code sees its own files, Python and torch, and nothing else."),
    (Isolation("reduced", "no namespaces, because bubblewrap is not installed"), "Isolation: reduced: no namespaces, because bubblewrap"),
    (SandboxFault("no level works"), "Grading does not work here: no level works"),
])
def test_the_last_line_says_what_grading_would_do(monkeypatch, level, words):
    """Found out by trying, in one sentence."""
    machine(monkeypatch, level)
    shown = CliRunner().invoke(doctor.doctor)
    assert shown.exit_code == 0 and words in " ".join(shown.output.split())
    assert all(feature in shown.output for feature in ("bubblewrap", "GPU"))
