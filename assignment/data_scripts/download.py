"""Downloads that can be interrupted: into a `.part` file, by HTTP range, over several addresses, then verified.

The bytes are the same at every address of a file, so a download that one host began another host can finish.
httpx is used because it hands out bytes as they arrive: a host that only trickles can then be noticed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from data_scripts.checksums import Digests, difference, digest_file
from data_scripts.errors import DownloadError
from data_scripts.progress import Advance, Reporter, megabytes
from data_scripts.spec import RemoteFile

HEADERS = {"Accept-Encoding": "identity", "User-Agent": "course-data-scripts"}
CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
BEYOND_THE_END = 416
TRANSIENT_STATUS = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Patience:
    """How long to wait for a host. `tries` counts attempts in a row that brought less than `progress_bytes`."""

    connect_s: float = 10.0
    stall_s: float = 30.0
    slowest_bytes_per_s: float = 1000.0
    tries: int = 3
    progress_bytes: int = 1 << 16
    pause_s: float = 1.0


@dataclass(frozen=True)
class Fetched:
    """A verified file and the address that finished it."""

    path: Path
    address: str
    digests: Digests


class AddressFailed(Exception):
    """This address will not deliver; the text continues a sentence that begins with its host."""


class TryAgain(Exception):
    """The connection failed in a way that another attempt may cure; the text continues the host's sentence."""


def fetch(file: RemoteFile, folder: Path, patience: Patience, reporter: Reporter) -> Fetched:
    """Download one file into `folder`, going on from an earlier attempt, and verify it.

    Args:
        file: the publisher's file with its addresses, tried in order.
        folder: receives `NAME.part` while it grows and `NAME` once its checksum is right.
        patience: time limits.
        reporter: shows the progress.
    Raises:
        DownloadError: no address delivered the right bytes; what has arrived stays in the `.part` file.
    """
    finished, part = folder / file.name, folder / f"{file.name}.part"
    if finished.exists():
        digests = digest_file(finished)
        if not difference(file, digests):
            return Fetched(finished, file.addresses[0], digests)
        finished.unlink()
    reasons = []
    for address in file.addresses:
        try:
            digests = _fetch_verified(address, file, part, patience, reporter)
        except AddressFailed as failure:
            reasons.append(f"{_host(address)} {failure}")
            continue
        part.replace(finished)
        return Fetched(finished, address, digests)
    raise DownloadError(f"{file.name} could not be downloaded: {', and '.join(reasons)}; {_remedy(part)}")


def _fetch_verified(address: str, file: RemoteFile, part: Path, patience: Patience, reporter: Reporter) -> Digests:
    """Complete `part` from one address and check it; bytes of an earlier run get a second chance from zero."""
    resumed = _size(part) > 0
    _complete(address, file, part, patience, reporter)
    digests = digest_file(part)
    wrong = difference(file, digests)
    if not wrong:
        return digests
    part.unlink()
    if resumed:
        reporter.say(f"The resumed {file.name} is damaged; it starts again from zero.")
        return _fetch_verified(address, file, part, patience, reporter)
    raise AddressFailed(f"delivered a damaged or changed file ({wrong}), which was deleted")


def _complete(address: str, file: RemoteFile, part: Path, patience: Patience, reporter: Reporter) -> None:
    """Append to `part` until the file is whole, over as many connections as make progress."""
    failures, most = 0, _size(part)
    with reporter.bar(f"Downloading {file.name} from {_host(address)}", file.size_bytes, most, True) as advance:
        while not (file.exact_size and _size(part) == file.size_bytes):
            try:
                _transfer(address, file, part, patience, advance)
            except TryAgain as failure:
                failures = 1 if _size(part) >= most + patience.progress_bytes else failures + 1
                most = max(most, _size(part))
                if failures >= patience.tries:
                    raise AddressFailed(str(failure)) from failure
                time.sleep(patience.pause_s * 2 ** (failures - 1))
            else:
                return


