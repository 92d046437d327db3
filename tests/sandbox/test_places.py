"""Wherever the kit and its Python were put, the sandbox finds them and shows no more of the place than it must."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import isolation
from autograder.sandbox.confined.confine import Plan, python_in_tmp
from autograder.sandbox.faults import SandboxFault

KIT = Path(__file__).parents[2]
TRY = """
import sys
sys.path.insert(0, {place!r})
from autograder.sandbox.warm import WarmProcess
warm = WarmProcess()
print(warm.isolation)
warm.close()
"""


def test_a_python_below_tmp_is_not_hidden_by_the_empty_tmp(monkeypatch):
    """The empty /tmp is laid before the folders of this Python, and a child does not lay another one over them."""
    monkeypatch.setattr(isolation, "readable_folders", lambda: ["/usr", "/tmp/kit/.venv"])
    monkeypatch.setattr(isolation.os.path, "islink", lambda path: False)
    words = isolation._bubblewrap(isolation.FULL, "cpu")[2]
    assert words.index("/tmp") < words.index("/tmp/kit/.venv")
    assert python_in_tmp(Plan(readable=["/tmp/kit/.venv"])) and not python_in_tmp(Plan(readable=["/usr", "/tmpfiles"]))


@pytest.mark.skipif(isolation.candidates()[0].level != "full", reason="this system cannot create the namespaces")
def test_the_kit_works_from_a_folder_that_root_stages_over(tmp_path):
    """A kit below /tmp is confined as strongly as anywhere else."""
    place = tmp_path / "kit"
    (place / "autograder").mkdir(parents=True)
    for name in ("__init__.py", "sandbox"):
        subprocess.run(["cp", "-r", str(KIT / "autograder" / name), str(place / "autograder")], check=True)
    shown = subprocess.run(
        [sys.executable, "-c", TRY.format(place=str(place))], capture_output=True, text=True, cwd=place, timeout=120
    )
    assert shown.stdout.strip() == "full", shown.stdout + shown.stderr


@pytest.fixture
def a_copy_among_the_packages(tmp_path, monkeypatch) -> str:
    """What `pip install .` leaves beside torch: the kit's modules, hidden checks among them."""
    copy = tmp_path / "site-packages" / "autograder"
    (copy / "sandbox").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(copy.parent)])
    return str(copy)


def test_a_copy_among_the_packages_is_covered(a_copy_among_the_packages):
    """Where there are namespaces, an empty folder lies over it, after the packages were laid out."""
    words = isolation._bubblewrap(isolation.FULL, "cpu")[2]
    place = words.index(a_copy_among_the_packages)
    assert words[place - 1] == "--tmpfs" and place > words.index(str(Path(a_copy_among_the_packages).parent))


@pytest.mark.parametrize("where", ["a copy", "the kit"])
def test_without_namespaces_a_kit_in_sight_is_refused(request, monkeypatch, where):
    """It could not be hidden there, so nothing is graded, and the message says what to do."""
    if where == "a copy":
        request.getfixturevalue("a_copy_among_the_packages")
    else:
        monkeypatch.setattr(isolation, "KIT_ROOT", Path(sys.prefix))
    with pytest.raises(SandboxFault, match="put the kit into a folder of its own and install it with ./install"):
        isolation.command(isolation.Isolation("reduced"), 3, "cpu")
    assert isolation.command(isolation.Isolation("process"), 3, "cpu")
