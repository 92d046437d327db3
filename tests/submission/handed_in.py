"""Submissions made by tests: a folder, a .zip or a .tar.gz of given files, and what the reader says of them."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.submission.reader import Contents, Unreadable, read

DECLARED = ["models/softmax.py", "training.py", "mymodel.pt", "student.cfg"]
HONEST = {"models/softmax.py": b"class Softmax: pass\n", "training.py": b"lr = 1\n"}


def folder(where: Path, files: dict[str, bytes]) -> Path:
    """A submission as a folder."""
    for name, data in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes(data)
    return where


def zipped(where: Path, files, **options) -> Path:
    """A submission as a .zip; `files` is a dict, or pairs where names may repeat."""
    path = where / "hand-in.zip"
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return path


def tarred(where: Path, files, members=(), compressed: bool = True) -> Path:
    """A submission as a .tar.gz; `members` are `TarInfo` objects without content that stand before the files."""
    path = where / ("hand-in.tar.gz" if compressed else "hand-in.tar")
    with tarfile.open(path, "w:gz" if compressed else "w") as archive:
        for member in members:
            archive.addfile(member)
        for name, data in files.items() if isinstance(files, dict) else files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    """An entry of a tar that is not a regular file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def unreadable(path: Path) -> str:
    """The sentence about a submission that cannot be read."""
    with pytest.raises(Unreadable) as caught:
        read(path, DECLARED)
    words = str(caught.value)
    assert words.endswith(".") and "\n" not in words and len(words) < 400
    return words


def remarks(contents: Contents) -> str:
    """The remarks, checked to be sentences."""
    assert all(remark.endswith(".") and len(remark) < 400 for remark in contents.remarks)
    return " ".join(contents.remarks)
