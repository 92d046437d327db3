"""Checksums: is this file, byte for byte, the one that its publisher released?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from data_scripts.spec import RemoteFile

BLOCK_BYTES = 1 << 20


class Digests(NamedTuple):
    """MD5 and SHA-256 of one file, as hexadecimal text."""

    md5: str
    sha256: str


def digest_file(path: Path) -> Digests:
    """Compute both checksums in one pass over the file.

    Args:
        path: the file to read.
    """
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            md5.update(block)
            sha256.update(block)
    return Digests(md5.hexdigest(), sha256.hexdigest())


def difference(file: RemoteFile, digests: Digests) -> str:
    """Say how a file differs from the publisher's, or nothing when it is the same.

    Args:
        file: what the publisher says.
        digests: what was computed from the bytes at hand.
    """
    if file.sha256 and digests.sha256 != file.sha256:
        return f"its SHA-256 is {digests.sha256[:12]}... and not {file.sha256[:12]}..."
    if file.md5 and digests.md5 != file.md5:
        return f"its MD5 is {digests.md5} and not {file.md5}"
    return ""


def strength(files: tuple[RemoteFile, ...]) -> str:
    """Name the weakest checksum that vouches for all of these files: `sha256`, `md5` or `none`.

    Args:
        files: the publisher's files.
    """
    if all(file.sha256 for file in files):
        return "sha256"
    return "md5" if all(file.md5 or file.sha256 for file in files) else "none"
