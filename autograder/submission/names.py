"""What the name of a file says: an archive, and which file was meant where a browser or a platform has changed the name."""

import re

ARCHIVES = (".tar.gz", ".tgz", ".zip", ".tar")
OTHER_ARCHIVES = (".rar", ".7z", ".tar.bz2", ".tar.xz", ".gz", ".bz2", ".xz")  # not read, but somebody's submission
# Canvas and browsers number a second upload in front of what they take for the ending: `hw.tar-1.gz`, `hw.tar (1).gz`.
_ARCHIVE = re.compile(r"(?P<stem>.+?)(?P<ending>\.zip|\.tgz|\.tar|\.tar(?:[-_]\d+| ?\(\d+\))?\.gz)", re.IGNORECASE | re.DOTALL)
_COPY = re.compile(r"(?: ?\(\d+\)|-\d+| ?- ?(?:copy|kopie)| copy(?: \d+)?)$")
_NUMBERS = re.compile(r"([0-9]+)")
CHECKPOINTS = (".pth", ".ckpt")  # other endings that torch's users give to what torch.save writes


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive that the kit reads."""
    return _ARCHIVE.fullmatch(name) is not None


def is_some_archive(name: str) -> bool:
    """Whether a file of this name is an archive of any kind."""
    return is_archive(name) or name.lower().endswith(OTHER_ARCHIVES)


def stem(name: str) -> str:
    """A file name without the ending of an archive."""
    if match := _ARCHIVE.fullmatch(name):
        return match["stem"]
    ending = next((ending for ending in OTHER_ARCHIVES if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] or name


def meant(name: str) -> str:
    """The file that was meant, in small letters: `line.py` for `Line (1).py`, `line-2.py` and `line.py.txt`."""
    name = name.lower()
    if name.endswith(".py.txt"):
        name = name.removesuffix(".txt")
    base, dot, ending = name.rpartition(".")
    if not dot:
        base, ending = ending, ""
    if f".{ending}" in CHECKPOINTS:
        ending = "pt"
    return f"{without_copy_mark(base)}{dot}{ending}"


def without_copy_mark(base: str) -> str:
    """A name without its ending, and without what systems add to the name of a copy."""
    base = base.lower().removeprefix("copy of ")
    while (shorter := _COPY.sub("", base).strip()) and shorter != base:
        base = shorter
    return base


def natural(name: str) -> tuple:
    """A key by which `v10` comes after `v9`."""
    pieces = _NUMBERS.split(name.lower())  # text and numbers take turns
    return tuple((0, piece) if place % 2 == 0 else (int(piece[:18]), "") for place, piece in enumerate(pieces))
