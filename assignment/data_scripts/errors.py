"""What can go wrong while a data set is fetched, each as one sentence that says what, where and what to do.

DataError
├── PlaceError       the folder: no permission, full disk, in the way, in use by another run
├── DownloadError    no address delivered the file
└── SourceError      the bytes are not the publisher's: broken, cut short, changed, another layout
"""

from __future__ import annotations

import errno
from pathlib import Path


class DataError(Exception):
    """A data set could not be made or read; the text is one sentence for the user."""


class PlaceError(DataError):
    """The folder that should receive the data set cannot take it."""


class DownloadError(DataError):
    """No address delivered the file."""


class SourceError(DataError):
    """An archive or folder does not hold what the publisher released."""


FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)
NOT_A_FOLDER = (errno.ENOTDIR, errno.EEXIST)


def place_error(error: OSError, place: Path) -> PlaceError:
    """Turn what the system said about a path into one sentence with a remedy.

    Args:
        error: what the system raised while `place` was made, written or renamed.
        place: the folder that the user named.
    """
    if error.errno in FULL_DISK:
        return PlaceError(f"the disk of {place} is full; free some space or choose another --root, then run this again")
    if error.errno in NO_PERMISSION:
        where = error.filename or place
        return PlaceError(f"no permission to write {where}; choose a --root that you may write to")
    if error.errno in NOT_A_FOLDER:
        named = Path(error.filename or place)
        culprit = next((path for path in (*reversed(named.parents), named) if path.is_file()), named)
        return PlaceError(f"{culprit} is in the way: it is not a folder; choose another --root")
    reason = error.strerror or str(error)
    return PlaceError(f"{error.filename or place} cannot be used ({reason}); choose another --root")
