"""Promises about proofs that are kept for the next run: only the very same conditions take one, and only from a private place."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.grading import kept_proof
from autograder.grading.options import Options, chosen_proof
from autograder.grading.proof import Proof

OPTIONS = Options(Path(), ("softmax",), "cpu", 1, prove="kept")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own, with one proof in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept_proof.keep(OPTIONS, "full", Proof(1.5))
    return tmp_path / "autograder-proofs"


def test_the_same_conditions_take_the_proof_and_it_says_that_it_was_kept():
    """With the time that it took."""
    assert kept_proof.find(OPTIONS, "full") == Proof(1.5, kept=True)


@pytest.mark.parametrize("change", [{"seed": 2}, {"problems": ("softmax", "ema")}, {"device": "cuda"}, {"require_full": True}])
def test_other_options_take_none(change):
    """Whatever could change the outcome."""
    assert kept_proof.find(replace(OPTIONS, **change), "full") is None


def test_another_machine_kit_level_or_library_takes_none(monkeypatch):
    """The level of isolation; a variable that libraries listen to; the kernel; a package; the kit itself."""
    assert kept_proof.find(OPTIONS, "reduced: no namespaces") is None
    for name, value in (("OMP_NUM_THREADS", "7"), ("CUDA_VISIBLE_DEVICES", "3"), ("LD_LIBRARY_PATH", "/elsewhere")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert kept_proof.find(OPTIONS, "full") is None
    for place in ("platform.python_build", "sys.path"):
        with monkeypatch.context() as patch:
            patch.setattr(place, [] if place == "sys.path" else lambda: ("another", "build"))
            assert kept_proof.find(OPTIONS, "full") is None
    with monkeypatch.context() as patch:
        patch.setattr("autograder.classes.fingerprint.kit_hash", lambda: "another kit")
        assert kept_proof.find(OPTIONS, "full") is None
    assert kept_proof.find(OPTIONS, "full") is not None


def test_a_proof_is_good_for_a_day(cache):
    """Older ones, and ones from the future, stand for nothing."""
    (path,) = cache.iterdir()
    for age_s in (kept_proof.AGE_S + 10, -1000):
        os.utime(path, (time.time() - age_s,) * 2)
        assert kept_proof.find(OPTIONS, "full") is None


def test_a_place_that_others_can_write_to_is_not_used(cache):
    """Neither read nor written: somebody else may have left the proof there."""
    assert cache.stat().st_mode & 0o777 == 0o700
    cache.chmod(0o770)
    assert kept_proof.find(OPTIONS, "full") is None


def test_a_failed_proof_is_forgotten_and_a_damaged_file_is_none(cache):
    """Both are as if nothing had been kept."""
    (path,) = cache.iterdir()
    path.write_text("{")
    assert kept_proof.find(OPTIONS, "full") is None
    kept_proof.keep(OPTIONS, "full", Proof(1.0))
    kept_proof.forget(OPTIONS, "full")
    assert kept_proof.find(OPTIONS, "full") is None and not list(cache.iterdir())


def test_a_grader_proves_itself_anew_unless_it_is_told_otherwise(monkeypatch):
    """`kept` has to be asked for, by the option or by the variable."""
    monkeypatch.delenv("AUTOGRADER_PROVE", raising=False)
    assert (chosen_proof(None), chosen_proof("kept"), Options(Path(), (), "cpu", 1).prove) == ("always", "kept", "always")
    monkeypatch.setenv("AUTOGRADER_PROVE", "kept")
    assert (chosen_proof(None), chosen_proof("always")) == ("kept", "always")
