"""The notebook for Colab and Kaggle runs on machines that are made to look like theirs, with nothing of ours installed."""

import json
import os
import re
import shutil
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
import torch
import torchvision
import yaml
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from autograder.course import ASSIGNMENT

NOTEBOOK = "colab_and_kaggle.ipynb"
# What Colab's own package does here: the Drive appears where it is mounted, and files come from and go to a folder.
STAND_IN = """\
import pathlib, shutil, sys, types

def mount(point):
    if {refuses}:
        raise ValueError("mount failed")
    pathlib.Path(point, "MyDrive").mkdir(parents=True, exist_ok=True)

def upload():
    chosen = sorted(pathlib.Path({laptop!r}, "upload").iterdir())
    return {{shutil.copy(path, {content!r}): path.read_bytes() for path in chosen}}

def download(path):
    shutil.copy(path, {laptop!r})

google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
google.colab, colab.drive, colab.files = colab, types.SimpleNamespace(mount=mount), types.SimpleNamespace(upload=upload, download=download)
sys.modules |= {{"google": google, "google.colab": colab}}
"""


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """A Python that has the packages of this one, but not the kit."""
    folder = tmp_path_factory.mktemp("python")
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for place in dict.fromkeys(Path(module.__file__).parents[1] for module in (torch, torchvision, pytest, nbformat)):
        for path in place.iterdir():
            if not re.match(r"__editable__|autograder|__pycache__", path.name) and not (packages / path.name).exists():
                (packages / path.name).symlink_to(path)
    return folder / "bin" / "python"


