"""Archives made to be opened by everybody's tools and to break ours; each is built here, since none could be kept as a file."""

import gzip
import io
import os
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from .suite import KIT_ROOT, honest_files

MODEL = "models/softmax.py"


def zip_of(entries: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip with these entries in this order, whatever their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def tar_of(entries: list[tuple[str, bytes, bytes, str]], honest: bool = True) -> bytes:
    """A .tar.gz; an entry is (name, content, kind of tar entry, where a link leads)."""
    file = io.BytesIO()
    files = [(name, content, tarfile.REGTYPE, "") for name, content in honest_files().items()] if honest else []
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content, kind, link in [*entries, *files]:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content), kind, link
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def honest_zip(*extra: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """The solutions and something more."""
    return zip_of([*extra, *honest_files().items()])


def linked(name: str, target: str, mode: int = stat.S_IFLNK) -> tuple[zipfile.ZipInfo, bytes]:
    """A .zip's entry that says it is a link, a device or a pipe."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    return info, target.encode()


def bomb(size: int) -> bytes:
    """A model file of so many bytes that packs to nearly nothing."""
    return b"#" * size


class Zeros(io.RawIOBase):
    """A file of zeros without an end."""

    def read(self, size: int = -1) -> bytes:
        """So many zeros."""
        return bytes(size)


def tar_bomb(size: int) -> bytes:
    """A .tar.gz of some kilobytes that unpacks to so many bytes."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        info = tarfile.TarInfo("models/other.py")
        info.size = size
        archive.addfile(info, Zeros())
    return file.getvalue()


def many_names() -> bytes:
    """More entries than any student has files."""
    return zip_of([(f"junk/{number}.py", b"") for number in range(9000)] + list(honest_files().items()), zipfile.ZIP_STORED)


def table_that_lies() -> bytes:
    """A .zip whose table of contents says that a file of gigabytes is small."""
    data = bytearray(honest_zip(("models/other.py", bomb(4 << 20))))
    place = data.rindex(b"PK\x01\x02", 0, data.index(b"models/other.py", data.index(b"PK\x01\x02")))
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(data)


def gzip_of_a_long_header() -> bytes:
    """A tar whose first name is announced to be gigabytes long."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"\0" * (1 << 20))


def encrypted() -> bytes:
    """A .zip whose model is said to be encrypted."""
    data = bytearray(honest_zip())
    for marker, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(marker)
        data[start + place] |= 1
    return bytes(data)


SOLUTION = str(KIT_ROOT / "solutions" / "classifiers" / "models" / "softmax.py")
WRONG = b"Softmax = None\n"
FULL, LOST = ("1", "passed"), ("0", "missing")

# name of the archive: (builder, the share of softmax that it deserves, with its status, and a phrase that must be on the result)
ARCHIVES: dict[str, tuple[Callable[[], bytes], tuple[str, str], str]] = {
    "traversal.zip": (
        lambda: honest_zip(("../../written_by_an_attack", b"x"), ("..\\written_by_an_attack.py", b"x")),
        FULL,
        "leads out of the folder",
    ),
    "absolute.zip": (
        lambda: honest_zip(("/tmp/written_by_an_attack.py", b"x"), ("C:/written_by_an_attack.py", b"x")),
        FULL,
        "leads out of the folder",
    ),
    "zero_bytes_in_names.tar.gz": (
        lambda: tar_of([("models/\x1b[2J\u202esoftmax.py", b"x", tarfile.REGTYPE, "")]),
        FULL,
        "cannot be used",
    ),
    "link.zip": (lambda: zip_of([linked(MODEL, SOLUTION)]), LOST, "link or a device"),
    "device.zip": (
        lambda: honest_zip(linked("disk.py", "", stat.S_IFBLK), linked("pipe.py", "", stat.S_IFIFO)),
        FULL,
        "link or a device",
    ),
    "encrypted.zip": (encrypted, LOST, "encrypted"),
    "unusual_packing.zip": (lambda: zip_of(list(honest_files().items()), zipfile.ZIP_LZMA), LOST, "unusual way"),
    "bomb.zip": (lambda: zip_of([(MODEL, bomb(40 << 20))]), LOST, "too large"),
    "bomb_that_lies.zip": (table_that_lies, FULL, "models/other.py"),
    "many_names.zip": (many_names, FULL, "Only the first 500 files"),
    "twice.zip": (lambda: honest_zip((MODEL, WRONG)), FULL, "more than once"),
    "letter_case.zip": (lambda: honest_zip(("Models/Softmax.py", WRONG)), FULL, "upper and lower case"),
    "file_and_folder.zip": (lambda: honest_zip(("models.py/x.py", WRONG), ("models.py", WRONG)), FULL, "file and of a folder"),
    "not_an_archive.zip": (lambda: os.urandom(5000), LOST, "called an archive but is none"),
    "cut_off.zip": (lambda: honest_zip()[:-30], LOST, "end is missing"),
    "traversal.tar.gz": (
        lambda: tar_of([("../../written_by_an_attack.py", b"x", tarfile.REGTYPE, "")]),
        FULL,
        "leads out of the folder",
    ),
    "links.tar.gz": (
        lambda: tar_of([(MODEL, b"", tarfile.SYMTYPE, SOLUTION), ("hard.py", b"", tarfile.LNKTYPE, SOLUTION)], honest=False),
        LOST,
        "link or a device",
    ),
    "link_to_a_folder.tar.gz": (lambda: tar_of([("models", b"", tarfile.SYMTYPE, "/tmp")]), FULL, "link or a device"),
    "devices.tar.gz": (
        lambda: tar_of(
            [("disk", b"", tarfile.BLKTYPE, ""), ("tty", b"", tarfile.CHRTYPE, ""), ("pipe", b"", tarfile.FIFOTYPE, "")]
        ),
        FULL,
        "link or a device",
    ),
    "bomb.tar.gz": (lambda: tar_bomb(600 << 20), LOST, "unpacks to more than"),
    "long_header.tar.gz": (gzip_of_a_long_header, LOST, "too long"),
}


def build(folder: Path) -> None:
    """Write every archive into a class."""
    for name, (builder, _, _) in ARCHIVES.items():
        (folder / f"{student_of(name)}.{name.partition('.')[2]}").write_bytes(builder())


def student_of(name: str) -> str:
    """What the class run calls the owner of an archive."""
    stem, _, ending = name.partition(".")
    return f"archive_{ending[:3]}_{stem}"
