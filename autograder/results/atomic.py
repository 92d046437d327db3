"""Files that are there completely or not at all."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that neither a crash nor a full disk leaves half of it.

    Raises:
        OSError: it cannot be written; then the earlier file still stands.
    """
    if path.exists() and not path.is_file():  # /dev/stdout must stay what it is
        path.write_text(text, encoding="utf-8")
        return
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
