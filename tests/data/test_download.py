"""Downloads survive what networks do, and never pass on a byte that the publisher did not release."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from range_server import FAST, RangeServer

from data_scripts.download import fetch
from data_scripts.errors import DownloadError
from data_scripts.progress import Reporter
from data_scripts.spec import RemoteFile

CONTENT = bytes(range(256)) * 400


@pytest.fixture
def remote(server: RangeServer) -> RemoteFile:
    """A file of 102,400 bytes at one address."""
    server.files["/a.zip"] = CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return RemoteFile("a.zip", (f"{server.address}/a.zip",), len(CONTENT), sha256=sha256)


def download(remote: RemoteFile, folder: Path) -> bytes:
    """Fetch it and return what arrived."""
    return fetch(remote, folder, FAST, Reporter()).path.read_bytes()


def dead_address() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/a.zip"


def test_a_file_arrives_whole_and_leaves_no_part(remote, tmp_path):
    """The plain case: one request, one file."""
    assert download(remote, tmp_path) == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_verified_file_is_not_fetched_again(remote, server, tmp_path):
    """A second fetch only checks what is there."""
    download(remote, tmp_path)
    download(remote, tmp_path)
    assert len(server.ranges) == 1


def test_a_part_of_an_earlier_run_is_continued(remote, server, tmp_path):
    """Only the missing bytes travel."""
    (tmp_path / "a.zip.part").write_bytes(CONTENT[:70_000])
    assert download(remote, tmp_path) == CONTENT
    assert server.ranges == ["bytes=70000-"]


def test_a_whole_part_needs_no_network(remote, server, tmp_path):
    """A run that was killed between download and check loses nothing."""
    (tmp_path / "a.zip.part").write_bytes(CONTENT)
    assert download(remote, tmp_path) == CONTENT
    assert server.ranges == []


@pytest.mark.parametrize("kind", ["reset", "stall", "close"])
def test_a_broken_connection_is_resumed_where_it_broke(remote, server, tmp_path, kind):
    """Three bad connections in a row, each a little further, still give the file."""
    server.mishaps["/a.zip"] = [(kind, 30_000)] * 3
    assert download(remote, tmp_path) == CONTENT
    starts = [int(wanted.removeprefix("bytes=").rstrip("-")) for wanted in server.ranges if wanted]
    assert starts == sorted(set(starts)) and len(starts) == 3


def test_a_body_of_unknown_length_that_ends_early_is_resumed(remote, server, tmp_path):
    """Without a Content-Length only the known size tells that bytes are missing."""
    server.tells_length = False
    server.mishaps["/a.zip"] = [("close", 40_000)]
    assert download(remote, tmp_path) == CONTENT
    assert server.ranges == [None, "bytes=40000-"]


def test_a_server_without_ranges_starts_again_from_zero(remote, server, tmp_path):
    """A 200 instead of a 206 must not be appended."""
    server.with_ranges = False
    (tmp_path / "a.zip.part").write_bytes(CONTENT[:70_000])
    assert download(remote, tmp_path) == CONTENT


def test_a_host_that_only_trickles_is_left(remote, server, tmp_path):
    """Fifty bytes a second would never end, though no single read times out."""
    server.mishaps["/a.zip"] = [("trickle", 1000)] * 2
    slow = replace(remote, addresses=(remote.addresses[0], f"{server.address}/b.zip"))
    server.files["/b.zip"] = CONTENT
    strict = replace(FAST, progress_bytes=5000)
    assert fetch(slow, tmp_path, strict, Reporter()).address.endswith("/b.zip")


@pytest.mark.parametrize("bad", ["dead", "missing", "short", "tampered", "status"])
def test_the_next_address_helps_when_one_is_bad(remote, server, tmp_path, bad):
    """A mirror that is gone, or holds something else, costs nothing but time."""
    server.files["/short.zip"] = CONTENT[:-1]
    server.files["/tampered.zip"] = CONTENT[:-1] + b"!"
    server.files["/status.zip"] = CONTENT
    server.mishaps["/status.zip"] = [503] * 5
    first = dead_address() if bad == "dead" else f"{server.address}/{bad}.zip"
    assert download(replace(remote, addresses=(first, *remote.addresses)), tmp_path) == CONTENT


def test_a_second_host_continues_what_the_first_began(remote, server, tmp_path):
    """The bytes are the same at every address, so nothing is fetched twice."""
    server.files["/b.zip"] = CONTENT
    server.mishaps["/b.zip"] = [("reset", 50_000), 503, 503]
    assert download(replace(remote, addresses=(f"{server.address}/b.zip", *remote.addresses)), tmp_path) == CONTENT
    assert int(server.ranges[-1].removeprefix("bytes=").rstrip("-")) > 0


def test_a_damaged_part_gets_a_second_chance_from_zero(remote, server, tmp_path):
    """A part that some other program wrote must not spoil every later run."""
    (tmp_path / "a.zip.part").write_bytes(b"x" * 70_000)
    assert download(remote, tmp_path) == CONTENT
    assert server.ranges == ["bytes=70000-", None]


def test_a_part_that_is_too_long_is_given_up(remote, tmp_path):
    """Bytes beyond the end mean that the part is of another file."""
    (tmp_path / "a.zip.part").write_bytes(b"x" * 200_000)
    assert download(remote, tmp_path) == CONTENT


def test_a_file_of_roughly_known_size_is_resumed_and_ended(remote, server, tmp_path):
    """Where only the checksum is known, a complete part is recognised by the server's answer."""
    about = replace(remote, size_bytes=100_000, exact_size=False)
    (tmp_path / "a.zip.part").write_bytes(CONTENT)
    assert download(about, tmp_path) == CONTENT
    (tmp_path / "a.zip").replace(tmp_path / "a.zip.part")
    with (tmp_path / "a.zip.part").open("r+b") as part:
        part.truncate(90_000)
    assert download(about, tmp_path) == CONTENT
    assert server.ranges == ["bytes=102400-", "bytes=90000-"]


def test_a_tampered_file_is_deleted_and_named(remote, server, tmp_path):
    """Right size, wrong bytes: nothing of it stays."""
    server.files["/a.zip"] = CONTENT[:-1] + b"!"
    with pytest.raises(DownloadError, match="damaged or changed file .its SHA-256"):
        download(remote, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_long_is_refused_while_it_comes(remote, server, tmp_path):
    """A server that hides the length cannot fill the disk unnoticed for ever."""
    server.tells_length = False
    server.files["/a.zip"] = CONTENT + b"more"
    with pytest.raises(DownloadError, match="sent more than the file's 102,400 bytes"):
        download(remote, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_when_all_fails_each_host_and_the_kept_part_are_named(remote, server, tmp_path):
    """One sentence says what every host did and where the beginning is kept."""
    server.mishaps["/a.zip"] = [("stall", 50_000), ("stall", 0), ("stall", 0)]
    both = replace(remote, addresses=(dead_address(), *remote.addresses))
    with pytest.raises(DownloadError) as failure:
        download(both, tmp_path)
    sentence = str(failure.value)
    assert "could not be reached" in sentence and "sent nothing for 0.3 s" in sentence
    assert str(tmp_path / "a.zip.part") in sentence and "--source" in sentence
    assert (tmp_path / "a.zip.part").stat().st_size == 50_000


def test_an_address_that_is_none_is_a_sentence(remote, tmp_path):
    """Other protocols than http are not tried."""
    with pytest.raises(DownloadError, match="no usable http address"):
        download(replace(remote, addresses=("ftp://127.0.0.1/a.zip",)), tmp_path)