def _transfer(address: str, file: RemoteFile, part: Path, patience: Patience, advance: Advance) -> None:
    """Use one connection: ask for what is missing and append what comes."""
    have = _size(part)
    headers = HEADERS | ({"Range": f"bytes={have}-"} if have else {})
    timeout = httpx.Timeout(patience.stall_s, connect=patience.connect_s)
    try:
        with httpx.stream("GET", address, headers=headers, timeout=timeout, follow_redirects=True) as response:
            if response.status_code == BEYOND_THE_END and response.headers.get("Content-Range") == f"bytes */{have}":
                return
            start = _first_byte(response, file, part, have)
            advance(start - have)
            with part.open("r+b" if part.exists() else "wb") as stream:
                stream.truncate(start)
                stream.seek(start)
                for block in _brisk(response.iter_raw(), patience):
                    stream.write(block)
                    advance(len(block))
    except httpx.ReadTimeout as error:
        raise TryAgain(f"sent nothing for {patience.stall_s:g} s") from error
    except httpx.ConnectTimeout as error:
        raise TryAgain(f"did not answer within {patience.connect_s:g} s") from error
    except httpx.ConnectError as error:
        raise TryAgain(f"could not be reached ({error})") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
        raise AddressFailed(f"has no usable http address ({error})") from error
    except (ImportError, ValueError) as error:  # what httpx raises for a proxy setting that it cannot use
        raise AddressFailed(f"cannot be asked through this machine's proxy ({error})") from error
    except httpx.TransportError as error:
        raise TryAgain("broke the connection off") from error
    if file.exact_size and _size(part) != file.size_bytes:
        _refuse_length(file, part)


def _first_byte(response: httpx.Response, file: RemoteFile, part: Path, have: int) -> int:
    """Where the response's body belongs in the file; raise when the response is not the file."""
    status = response.status_code
    if status == BEYOND_THE_END:
        part.unlink(missing_ok=True)
        raise TryAgain("has no bytes beyond those already here")
    if status in TRANSIENT_STATUS:
        raise TryAgain(f"answered with HTTP status {status}")
    if status not in (200, 206):
        raise AddressFailed(f"answered with HTTP status {status}")
    start, total = 0, response.headers.get("Content-Length", "")
    if status == 206:
        match = CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        if not match or int(match[1]) != have:
            raise AddressFailed("answered with another range than it was asked for")
        start, total = have, match[2]
    if file.exact_size and total.isdigit() and int(total) != file.size_bytes:
        raise AddressFailed(f"offers {int(total):,} bytes instead of {file.size_bytes:,}")
    return start


def _brisk(blocks: Iterator[bytes], patience: Patience) -> Iterator[bytes]:
    """Pass blocks on as long as they come faster than the slowest speed that makes sense to wait for."""
    since, received = time.monotonic(), 0
    for block in blocks:
        received += len(block)
        yield block
        elapsed_s = time.monotonic() - since
        if elapsed_s > patience.stall_s:
            if received < patience.slowest_bytes_per_s * elapsed_s:
                raise TryAgain(f"sent only {received:,} bytes in {elapsed_s:.0f} s")
            since, received = time.monotonic(), 0


def _refuse_length(file: RemoteFile, part: Path) -> None:
    """The connection ended cleanly at the wrong length: too short may be cured, too long is another file."""
    if _size(part) > file.size_bytes:
        part.unlink()
        raise AddressFailed(f"sent more than the file's {file.size_bytes:,} bytes")
    raise TryAgain(f"ended the file after {_size(part):,} of {file.size_bytes:,} bytes")


def _remedy(part: Path) -> str:
    kept = f"{megabytes(_size(part))} are kept in {part} and the same command goes on from there" if _size(part) else ""
    return (kept or "check the connection and run the same command again") + ", or give a local copy with --source"


def _host(address: str) -> str:
    return urlsplit(address).netloc or address


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
