"""Promises of the reader: the honest files of a submission are found, and everything else is one sentence."""

import errno
import gzip
import os
import random
import shutil
import socket
import stat
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from handed_in import DECLARED, HONEST, folder, member, remarks, tarred, unreadable, zipped

from autograder.submission import entries
from autograder.submission.reader import read


@pytest.mark.parametrize(
    "make",
    [folder, zipped, tarred, lambda where, files: tarred(where, files, compressed=False)],
    ids=["folder", "zip", "tar.gz", "tar"],
)
def test_a_folder_and_every_usual_archive_give_the_same_files(tmp_path, make):
    """By relative path, byte for byte, without a remark."""
    contents = read(make(tmp_path, HONEST), DECLARED)
    assert contents.files == HONEST and contents.remarks == []


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("empty.zip", b"", "empty.zip is empty; pack your files and hand them in again."),
        ("softmax.py", b"class Softmax: pass", "softmax.py is neither a folder nor a .zip"),
        ("hand-in.rar", b"Rar!\x1a\x07\x01\x00", "neither"),
        ("hand-in.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50), "neither"),
        ("noise.zip", random.Random(1).randbytes(5000), "noise.zip is called an archive but is none, or was damaged; pack"),
        ("cut.zip", b"PK\x03\x04" + bytes(500), "cut.zip is a .zip whose end is missing; pack and hand it in again."),
        ("page.tar.gz", gzip.compress(b"<html>"), "page.tar.gz is called an archive but is none"),
        ("cut.tar.gz", gzip.compress(bytes(10000))[:15], "cut.tar.gz is broken"),
        ("noise.tar.gz", b"\x1f\x8b" + random.Random(1).randbytes(500), "noise.tar.gz "),
        ("bzip.tar.bz2", b"BZh91AY&SY" + bytes(40), "neither"),
        ("zeros.tar", bytes(10240), "holds no file that the course asks for; hand in the files you completed."),
        ("nothing.zip", b"PK\x05\x06" + bytes(18), "nothing.zip holds no file that the course asks for"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,  # gzip's bytes hold the time; every worker needs the same names
)
def test_what_is_no_submission_is_one_sentence(tmp_path, name, content, words):
    """An empty file, another kind of archive, noise, a download that was cut off: what it is, and what to do."""
    (tmp_path / name).write_bytes(content)
    assert words in unreadable(tmp_path / name)


@pytest.mark.parametrize("where", ["ann", "ann/models", "softmax.py", "hand-in.zip"])
def test_what_this_machine_cannot_read_is_no_fault_of_its_author(tmp_path, monkeypatch, where):
    """An error of the disk is no file that was left out: it is raised, and nothing of the submission is judged."""
    (tmp_path / "ann").mkdir()
    top = zipped(tmp_path, HONEST) if where == "hand-in.zip" else folder(tmp_path / "ann", HONEST)

    def failing(function, ending):
        def called(path, *rest, **options):
            if str(path).endswith(ending):
                raise OSError(errno.EIO, "Input/output error", str(path))
            return function(path, *rest, **options)

        return called

    monkeypatch.setattr(entries.os, "scandir", failing(os.scandir, where))
    monkeypatch.setattr(entries.os, "open", failing(os.open, where))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: failing(str, "")(top))
    with pytest.raises(OSError, match="Input/output error"):
        read(top, DECLARED)


@pytest.mark.parametrize("there", [True, False])
def test_a_submission_that_goes_away_is_not_one_without_files(tmp_path, monkeypatch, there):
    """The disk that it was on was taken away while it was read, or before: what was not found says nothing about its author."""
    top = folder(tmp_path / "ann", HONEST | {"photos/cat.png": b"x"})
    if there:

        def nothing_more(path, remark, until):
            shutil.rmtree(path)
            return iter(())

        monkeypatch.setattr(entries, "_folder_entries", nothing_more)
    else:
        shutil.rmtree(top)
    with pytest.raises(FileNotFoundError):
        read(top, DECLARED)


