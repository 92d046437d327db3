"""What the kit knows about a data set before it has it: addresses, checksums, licence, size and shape."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LABEL_BYTES = 8


@dataclass(frozen=True)
class RemoteFile:
    """One file of the publisher: every address serves the same bytes, and the checksum says which bytes.

    `size_bytes` is exact when `exact_size` is set, otherwise it is only good for a progress bar.
    Either checksum may be empty, not both: an empty pair means that nothing is known of the file.
    """

    name: str
    addresses: tuple[str, ...]
    size_bytes: int
    md5: str = ""
    sha256: str = ""
    exact_size: bool = True


@dataclass(frozen=True)
class DataSpec:
    """A data set: where it comes from and what it looks like once converted.

    `convert(source, writer)` reads the publisher's layout from a `sources.Source`, puts every image and label into a
    `writer.DatasetWriter`, and returns what else belongs into `meta.json` (class names, where they are only known from the source).
    """

    name: str
    title: str
    homepage: str
    licence: str
    files: tuple[RemoteFile, ...]
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    n_train: int
    n_test: int
    convert: Callable[..., dict[str, Any]]
    n_classes: int = 10
    extra_bytes: int = 0

    @property
    def download_bytes(self) -> int:
        """Bytes that travel over the network."""
        return sum(file.size_bytes for file in self.files)

    @property
    def disk_bytes(self) -> int:
        """Bytes of the finished folder."""
        channels, height, width = self.image_shape
        return (self.n_train + self.n_test) * (channels * height * width + LABEL_BYTES) + self.extra_bytes
