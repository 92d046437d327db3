"""Reading an archive or a folder without trusting it: members are vetted by name and size and never unpacked blindly.

Nothing is extracted here: converters ask for the members they know and get bytes. A name that leads outside, a link,
a device or an absurd size means that the archive is not the publisher's, so it is refused as a whole.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from data_scripts.errors import SourceError

MOST_MEMBERS = 300_000
MOST_MEMBER_BYTES = 512 << 20
MOST_TOTAL_BYTES = 4 << 30
DEEPEST_FOLDER = 6
UNIX_PLAIN_KINDS = (0, 4, 8)  # not told, folder, regular file
ENCRYPTED = 1
ODD_NAME = re.compile(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:")
BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


class Source:
    """Files by their path inside an archive or folder, `/` between the parts.

    Attributes:
        path: what the user or the download gave.
        sizes: bytes of every regular file by its name.
    """

    def __init__(self, path: Path, sizes: dict[str, int]) -> None:
        self.path = path
        self.sizes = sizes

    def open(self, name: str) -> BinaryIO:
        """Open one file for reading."""
        raise NotImplementedError

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The given names in the order in which they are cheapest to read."""
        return list(names)

    def read(self, name: str) -> bytes:
        """The whole content of one file.

        Args:
            name: a key of `sizes`.
        Raises:
            SourceError: it is not there, or cannot be read to its end.
        """
        if name not in self.sizes:
            raise SourceError(f"{self.path} has no {name}; get it again or give another --source")
        if self.sizes[name] > MOST_MEMBER_BYTES:
            raise SourceError(f"{self.path}: {name} is far too large for this data set; give another --source")
        with readable(self.path), self.open(name) as stream:
            return stream.read()

    def home_of(self, marker: str) -> str:
        """The prefix of the folder that holds `marker`: `""`, or a path that ends in `/`; the shallowest one wins.

        Args:
            marker: a file that the publisher's layout has at its top, such as `wnids.txt`.
        Raises:
            SourceError: no folder holds it.
        """
        homes = [name[: -len(marker)] for name in self.sizes if name == marker or name.endswith(f"/{marker}")]
        if not homes:
            raise SourceError(f"{self.path} holds no {marker}, so it is not this data set; give another --source")
        return min(homes, key=lambda home: (home.count("/"), home))


class FolderSource(Source):
    """A folder on this machine, for instance one that another program unpacked."""

    def __init__(self, path: Path) -> None:
        with readable(path):
            super().__init__(path, dict(_folder_sizes(path)))

    def open(self, name: str) -> BinaryIO:
        """Open one file for reading."""
        return (self.path / name).open("rb")


class FileSource(Source):
    """Loose files that lie wherever they were downloaded to, under the publisher's names."""

    def __init__(self, path: Path, files: dict[str, Path]) -> None:
        super().__init__(path, {name: file.stat().st_size for name, file in files.items()})
        self.files = files

    def open(self, name: str) -> BinaryIO:
        """Open one file for reading."""
        return self.files[name].open("rb")


class ZipSource(Source):
    """A `.zip` archive."""

    def __init__(self, path: Path) -> None:
        with readable(path):
            self.archive = zipfile.ZipFile(path)
            members = self.archive.infolist()
        vetted = _Vetting(path)
        for member in members:
            is_plain = member.external_attr >> 28 in UNIX_PLAIN_KINDS and not member.flag_bits & ENCRYPTED
            vetted.add(member.filename, member.file_size, member.is_dir(), is_plain)
        super().__init__(path, vetted.sizes)

    def open(self, name: str) -> BinaryIO:
        """Open one file for reading."""
        return self.archive.open(name)  # type: ignore[return-value]  # typeshed calls it IO[bytes]


class TarSource(Source):
    """A `.tar` archive, compressed or not; members are cheapest in the order of the archive."""

    def __init__(self, path: Path) -> None:
        vetted = _Vetting(path)
        self.members = {}
        with readable(path):
            self.archive = tarfile.open(path)  # stays open as long as the source
            for member in self.archive:
                vetted.add(member.name, member.size, member.isdir(), member.isfile() or member.isdir())
                self.members[member.name] = member
        super().__init__(path, vetted.sizes)

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The given names in the order of the archive: going back means decompressing again from the start."""
        return sorted(names, key=lambda name: self.members[name].offset if name in self.members else 0)

    def open(self, name: str) -> BinaryIO:
        """Open one file for reading."""
        stream = self.archive.extractfile(self.members[name])
        return stream or io.BytesIO()  # type: ignore[return-value]  # typeshed calls it IO[bytes]


def open_source(path: Path) -> Source:
    """Open a folder, `.zip` or `.tar` archive, told apart by content and not by name.

    Args:
        path: an existing folder or file.
    Raises:
        SourceError: neither of these, broken, or with members that no honest archive has.
    """
    if path.is_dir():
        return FolderSource(path)
    with readable(path):
        is_zip, is_tar = zipfile.is_zipfile(path), tarfile.is_tarfile(path)
    if is_zip:
        return ZipSource(path)
    if is_tar:
        return TarSource(path)
    packed = path.suffix.lower() in (".rar", ".7z")
    hint = "unpack it first and give the folder as --source" if packed else "get it again or give another --source"
    raise SourceError(f"{path} is not a whole .zip or .tar archive; {hint}")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn every way in which reading a broken archive fails into one sentence.

    Args:
        path: the archive or folder that is named in the sentence.
    Raises:
        SourceError: instead of what the archive libraries raise.
    """
    try:
        yield
    except (*BROKEN, OSError, RuntimeError) as error:
        said_by_system = error.strerror if isinstance(error, OSError) else None
        reason = said_by_system or f"broken or cut short: {error}"
        raise SourceError(f"{path} cannot be read ({reason}); get it again or give another --source") from error


class _Vetting:
    """Collects member sizes while refusing what no honest archive of pictures contains."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        self.total_bytes = 0
        self.n_members = 0

    def add(self, name: str, size_bytes: int, is_folder: bool, is_plain: bool) -> None:
        self.n_members += 1
        self.total_bytes += size_bytes
        parts = PurePosixPath(name).parts
        if ODD_NAME.search(name) or name.startswith("/") or ".." in parts:
            self._refuse(f"holds {name!r}, a name that leads elsewhere")
        if not is_plain:
            self._refuse(f"holds {name!r}, which is not a plain file")
        if self.n_members > MOST_MEMBERS or self.total_bytes > MOST_TOTAL_BYTES or size_bytes > MOST_MEMBER_BYTES:
            self._refuse("would unpack to far more than this data set")
        if name in self.sizes:
            self._refuse(f"holds {name!r} twice")
        if not is_folder:
            self.sizes[name] = size_bytes

    def _refuse(self, what: str) -> None:
        raise SourceError(f"{self.path} {what}, so it is not the publisher's archive; delete it and get it again")


def _folder_sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Name and size of the regular files below a folder; stops where the folder is clearly not a data set."""
    n_files = 0
    for where, folders, files in os.walk(folder, onerror=_raise_unreadable, followlinks=True):
        below = PurePosixPath(Path(where).relative_to(folder).as_posix())
        if len(below.parts) >= DEEPEST_FOLDER:
            folders.clear()
        for name in files:
            path = Path(where, name)
            n_files += 1
            if n_files > MOST_MEMBERS:
                raise SourceError(f"{folder} holds more than {MOST_MEMBERS:,} files; give the data set's own folder")
            if path.is_file():
                yield str(below / name), path.stat().st_size


def _raise_unreadable(error: OSError) -> None:
    raise SourceError(f"{error.filename} cannot be read ({error.strerror}); give another --source") from error
