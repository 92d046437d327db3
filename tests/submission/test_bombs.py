"""Promises of the reader about archives that were made to break it: no memory, no time, one sentence."""

import gzip
import struct
import tarfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from handed_in import DECLARED, HONEST, folder, member, remarks, tarred, unreadable, zipped

from autograder.submission import members, tar_entries
from autograder.submission.reader import Unreadable, read


def measured(path: Path) -> tuple[str, float, int]:
    """What came of reading, how long it took and the most memory it held."""
    tracemalloc.start()
    started = time.monotonic()
    try:
        words = remarks(read(path, DECLARED))
    except Unreadable as error:
        words = str(error)
    seconds, peak = time.monotonic() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return words, seconds, peak


def test_a_zip_bomb_is_left_out(tmp_path):
    """A gigabyte of nothing in a few files of a few kilobytes; a header that lies about it does not help."""
    path = zipped(tmp_path, {"training.py": bytes(64 << 20), "models/softmax.py": b"x"}, compression=zipfile.ZIP_DEFLATED)
    words, _, peak = measured(path)
    assert "'training.py' is too large" in words and peak < 8 << 20
    data = path.read_bytes().replace(struct.pack("<L", 64 << 20), struct.pack("<L", 1000))
    path.write_bytes(data)
    contents = read(path, DECLARED)
    assert contents.files == {"models/softmax.py": b"x"} and "'training.py' cannot be read" in remarks(contents)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_by_other_methods_is_not_unpacked(tmp_path, compression):
    """bzip2 and LZMA give gigabytes for kilobytes, and Python unpacks them without a limit."""
    path = zipped(tmp_path, {"training.py": bytes(64 << 20)}, compression=compression)
    words, _, peak = measured(path)
    assert "is packed in an unusual way and was left out; pack it as an ordinary .zip." in words and peak < 8 << 20


def test_a_gzip_bomb_stops_at_the_limit(tmp_path, monkeypatch):
    """A file of kilobytes that unpacks to terabytes is read as far as the limit, without being held."""
    monkeypatch.setattr(tar_entries, "UNPACKED_LIMIT_BYTES", 24 << 20)
    info = member("bomb.txt", tarfile.REGTYPE)
    info.size = 1 << 40
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(info.tobuf())
        for _ in range(40):
            file.write(bytes(1 << 20))
    words, _, peak = measured(path)
    assert words == "bomb.tar.gz is broken (it unpacks to more than 24 MiB); pack and hand it in again." and peak < 8 << 20


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_header_as_long_as_a_disk_is_not_read(tmp_path, kind):
    """Names and attributes of gigabytes are refused before memory is taken for them."""
    info = member("x", kind)
    info.size = 300 << 20
    path = tmp_path / "header.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(info.tobuf())
        file.write(b"1" * (1 << 20))
    words, seconds, peak = measured(path)
    assert words.startswith("header.tar.gz is ") and peak < 8 << 20 and seconds < 5


def test_a_map_of_holes_without_end_is_not_read(tmp_path):
    """A sparse file may list its holes in front of its data; that list is no longer than any other header."""
    info = tarfile.TarInfo("training.py")
    info.size = 200 << 20
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "training.py",
        "GNU.sparse.realsize": "1",
    }
    path = tmp_path / "sparse.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(info.tobuf(tarfile.PAX_FORMAT))
        file.write(b"99999999\n" + b"0\n" * (4 << 20))
    words, seconds, peak = measured(path)
    assert "sparse.tar.gz" in words and peak < 8 << 20 and seconds < 5


def test_a_zip_of_a_million_files_is_refused_before_they_are_listed(tmp_path):
    """A table of contents of fifty megabytes is not built in memory."""
    count, name = 1_000_000, b"1.py"
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    table = entry * count
    end = (
        struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(table), 0)
        + struct.pack("<4sLQL", b"PK\6\7", 0, len(table), 1)
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    )
    path = tmp_path / "million.zip"
    path.write_bytes(table + end)
    words, seconds, peak = measured(path)
    assert words == "its table of contents is longer than 16 MiB; hand in nothing but your own files."
    assert seconds < 2 and peak < 4 << 20


def test_a_tar_of_very_many_entries_is_looked_at_so_far_and_no_further(tmp_path, monkeypatch):
    """Folders and links count, too; what came before is graded."""
    monkeypatch.setattr(members, "ENTRIES_LIMIT", 3000)
    folders = member("d", tarfile.DIRTYPE).tobuf() * 10_000
    path = tarred(tmp_path, HONEST)
    honest = gzip.decompress(path.read_bytes()).rstrip(b"\0")
    honest += bytes(-len(honest) % 512)
    path.write_bytes(gzip.compress(honest + folders, 1))
    contents = read(path, DECLARED)
    assert contents.files == HONEST
    assert contents.remarks == ["Only the first 3,000 entries were looked at; hand in nothing but your own files."]
    assert "Only the first 3,000" in remarks(read(folder(tmp_path / "many", {f"{n}.txt": b"" for n in range(3200)}), DECLARED))


def test_a_submission_that_takes_for_ever_to_read_is_given_up(tmp_path, monkeypatch):
    """Whatever else an archive may do: there is an end to it."""
    monkeypatch.setattr(members, "READING_LIMIT_S", 0)
    assert unreadable(tarred(tmp_path, HONEST)).startswith("reading it takes more than 0 seconds")
