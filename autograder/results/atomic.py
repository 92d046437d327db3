"""Files that are there completely or not at all."""

import os
import tempfile
from pathlib import Path

UMASK = os.umask(0o077)  # whom this user lets read new files: marks on a machine that others use
os.umask(UMASK)


def write_atomically(path: Path, text: str | bytes) -> None:
    """Replace a file in one step, so that neither a crash nor a full disk leaves half of it.

    Raises:
        OSError: it cannot be written; then the earlier file still stands.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    if path.exists() and not path.is_file():  # /dev/stdout must stay what it is
        path.write_bytes(data)
        return
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~UMASK)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