class Machine:
    """A notebook service: its folders, its kernel, and what came out of the cells."""

    def __init__(self, folder: Path, python: Path):
        self.folder, self.python = folder, python
        self.content, self.kaggle, self.laptop = folder / "content", folder / "kaggle", folder / "laptop"
        for place in (self.content, self.kaggle / "working", self.kaggle / "input", self.laptop / "upload"):
            place.mkdir(parents=True)

    def run(self, service: str, stand_in: str = "", **settings: str) -> str:
        """What the cells print, errors included."""
        notebook = nbformat.read(ASSIGNMENT / NOTEBOOK, as_version=4)
        cell = next(cell for cell in notebook.cells if cell.source.startswith("PART = "))
        for name, value in settings.items():
            cell.source, count = re.subn(
                rf"^{name} = \S+", lambda _, value=f"{name} = {value!r}": value, cell.source, flags=re.MULTILINE
            )
            assert count == 1, name
        cell.source = cell.source.replace('"/content", "/kaggle"', f"{str(self.content)!r}, {str(self.kaggle)!r}")
        if stand_in:
            notebook.cells.insert(0, nbformat.v4.new_code_cell(stand_in))
        manager = KernelManager()
        manager.kernel_spec.argv = [str(self.python), "-I", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "KAGGLE"))}
        environment |= {"OMP_NUM_THREADS": "1", "TMPDIR": str(self.folder), "IPYTHONDIR": str(self.folder / "ipython")}
        environment |= {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"} if service == "kaggle" else {}
        client = NotebookClient(notebook, km=manager, timeout=300)
        error = ""
        try:
            folder = self.kaggle / "working" if service == "kaggle" else self.content
            client.execute(cwd=str(folder), env=environment, cleanup_kc=True)  # else the kernel would live as long as the tests
        except CellExecutionError as stopped:
            error = stopped.evalue
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        self.pictures = sum("image/png" in output.get("data", {}) for output in outputs)
        return "".join(output.get("text", "") for output in outputs) + error

    def colab(self, refuses: bool = False, **settings: str) -> str:
        """The same on Colab."""
        names = {"refuses": refuses, "laptop": str(self.laptop), "content": str(self.content)}
        return self.run("colab", STAND_IN.format(**names), **settings)


@pytest.fixture
def machine(tmp_path, python):
    """Fresh folders."""
    return Machine(tmp_path, python)


@pytest.fixture(scope="session")
def solved(course):
    """The first part whose script trains on the drawn images: its folder, a quick check, and options for a second or two."""
    part = next(path.parent.name for path in sorted(course.top.glob("*/checks")))
    check = min((course.top / part / "checks").glob("test_*.py"), key=lambda path: path.stat().st_size)
    return {"CHECKS": f"checks/{check.name}", "OPTIONS": "--train-images 100 --epochs 1 --batch-size 25 --device cpu"}


@pytest.fixture
def small(tmp_path):
    """An assignment of one part that is quick to check and to train."""
    top = tmp_path / "made" / "assignment"
    (top / "one" / "checks").mkdir(parents=True)
    (top / "hand_in.json").write_text("{}")
    (top / "hand_in.py").write_text("open('hand_in.zip', 'w').close()\n")
    (top / "one" / "checks" / "test_it.py").write_text("def test_it():\n    pass\n")
    (top / "one" / "train.py").write_text("import os\n\nos.makedirs('runs', exist_ok=True)\nopen('runs/best.pt', 'w').close()\n")
    return top


def zipped(top: Path, folder: Path) -> Path:
    """The assignment as somebody zips it: the folder itself is in the zip."""
    return Path(shutil.make_archive(str(folder / "assignment"), "zip", top.parent, top.name))


@pytest.mark.nightly(4)
def test_on_colab_work_lasts_in_the_drive(machine, course, solved):
    """From a zip in the Drive, while data sets stay on the machine's own disk."""
    drive = machine.content / "drive" / "MyDrive" / "deep_learning"
    drive.mkdir(parents=True)
    zipped(course.top, drive)
    said = machine.colab(**solved, DATASET="synthetic")
    assert "All packages are there." in said and " passed" in said and "test, with the network of epoch 1" in said, said
    assert list(drive.glob("assignment/*/runs/*/best.pt")) and machine.pictures == 1 and (machine.laptop / "hand_in.zip").is_file()
    assert list((machine.folder / "course_data").iterdir()) and not (drive / "assignment" / "data").exists()


def test_on_kaggle_work_lasts_in_the_output(machine, small):
    """From a data set, which Kaggle unpacks and which cannot be written to; called again, the notebook replaces nothing."""
    given = machine.kaggle / "input" / "datasets" / "someone" / "course" / "assignment"
    shutil.copytree(small, given)
    for path in [*given.rglob("*"), given]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    said = machine.run("kaggle")
    working = machine.kaggle / "working"
    assert "1 passed" in said and (working / "hand_in.zip").is_file() and (working / "assignment/one/runs/best.pt").is_file(), said
    assert os.stat(working / "assignment" / "one" / "train.py").st_mode & 0o200
    mine = working / "assignment" / "one" / "checks" / "test_it.py"
    mine.write_text("def test_mine():\n    pass\n\n\ndef test_more():\n    pass\n")
    said = machine.run("kaggle")
    assert "stays as it is" in said and "2 passed" in said, said


def test_without_a_drive_colab_asks_for_the_zip_and_gives_all_back(machine, small):
    """What was downloaded can be uploaded the next time."""
    zipped(small, machine.laptop / "upload")
    said = machine.colab(refuses=True)
    assert "There is no Google Drive (mount failed)" in said and "Unpacked from" in said and "1 passed" in said, said
    with zipfile.ZipFile(machine.laptop / "assignment.zip") as back:
        assert {"assignment/hand_in.json", "assignment/one/runs/best.pt"} <= set(back.namelist())


@pytest.mark.parametrize("n_zips, words", [(0, "There is no assignment in "), (2, "There is more than one assignment: ")])
def test_what_stops_the_notebook_is_said_in_a_sentence(machine, n_zips, words):
    """And nothing is left in the output."""
    for number in range(n_zips):
        folder = machine.kaggle / "input" / str(number)
        folder.mkdir()
        (folder / "hand_in.json").write_text("{}")
    assert words in machine.run("kaggle")
    assert not list((machine.kaggle / "working").iterdir())


def test_the_notebook_asks_for_the_packages_that_the_course_needs():
    """The same as the workflow of a repository installs."""
    text = (ASSIGNMENT / NOTEBOOK).read_text(encoding="utf-8")
    source = "".join(line for cell in json.loads(text)["cells"] for line in cell["source"] if line.startswith("PACKAGES = "))
    listed = set(re.findall(r'"([a-z]+)"', source))
    steps = yaml.safe_load((ASSIGNMENT / ".github/workflows/checks.yml").read_text())["jobs"]["checks"]["steps"]
    lines = next(step["run"] for step in steps if step.get("name") == "Install").splitlines()
    assert listed == {
        word for line in lines for word in line.split("--")[0].split() if word not in {"python", "pip", "install"} and word != "-m"
    }
