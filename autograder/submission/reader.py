"""Read a submission (folder, `.zip`, `.tar.gz`) into memory: regular files only, no link followed, within limits.

No member of an archive is unpacked to disk, so no name inside it can reach a place outside. What the course asks for has limits
of its own: junk beside it cannot take its place. Archives inside a folder are opened, and so is an archive in an archive where it is all
that there is; their files stand below the archive's name, and `locate` chooses by content.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from .entries import CLUTTER, entries
from .members import ENTRIES_LIMIT, Member, deadline
from .reading_faults import BROKEN, Unreadable, expect_no_fault_of_ours
from .shelf import ARCHIVES_LIMIT, FILE_LIMIT_BYTES, Contents, Shelf, reason

__all__ = ["CLUTTER", "ENTRIES_LIMIT", "FILE_LIMIT_BYTES", "Contents", "Unreadable", "read"]

NESTED = 2  # archives inside one another below a folder: a platform's folder, what was handed in, what a student packed twice


def read(path: Path, declared: Iterable[str]) -> Contents:
    """Read a submission.

    Args:
        path: a folder or an archive.
        declared: relative paths of the files that the course asks for.
    Raises:
        Unreadable: nothing of it can be used.
        OSError: this machine cannot read it, or it has gone meanwhile; that is no fault of its author.
    """
    contents = Contents()
    try:
        _read(path, Shelf(contents, declared), deadline(), 0 if path.is_dir() else 1)
    except Unreadable:
        raise
    except BROKEN as error:
        raise Unreadable(f"{path.name} is broken ({reason(error)}); pack and hand it in again.") from None
    except OSError as error:
        expect_no_fault_of_ours(error)
        raise Unreadable(f"{path.name} cannot be read ({reason(error)}); hand it in again.") from None
    finally:
        path.stat()  # what is gone by now, with the disk that it was on, may have been read in part
    if not contents.files and contents.remarks:
        raise Unreadable(f"{path.name} holds nothing that can be graded: {contents.remarks[0]}")
    if not contents.files:
        raise Unreadable(f"{path.name} holds no file that the course asks for; hand in the files you completed.")
    return contents


def _read(path: Path, shelf: Shelf, until: float, depth: int) -> None:
    """Read a folder or an archive, and the archives that are to be opened in it."""
    inside: list[tuple[str, Member | bytes, float]] = []
    held = False
    with entries(path, shelf.contents.remark, shelf.wanted, until) as found:
        for entry in found:
            name = shelf.archive(entry)
            if name is None:
                shelf.keep(entry)
                held = held or shelf.wanted(entry.name)
            elif entry.path is not None and len(inside) < ARCHIVES_LIMIT:
                inside.append((name, entry, entry.time))
            elif entry.path is None and depth < NESTED and not inside and entry.size <= FILE_LIMIT_BYTES:
                inside.append((name, shelf.bytes_of(name, entry), entry.time))
            else:
                shelf.not_opened(name)
                held = held or entry.path is None  # of two archives in an archive none is opened
    if depth and held:
        for name, _, _ in inside:
            shelf.not_opened(name)
        return
    for name, content, changed in inside:
        _open(name, content, changed, shelf, until, depth)


def _open(name: str, content: Member | bytes, changed: float, shelf: Shelf, until: float, depth: int) -> None:
    """Read an archive inside the submission; what is wrong with it is a remark."""
    outer, arrived = shelf.prefix, shelf.arrived
    with tempfile.TemporaryDirectory(prefix="archive-") as scratch:
        if isinstance(content, bytes):
            path = Path(scratch, PurePosixPath(name).name)
            path.write_bytes(content)
        else:
            assert content.path is not None
            path = content.path
        shelf.prefix, shelf.arrived = f"{outer}{name}/", changed if arrived is None else arrived
        shelf.contents.archives.append(shelf.prefix)
        try:
            _read(path, shelf, until, depth + 1)
        except Unreadable as error:
            shelf.contents.remark(str(error))
        except (OSError, *BROKEN) as error:
            expect_no_fault_of_ours(error)
            shelf.contents.remark(f"{path.name} is broken ({reason(error)}); pack and hand it in again.")
        finally:
            shelf.prefix, shelf.arrived = outer, arrived
