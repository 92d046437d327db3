"""Promises of the layers of isolation: each one stops attacks that get through without it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import KIT_ROOT

from .layers import FULL, PROOFS, proofs
from .suite import Layers

AS_USER = KIT_ROOT / "tests" / "sandbox" / "as_user.py"
ALONE = Path(__file__).with_name("alone_as_user.py")
# What a machine without namespaces cannot cap; every result says so.
OPEN_WHEN_REDUCED = {"fill_the_inodes"}
LEVELS_OF_A_USER = ("full", "reduced")  # what a mere process cannot prevent is shown once; it costs a warm process
WHO = ("by_root_or_whoever", "by_an_ordinary_user")
SHOWN = [(who, layers) for who in WHO for layers in PROOFS if who == WHO[0] or layers.level in LEVELS_OF_A_USER]


@pytest.fixture(scope="module")
def by_root_or_whoever() -> dict:
    """What gets through, for the user who runs the tests."""
    return proofs()


@pytest.fixture(scope="module")
def by_an_ordinary_user() -> dict:
    """The same for a user without rights, who is made here when the tests run as root."""
    if os.geteuid():
        pytest.skip("the other tests run as an ordinary user already")
    done = subprocess.run([sys.executable, AS_USER, "12346", ALONE, *LEVELS_OF_A_USER], capture_output=True, text=True, timeout=300)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip(f"root cannot make Python visible to an ordinary user here: {done.stderr.strip().splitlines()[-1]}")
    assert done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture
def found(request, who) -> dict:
    """What gets through, once for each kind of user."""
    return request.getfixturevalue(who)


def of(found: dict, layers: Layers) -> dict[str, bool]:
    """What gets through with these layers, or a skip that says why this machine cannot tell."""
    if isinstance(found[str(layers)], str):
        pytest.skip(f"not offered here: {found[str(layers)]}")
    return found[str(layers)]


@pytest.mark.nightly(2)
@pytest.mark.parametrize("who, layers", SHOWN, ids=str)
def test_an_attack_gets_through_when_a_layer_is_taken_away(found, layers):
    """Landlock, seccomp, limits, namespaces: without any one of them the named attacks succeed, so none is decoration."""
    assert of(found, FULL), "and full isolation is offered here"
    got = of(found, layers)
    assert {name: got[name] for name in PROOFS[layers]} == dict.fromkeys(PROOFS[layers], True)


@pytest.mark.nightly(2)
@pytest.mark.parametrize("who", WHO)
def test_none_of_them_gets_through_all_layers(found):
    """At full isolation the same attacks fail."""
    assert [name for name, through in of(found, FULL).items() if through] == []


@pytest.mark.nightly(2)
@pytest.mark.parametrize("who", WHO)
def test_without_namespaces_only_the_disk_is_open(found):
    """Landlock, seccomp and limits alone stop everything but the filling of the disk."""
    assert {name for name, through in of(found, Layers("reduced")).items() if through} == OPEN_WHEN_REDUCED
