"""Promises of naming what is wrong with a file as a whole, and of importing the same packages everywhere."""

import json
import subprocess
import sys

import pytest

from autograder.course import KIT_ROOT, parts
from autograder.submission.diagnosis import missing_file, no_python, runs_at_import

HONEST = b"import torch\nfrom torch import nn\n\n\nclass Softmax(nn.Module):\n    def forward(self, x):\n        for _ in x:\n            pass\n"
NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.mark.parametrize(
    "content, words",
    [
        (NOTEBOOK, "a.py is a notebook that was given the name of a module"),
        (b"\n " + NOTEBOOK, "is a notebook"),
        (HONEST.decode().encode("utf-16"), "a.py is text in UTF-16"),
        (HONEST.decode().encode("utf-16-le"), "is text in UTF-16"),
        (b"import torch\n%matplotlib inline\n" + HONEST, "a.py, line 2: `%matplotlib inline` is a command of notebooks"),
        (b"!pip install tqdm\n", "a.py, line 1: `!pip install tqdm` is a command"),
        (b"%%time\n", "`%%time` is a command"),
        (
            b"from google.colab import drive\ndrive.mount('/content')\n",
            "line 1: `from google.colab import drive` is there only on Colab",
        ),
        (b"x = 1\nget_ipython().system('ls')\n", "line 2: `get_ipython().system('ls')` is there only in a notebook"),
        (b"from IPython.display import display\n", "is there only in a notebook"),
    ],
)
def test_what_is_no_module_is_called_by_its_name(content, words):
    """With the line, what it is, and what to do; one sentence."""
    said = no_python("a.py", content)
    assert words in said and said.endswith(".") and "\n" not in said


def test_honest_modules_get_no_such_hint():
    """Neither does any solution, nor a `%` in an expression or in a text."""
    for content in (
        HONEST,
        b"x = 7 \\\n  % 3\n",
        b"# get_ipython() is not used\n",
        *((part.folder / name).read_bytes() for part in parts() for name in part.files),
    ):
        assert no_python("a.py", content) == runs_at_import("a.py", content) == ""


@pytest.mark.parametrize(
    "line", ["for epoch in range(10**9):\n    pass", "while True:\n    pass", "model = train(3)", "n = int(input('? '))", "main()"]
)
def test_work_at_import_is_shown_with_its_line(line):
    """And where it belongs; work below the guard is fine."""
    said = runs_at_import("a.py", HONEST + line.encode())
    assert f"a.py, line 9: `{line.splitlines()[0]}` runs while the file is imported" in said and "__main__" in said
    guarded = "\n".join(f"    {part}" for part in line.splitlines())
    assert runs_at_import("a.py", HONEST + b"if __name__ == '__main__':\n" + guarded.encode()) == ""


def test_the_same_packages_can_be_imported_everywhere(tmp_path):
    """What more is installed where a class is graded is not found by students' files; packages find each other, and own files are found."""
    (tmp_path / "work.py").write_text(
        "import importlib\nfound = []\nfor name in ('torch', 'torchvision', 'numpy', 'PIL', 'matplotlib', 'tqdm', 'json', 'own', 'pandas_of_mine'):\n"
        "    importlib.import_module(name)\n"
        "for name in ('nbgrader', 'IPython', 'yaml', 'click', 'pytest', 'jinja2', 'autograder', 'nbformat', 'msgspec'):\n"
        "    try:\n        importlib.import_module(name)\n    except ModuleNotFoundError as error:\n        continue\n    found.append(name)\n"
    )
    for name in ("own", "pandas_of_mine"):
        (tmp_path / f"{name}.py").write_text("x = 1\n")
    code = (
        f"import sys; sys.path.insert(0, {str(KIT_ROOT)!r}); import torch; from autograder.sandbox.confined import modules\n"
        f"before = set(sys.modules); modules.prepare({str(tmp_path)!r}, ['work']); import work\n"
        "print([name for name in work.found if name not in before])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stdout + run.stderr


def test_a_missing_file_is_not_called_by_the_beginning_of_its_name():
    """Neither are files of a folder called by a module of that name."""
    required = ["net.py", "net_deep.py", "train.py", "training/steps.py"]
    said = [missing_file(path, {}, required) for path in ("net_deep.Net", "training.steps.step", "net.Net", "other.f")]
    assert said == [f"{name} was not handed in." for name in ("net_deep.py", "training/steps.py", "net.py", "other.py")]
