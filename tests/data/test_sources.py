"""An archive is read only when nothing in it could reach outside of its folder or fill the machine."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
from small_archives import add_to_tar, zipped

from data_scripts import sources
from data_scripts.errors import SourceError
from data_scripts.sources import FolderSource, open_source

EVIL_NAMES = ["../evil", "/etc/evil", "a/../../evil", "C:/evil", "a\\..\\evil", "a\nb"]


def write(path: Path, content: bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content)
    return path


def tar_of(*members: tarfile.TarInfo) -> bytes:
    """A compressed archive of bare members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return buffer.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member that is no plain file."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    """The same rule for both kinds of archive."""
    for content in (zipped({name: b"x"}), tar_of(tarfile.TarInfo(name))):
        with pytest.raises(SourceError, match="a name that leads elsewhere"):
            open_source(write(tmp_path / "a", content))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path, kind):
    """Even a link that stays inside: no publisher of pictures uses one."""
    with pytest.raises(SourceError, match="not a plain file"):
        open_source(write(tmp_path / "a.tar.gz", tar_of(special("link", kind, "target"))))


def test_links_and_encrypted_members_in_a_zip_are_refused(tmp_path):
    """A zip keeps the Unix file type in its attributes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(SourceError, match="not a plain file"):
        open_source(write(tmp_path / "a.zip", buffer.getvalue()))


def test_bombs_are_refused_before_anything_is_unpacked(tmp_path, monkeypatch):
    """Too many members, or too many bytes, by what the archive says of itself."""
    monkeypatch.setattr(sources, "MOST_MEMBERS", 3)
    many = zipped({str(number): b"" for number in range(4)})
    huge = special("huge", tarfile.REGTYPE)
    huge.size = sources.MOST_MEMBER_BYTES + 1
    header = huge.tobuf() + b"\0" * 1024
    for content in (many, header):
        with pytest.raises(SourceError, match="unpack to far more"):
            open_source(write(tmp_path / "a", content))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path):
    """Which of the two would count?"""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        add_to_tar(archive, "a", b"1")
        add_to_tar(archive, "a", b"2")
    with pytest.raises(SourceError, match="twice"):
        open_source(write(tmp_path / "a.tar", buffer.getvalue()))


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_broken_and_truncated_archives_are_one_sentence(tmp_path, name):
    """Cut anywhere, an archive is refused, never half read and never a traceback."""
    content = random.Random(0).randbytes(5000)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        add_to_tar(archive, "a/b", content)
    whole = zipped({"a/b": content}) if name == "a.zip" else buffer.getvalue()
    for length in (0, 1, 10, 100, len(whole) // 2, 4900):
        path = write(tmp_path / name, whole[:length])
        with pytest.raises(SourceError, match=f"{name}.*get it again"):
            open_source(path).read("a/b")


def test_a_zip_member_with_wrong_bytes_is_noticed(tmp_path):
    """The archive's own checksum is looked at."""
    content = bytearray(zipped({"a": b"hello hello hello"}))
    content[33] ^= 0xFF
    with pytest.raises(SourceError, match="broken or cut short"):
        open_source(write(tmp_path / "a.zip", bytes(content))).read("a")


def test_a_rar_is_answered_with_what_to_do(tmp_path):
    """Python cannot open it, the user can."""
    with pytest.raises(SourceError, match="unpack it first"):
        open_source(write(tmp_path / "scenes.rar", b"Rar!\x1a\x07\x00"))


def test_a_folder_that_is_no_data_set_is_not_searched_for_ever(tmp_path, monkeypatch):
    """Someone will give their home folder."""
    monkeypatch.setattr(sources, "MOST_MEMBERS", 3)
    for number in range(5):
        write(tmp_path / str(number), b"")
    with pytest.raises(SourceError, match="the data set's own folder"):
        FolderSource(tmp_path)


def test_the_home_of_a_marker_is_the_shallowest_folder(tmp_path):
    """A copy further down does not confuse."""
    source = open_source(write(tmp_path / "a.zip", zipped({"x/y/mark": b"2", "x/mark": b"1", "notmark": b""})))
    assert source.home_of("mark") == "x/"
    with pytest.raises(SourceError, match="holds no other"):
        source.home_of("other")
