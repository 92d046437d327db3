"""What goes wrong while a submission is read, and whose fault it is: the author's, or that of this machine."""

import errno
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib

# What Python's readers raise on a file that is not what it says it is.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)


# What a disk or a network answers that fails, or that somebody has taken away, and a machine that has no more room. Nothing that a student
# hands in does: a file that has just been listed and is not there was not left out by its author.
OURS = {
    getattr(errno, name)
    for name in (
        "ENOENT",
        "EIO",
        "EREMOTEIO",
        "ESTALE",
        "ENOTCONN",
        "ENODEV",
        "ETIMEDOUT",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "ENETDOWN",
        "ENETUNREACH",
        "ECONNRESET",
        "EMFILE",
        "ENFILE",
        "ENOMEM",
        "ENOSPC",
        "EDQUOT",
    )
    if hasattr(errno, name)
}


def expect_no_fault_of_ours(error: Exception) -> None:
    """Raise an error again that says nothing about the submission, so that nothing of it counts as not handed in.

    Raises:
        OSError: this machine cannot read it.
    """
    if isinstance(error, OSError) and error.errno in OURS:
        raise error


class Unreadable(ValueError):
    """The submission cannot be read at all; the message is one sentence that says why and what to do."""
