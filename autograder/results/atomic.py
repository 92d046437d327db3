"""Files that are there completely or not at all."""

import os
import tempfile
from pathlib import Path


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
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