def test_an_empty_folder_and_one_of_pictures_say_that_nothing_was_asked_for(tmp_path):
    """Not an error of the machine: the student learns what is missing."""
    (tmp_path / "empty").mkdir()
    assert unreadable(tmp_path / "empty") == "empty holds no file that the course asks for; hand in the files you completed."
    assert "holds no file" in unreadable(folder(tmp_path / "pictures", {"a.jpg": b"x", "b/c.png": b"y"}))


@pytest.mark.parametrize("kind", ["fifo", "socket", "device"])
def test_a_path_that_is_no_file_is_not_waited_for(tmp_path, kind):
    """A named pipe would never end; it is refused in words at once."""
    path = tmp_path / "odd"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    else:
        path = Path("/dev/zero")
    assert "is neither a folder nor a file; hand in a folder, a .zip or a .tar.gz." in unreadable(path)


ODD_NAMES = [
    "../outside.py",
    "a/../../outside.py",
    "/absolute.py",
    "C:\\windows.py",
    "\\\\server\\share.py",
    "..\\outside.py",
    "a\nb.py",
    "a\x1b[2Jb.py",
    "a\x7f.py",
    "é" * 150 + ".py",
    "x/" * 60 + "deep.py",
    "x" * 300 + ".py",
]


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("make", [zipped, tarred], ids=["zip", "tar"])
def test_a_name_that_leads_anywhere_else_is_left_out_and_nothing_is_written(tmp_path, make, name):
    """Parents, roots, drives, control characters, endless names: a remark, and the honest files are graded."""
    contents = read(make(tmp_path, {name: b"x"} | HONEST), DECLARED)
    assert contents.files == HONEST and "leads out of the folder or cannot be used; it was left out." in remarks(contents)
    assert sorted(path.name for path in tmp_path.parent.rglob("*outside*")) == [] and "\x1b" not in remarks(contents)
    assert "holds nothing that can be graded: " in unreadable(make(tmp_path, {name: b"x"}))


def test_names_in_any_script_are_names(tmp_path):
    """Accents, Chinese, emoji and spaces are no reason to lose a file."""
    files = {f"{stem}/training.py": b"x" for stem in ("é", "作业", "🙂", "my hand-in (2)", "a'b\"c")}
    for make in (folder, zipped, tarred):
        assert read(make(tmp_path, files), DECLARED).files == files


