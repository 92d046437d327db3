"""Promises about which files a student's code may reach: too many is allowed, too few is not."""

import pytest

from autograder.submission.references import reached

BESIDE = {"helper.py": b"A = 1", "models/net.py": b"", "models/other.py": b"", "settings/sizes.json": b"{}", "words.txt": b"w"}
EVERYTHING = {"mine.py", *BESIDE}


def of(code: str) -> set[str]:
    """What this code reaches besides itself, among these files."""
    return set(reached(BESIDE | {"mine.py": code.encode()}, ["mine.py"])) - {"mine.py"}


@pytest.mark.parametrize(
    "code, names",
    [
        ("import torch\nfrom torch.nn import functional\nprint('hello')", set()),
        ('"""As in helper.py."""\n# helper\nclass Net:\n    """See models/net.py."""', set()),
        ("import helper", {"helper.py"}),
        ("def late():\n    from helper import A", {"helper.py"}),
        ("from models.net import Net", {"models/net.py"}),
        ("from models import net as other_name", {"models/net.py"}),
        ("from .models.net import Net", {"models/net.py"}),
        ("from . import helper", {"helper.py"}),
        ("from models import *", {"models/net.py", "models/other.py"}),
        ("import models.net", {"models/net.py", "models/other.py"}),
        ("import models.net as net", {"models/net.py"}),
        ("import models", {"models/net.py", "models/other.py"}),
        ("import torch.helper", set()),
        ("open('words.txt')", {"words.txt"}),
        ("open(b'words' + ending)", {"words.txt"}),
        ("open(name + '.json')", {"settings/sizes.json"}),
        ("open(f'settings/{name}')", {"settings/sizes.json"}),
        ("model.eval(); torch.compile(model); re.compile('x')", set()),
        ("def find(folder):\n    return sorted(folder.glob('train/x'))", set()),
    ],
)
def test_what_is_named_is_reached(code, names):
    """By an import of any form, or in a text that may become a path; installed packages and documentation name nothing."""
    assert of(code) == names


@pytest.mark.parametrize(
    "code",
    [
        "import importlib\nimportlib.import_module(name)",
        "from importlib import import_module",
        "__import__(name)",
        "exec(text)",
        "eval(text)",
        "import runpy",
        "import os\nos.listdir()",
        "import os\nos.listdir('.')",
        "from os import walk\nwalk(__file__)",
        "from pathlib import Path\n[path.read_text() for path in Path(__file__).parent.iterdir()]",
        "from glob import glob\nglob('*.py')",
        "def (:",
        "x = '\0'",
        "a = 0\n" * 50_000,
        "(" * 5_000,
    ],
)
def test_what_finds_files_by_any_name_reaches_all(code):
    """So does what cannot be looked through."""
    assert of(code) | {"mine.py"} == EVERYTHING


def test_what_is_reached_reaches_on():
    """Through several files, round in circles, and through the packages on the way; what is not there reaches nothing."""
    files = {
        "a.py": b"from deep.er import b",
        "deep/__init__.py": b"import c",
        "deep/er/__init__.py": b"",
        "deep/er/b.py": b"import a",
        "c.py": b"",
        "d.py": b"import a",
        "e.txt": b"import d",
    }
    assert reached(files, ["a.py", "gone.py"]) == files.keys() - {"d.py", "e.txt"}
    assert reached(files, ["e.txt"]) == {"e.txt"}
    assert reached(files, []) == frozenset()
