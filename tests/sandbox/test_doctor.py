"""Promises of `autograder doctor`: every feature that confinement needs has a row, and what is missing comes with a remedy."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import doctor
from autograder.sandbox.device_trial import Trial
from autograder.sandbox.isolation import FULL, Isolation

FEATURES = ["system", "bubblewrap", "user namespaces", "Landlock", "seccomp", "cgroups", "GPU", "processors"]
FORBIDDEN = "/proc/sys/user/max_user_namespaces"


def rows(monkeypatch) -> dict[str, tuple[bool, str]]:
    """The rows on a Linux machine, by feature."""
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    return {name: (good, words) for name, good, words in doctor.rows()}


WORKS = Trial(True, 0.1, "the processor works; a child's first product took 0.10 s", FULL)
BROKEN = Trial(False, 0.5, "the GPU does not work in a confined child: RuntimeError: Error 304", FULL)


def machine(
    monkeypatch, cpu: Trial, cuda: Trial | None = None, wide: Trial = BROKEN, outside: bool = True, files: bool = True
) -> None:
    """A machine on which trials of its devices end like this; without `cuda` it has no GPU."""

    def tried(device: str) -> Trial:
        if device == "cpu":
            return cpu
        assert cuda is not None
        return wide if doctor.gpu_openings.is_wide() else cuda

    monkeypatch.setattr(doctor, "trial", tried)
    monkeypatch.setattr(doctor, "gpu", lambda: (True, "a GPU") if cuda else (False, "torch sees none"))
    monkeypatch.setattr(doctor, "works_outside", lambda: outside)
    monkeypatch.setattr(doctor.gpu_openings, "NEEDED_FILES", () if files else ("/dev/nvidia-that-is-not-there",))
    monkeypatch.setattr(doctor.gpu_openings, "DEVICE_FILES", ())
    monkeypatch.delenv(doctor.gpu_openings.VARIABLE, raising=False)


def said(monkeypatch, *arguments, **options) -> str:
    """What the command prints on such a machine, in one line."""
    machine(monkeypatch, *arguments, **options)
    shown = CliRunner().invoke(doctor.doctor)
    assert shown.exit_code == 0 and all(feature in shown.output for feature in ("bubblewrap", "GPU"))
    return " ".join(shown.output.split())


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
    monkeypatch.setattr(
        Path, "read_text", lambda path, *given, **named: "0" if str(path) == FORBIDDEN else read(path, *given, **named)
    )
    found = rows(monkeypatch)
    for feature, words in (
        ("bubblewrap", "apt-get install bubblewrap"),
        ("user namespaces", "sysctl user.max_user_namespaces=10000"),
        ("Landlock", "5.13"),
        ("seccomp", "no filter is written for"),
        ("cgroups", "limits are set for each process"),
    ):
        good, said = found[feature]
        assert not good and words in said, feature


@pytest.mark.parametrize(
    "level, words",
    [
        (FULL, "Isolation: full. Students' code sees its own files, Python and torch, and nothing else."),
        (
            Isolation("reduced", "no namespaces, because bubblewrap is not installed"),
            "Isolation: reduced: no namespaces, because bubblewrap",
        ),
    ],
)
def test_the_last_line_says_what_grading_would_do(monkeypatch, level, words):
    """Found out by trying, in one sentence; how long a child's first product took stands above it."""
    found = said(monkeypatch, replace(WORKS, isolation=level))
    assert words in found and WORKS.words in found


def test_a_grader_that_cannot_work_says_so(monkeypatch):
    """When no level works, and when a child does not compute."""
    broken = Trial(False, 0.0, "the processor cannot be used: no level works")
    assert "Grading does not work here: the processor cannot be used: no level works" in said(monkeypatch, broken)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"files": False}, "there is no /dev/nvidia-that-is-not-there: as root, run `nvidia-modprobe -u -c=0`"),
        ({"outside": False}, "it does not work outside of the sandbox either: see whether torch fits the driver"),
        (
            {"wide": WORKS},
            "its driver needs more than usual: it works with AUTOGRADER_GPU_PLAN=wide in the environment (docs/gpu.md)",
        ),
        ({}, "outside of the sandbox it works; until that is mended, grade with --device cpu"),
    ],
)
def test_a_broken_gpu_is_a_sentence_with_a_remedy(monkeypatch, options, words):
    """What failed, and what to do about it, found out by trying; the switch is not left on."""
    found = said(monkeypatch, WORKS, BROKEN, **options)
    assert f"{BROKEN.words}; {words}" in found and "Isolation: full" in found
    assert not doctor.gpu_openings.is_wide()


def test_a_gpu_that_works_says_how_fast(monkeypatch):
    """In a child, which is the only place that counts; without a GPU there is no such line."""
    words = "the GPU works; a child's first product took 0.46 s"
    assert f"OK child on GPU {words}" in said(monkeypatch, WORKS, Trial(True, 0.46, words, FULL))
    assert "child on GPU" not in said(monkeypatch, WORKS)