def test_links_and_devices_are_left_out_of_a_folder(tmp_path):
    """Neither a file nor a folder is followed out of the submission, and a pipe is not opened."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "training.py").write_text("secret")
    top = folder(tmp_path / "mine", {"models/softmax.py": b"x"})
    (top / "training.py").symlink_to(tmp_path / "secret" / "training.py")
    (top / "passwords.txt").symlink_to("/etc/passwd")
    (top / "deep").symlink_to(tmp_path / "secret")
    (top / "loop").symlink_to(top)
    os.mkfifo(top / "pipe.py")
    contents = read(top, DECLARED)
    assert contents.files == {"models/softmax.py": b"x"}
    assert "training.py is a link and was left out; hand in the file itself." in contents.remarks
    assert "pipe.py is not a regular file and was left out." in contents.remarks


def test_links_and_devices_are_left_out_of_archives(tmp_path):
    """Symbolic and hard links, devices and pipes are remarks, in either kind of archive."""
    odd = [
        member("training.py", tarfile.SYMTYPE, "/etc/passwd"),
        member("a.py", tarfile.LNKTYPE, "models/softmax.py"),
        member("b.py", tarfile.CHRTYPE),
        member("c.py", tarfile.FIFOTYPE),
        member("d.py", tarfile.BLKTYPE),
    ]
    contents = read(tarred(tmp_path, {"models/softmax.py": b"x"}, odd), DECLARED)
    assert contents.files == {"models/softmax.py": b"x"} and remarks(contents).count("is a link or a device and was left out") == 5
    pairs = []
    for name, kind in (("training.py", stat.S_IFLNK), ("b.py", stat.S_IFCHR), ("c.py", stat.S_IFIFO)):
        info = zipfile.ZipInfo(name)
        info.external_attr = (kind | 0o644) << 16
        pairs.append((info, b"/etc/passwd"))
    contents = read(zipped(tmp_path, [*pairs, ("models/softmax.py", b"x")]), DECLARED)
    assert contents.files == {"models/softmax.py": b"x"} and remarks(contents).count("is a link or a device and was left out") == 3


def test_a_folder_that_may_not_be_opened_costs_only_itself(tmp_path, monkeypatch):
    """Also a file without permission: a remark, and the rest is read."""
    top = folder(tmp_path / "mine", HONEST | {"closed/notes.txt": b"x", "secret.txt": b"x"})
    (top / "closed").chmod(0)
    (top / "secret.txt").chmod(0)
    if not os.geteuid():  # root may open everything: refuse in its place
        listed, opened = os.scandir, os.open

        def refuse(function):
            def called(path, *rest, **options):
                if str(path).endswith(("closed", "secret.txt")):
                    raise PermissionError(13, "Permission denied", path)
                return function(path, *rest, **options)

            return called

        monkeypatch.setattr(entries.os, "scandir", refuse(listed))
        monkeypatch.setattr(entries.os, "open", refuse(opened))
    contents = read(top, DECLARED)
    (top / "closed").chmod(0o755)
    assert contents.files == HONEST
    assert sorted(contents.remarks) == [
        "'secret.txt' cannot be read (Permission denied) and was left out.",
        "closed cannot be opened (Permission denied) and was left out.",
    ]


def test_clutter_of_operating_systems_is_passed_over_in_silence(tmp_path):
    """What macOS, Python, git and editors leave behind is nobody's mistake."""
    clutter = {
        "__MACOSX/models/._softmax.py": b"x",
        "models/._softmax.py": b"x",
        "__pycache__/training.cpython-311.pyc": b"x",
        ".git/config.txt": b"x",
        ".ipynb_checkpoints/training.py": b"x",
        "venv/lib/torch.py": b"x",
        ".DS_Store": b"x",
        "Thumbs.db": b"x",
        "data/cifar.bin": b"x" * 1000,
    }
    for make in (folder, zipped, tarred):
        contents = read(make(tmp_path, clutter | HONEST), DECLARED)
        assert contents.files == HONEST and contents.remarks == []


def test_junk_before_the_declared_files_does_not_take_their_place(tmp_path):
    """A thousand spare files and megabytes of notes use up their own limits; what the course asks for is read."""
    junk = [(f"a/{number:04}.py", b"x = 1\n") for number in range(1200)] + [
        (f"a/notes{number}.txt", bytes(1 << 20)) for number in range(20)
    ]
    for make in (zipped, tarred):
        contents = read(
            make(tmp_path, [*junk, *HONEST.items()], **({"compression": zipfile.ZIP_DEFLATED} if make is zipped else {})),
            DECLARED,
        )
        assert HONEST.items() <= contents.files.items() and "Only the first 500 files of a kind were kept" in remarks(contents)
        assert len(contents.files) <= 502 and len(contents.remarks) <= 10


def test_what_a_child_has_to_hold_fits_on_its_disk_and_in_a_frame(tmp_path):
    """The names and bytes that are kept are bounded, also when every file is called like one that the course asks for."""
    pairs = [(f"{number:05}/" + "é/" * 10 + "training.py", b"x") for number in range(1500)]
    pairs += [(f"{number:05}\N{GRINNING FACE}/training.py", bytes(1 << 18)) for number in range(200)]
    contents = read(zipped(tmp_path, pairs, compression=zipfile.ZIP_DEFLATED), DECLARED)
    folders = {name.rsplit("/", depth)[0] for name in contents.files for depth in range(1, name.count("/") + 1)}
    assert len(contents.files) + len(folders) < 3000 and sum(map(len, contents.files.values())) < 48 << 20


def test_reading_takes_no_descriptor_and_little_memory(tmp_path):
    """A class of hundreds leaves nothing open and nothing behind."""
    path, before = zipped(tmp_path, HONEST), len(os.listdir("/proc/self/fd"))
    read(path, DECLARED)
    tracemalloc.start()
    for _ in range(20):
        read(path, DECLARED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(os.listdir("/proc/self/fd")) == before and peak < 2 << 20
