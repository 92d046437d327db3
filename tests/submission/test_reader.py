"""Promises of the reader: whatever is handed in, the honest files in it are found, and everything else is one sentence."""
import gzip
import io
import os
import random
import resource
import socket
import stat
import struct
import tarfile
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.submission import entries, reader
from autograder.submission.reader import Contents, Unreadable, read

DECLARED = ["models/softmax.py", "training.py", "mymodel.pt", "student.cfg"]
HONEST = {"models/softmax.py": b"class Softmax: pass\n", "training.py": b"lr = 1\n"}


def folder(where: Path, files: dict[str, bytes]) -> Path:
    """A submission as a folder."""
    for name, data in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_bytes(data)
    return where


def zipped(where: Path, files, **options) -> Path:
    """A submission as a .zip; `files` is a dict, or pairs where names may repeat."""
    path = where / "hand-in.zip"
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return path


def tarred(where: Path, files, members=(), compressed: bool = True) -> Path:
    """A submission as a .tar.gz; `members` are `TarInfo` objects without content that stand before the files."""
    path = where / ("hand-in.tar.gz" if compressed else "hand-in.tar")
    with tarfile.open(path, "w:gz" if compressed else "w") as archive:
        for member in members:
            archive.addfile(member)
        for name, data in files.items() if isinstance(files, dict) else files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    """An entry of a tar that is not a regular file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def unreadable(path: Path) -> str:
    """The sentence about a submission that cannot be read."""
    with pytest.raises(Unreadable) as caught:
        read(path, DECLARED)
    words = str(caught.value)
    assert words.endswith(".") and "\n" not in words and len(words) < 400
    return words


def remarks(contents: Contents) -> str:
    """The remarks, checked to be sentences."""
    assert all(remark.endswith(".") and len(remark) < 400 for remark in contents.remarks)
    return " ".join(contents.remarks)


@pytest.mark.parametrize("make", [folder, zipped, tarred, lambda where, files: tarred(where, files, compressed=False)],
                         ids=["folder", "zip", "tar.gz", "tar"])
def test_a_folder_and_every_usual_archive_give_the_same_files(tmp_path, make):
    """By relative path, byte for byte, without a remark."""
    contents = read(make(tmp_path, HONEST), DECLARED)
    assert contents.files == HONEST and contents.remarks == []


@pytest.mark.parametrize("name, content, words", [
    ("nothing.zip", None, "nothing.zip cannot be read (No such file or directory)"),
    ("empty.zip", b"", "empty.zip is neither a folder nor a .zip nor a .tar.gz; hand in one of these."),
    ("softmax.py", b"class Softmax: pass", "softmax.py is neither a folder nor a .zip"), ("hand-in.rar", b"Rar!\x1a\x07\x01\x00", "neither"),
    ("hand-in.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50), "neither"), ("noise.zip", random.Random(1).randbytes(5000), "neither"),
    ("cut.zip", b"PK\x03\x04" + bytes(500), "cut.zip is a .zip whose end is missing; pack and hand it in again."),
    ("page.tar.gz", gzip.compress(b"<html>"), "neither"), ("cut.tar.gz", gzip.compress(bytes(10000))[:15], "cut.tar.gz is broken"),
    ("noise.tar.gz", b"\x1f\x8b" + random.Random(1).randbytes(500), "noise.tar.gz "), ("bzip.tar.bz2", b"BZh91AY&SY" + bytes(40), "neither"),
    ("zeros.tar", bytes(10240), "holds no file that the course asks for; hand in the files you completed."),
    ("nothing.zip", b"PK\x05\x06" + bytes(18), "nothing.zip holds no file that the course asks for")])
def test_what_is_no_submission_is_one_sentence(tmp_path, name, content, words):
    """A missing path, an empty file, another kind of archive, noise, a download that was cut off: what it is, and what to do."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert words in unreadable(tmp_path / name)


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


ODD_NAMES = ["../outside.py", "a/../../outside.py", "/absolute.py", "C:\\windows.py", "\\\\server\\share.py", "..\\outside.py", "a\nb.py",
             "a\x1b[2Jb.py", "a\x7f.py", "é" * 150 + ".py", "x/" * 60 + "deep.py", "x" * 300 + ".py"]


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
    odd = [member("training.py", tarfile.SYMTYPE, "/etc/passwd"), member("a.py", tarfile.LNKTYPE, "models/softmax.py"),
           member("b.py", tarfile.CHRTYPE), member("c.py", tarfile.FIFOTYPE), member("d.py", tarfile.BLKTYPE)]
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
    if not os.geteuid():        # root may open everything: refuse in its place
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
    assert sorted(contents.remarks) == ["'secret.txt' cannot be read (Permission denied) and was left out.",
                                        "closed cannot be opened (Permission denied) and was left out."]


def test_clutter_of_operating_systems_is_passed_over_in_silence(tmp_path):
    """What macOS, Python, git and editors leave behind is nobody's mistake."""
    clutter = {"__MACOSX/models/._softmax.py": b"x", "models/._softmax.py": b"x", "__pycache__/training.cpython-311.pyc": b"x",
               ".git/config.txt": b"x", ".ipynb_checkpoints/training.py": b"x", "venv/lib/torch.py": b"x", ".DS_Store": b"x",
               "Thumbs.db": b"x", "data/cifar.bin": b"x" * 1000}
    for make in (folder, zipped, tarred):
        contents = read(make(tmp_path, clutter | HONEST), DECLARED)
        assert contents.files == HONEST and contents.remarks == []


def test_junk_before_the_declared_files_does_not_take_their_place(tmp_path):
    """A thousand spare files and megabytes of notes use up their own limits; what the course asks for is read."""
    junk = [(f"a/{number:04}.py", b"x = 1\n") for number in range(1200)] + [(f"a/notes{number}.txt", bytes(1 << 20)) for number in range(20)]
    for make in (zipped, tarred):
        contents = read(make(tmp_path, [*junk, *HONEST.items()], **({"compression": zipfile.ZIP_DEFLATED} if make is zipped else {})), DECLARED)
        assert HONEST.items() <= contents.files.items() and "Only the first 500 files of a kind were kept" in remarks(contents)
        assert len(contents.files) <= 502 and len(contents.remarks) <= 10


def test_what_a_child_has_to_hold_fits_on_its_disk_and_in_a_frame(tmp_path):
    """The names and bytes that are kept are bounded, also when every file is called like one that the course asks for."""
    pairs = [(f"{number:05}/" + "é/" * 10 + "training.py", b"x") for number in range(1500)]
    pairs += [(f"{number:05}\N{GRINNING FACE}/training.py", bytes(1 << 18)) for number in range(200)]
    contents = read(zipped(tmp_path, pairs, compression=zipfile.ZIP_DEFLATED), DECLARED)
    folders = {name.rsplit("/", depth)[0] for name in contents.files for depth in range(1, name.count("/") + 1)}
    assert len(contents.files) + len(folders) < 3000 and sum(map(len, contents.files.values())) < 48 << 20


def test_a_name_that_is_a_file_and_a_folder_stops_nothing(tmp_path):
    """An archive can hold what no disk can; one of the two is left out."""
    for pairs in ([("training.py", b"x"), ("training.py/a.py", b"y")], [("training.py/a.py", b"y"), ("training.py", b"x")]):
        for make in (zipped, tarred):
            contents = read(make(tmp_path, [*pairs, ("models/softmax.py", b"z")]), DECLARED)
            assert len(contents.files) == 2 and "is the name of a file and of a folder; one of them was left out." in remarks(contents)


def test_of_a_file_that_is_there_twice_the_last_counts_as_when_unpacking(tmp_path):
    """Appending a corrected file to an archive corrects it; the student is told."""
    for make in (zipped, tarred):
        with pytest.warns(UserWarning) if make is zipped else memoryview(b""):
            path = make(tmp_path, [("training.py", b"old"), ("./training.py", b"new")] if make is tarred else
                        [("training.py", b"old"), ("training.py", b"new")])
        contents = read(path, DECLARED)
        assert contents.files == {"training.py": b"new"} and contents.remarks == ["'training.py' is there more than once; the last was taken."]


def test_of_two_spellings_the_one_that_was_asked_for_counts(tmp_path):
    """`Training.py` beside `training.py` is told, whichever comes first."""
    for names in (("Training.py", "training.py"), ("training.py", "Training.py")):
        contents = read(tarred(tmp_path, {name: name.encode() for name in names}), DECLARED)
        assert contents.files == {"training.py": b"training.py"}
        assert "differ only in upper and lower case; 'training.py' was taken." in remarks(contents)


def test_a_file_that_is_too_large_is_left_out_alone(tmp_path):
    """Also one that says it is smaller, and one that consists of nothing."""
    large = {"mymodel.pt": bytes((32 << 20) + 1), "training.py": bytes((1 << 20) + 1), "models/softmax.py": b"x"}
    for make in (folder, tarred, lambda where, files: zipped(where, files, compression=zipfile.ZIP_DEFLATED)):
        contents = read(make(tmp_path, large), DECLARED)
        assert contents.files == {"models/softmax.py": b"x"} and remarks(contents).count("too large") == 2
    sparse = tmp_path / "mymodel.pt"
    with open(sparse, "wb") as file:
        file.truncate(1 << 40)
    assert "mymodel.pt" not in read(tmp_path, DECLARED).files


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
    monkeypatch.setattr(entries, "UNPACKED_LIMIT_BYTES", 24 << 20)
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
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "training.py", "GNU.sparse.realsize": "1"}
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
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(table), 0) \
        + struct.pack("<4sLQL", b"PK\6\7", 0, len(table), 1) + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    path = tmp_path / "million.zip"
    path.write_bytes(table + end)
    words, seconds, peak = measured(path)
    assert words == "its table of contents is longer than 16 MiB; hand in nothing but your own files."
    assert seconds < 2 and peak < 4 << 20


def test_a_tar_of_very_many_entries_is_looked_at_so_far_and_no_further(tmp_path, monkeypatch):
    """Folders and links count, too; what came before is graded."""
    monkeypatch.setattr(entries, "ENTRIES_LIMIT", 3000)
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
    monkeypatch.setattr(entries, "READING_LIMIT_S", 0)
    assert unreadable(tarred(tmp_path, HONEST)).startswith("reading it takes more than 0 seconds")


def test_an_encrypted_zip_says_so(tmp_path):
    """The remedy is to pack it without a password."""
    path = zipped(tmp_path, HONEST)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        found = data.find(mark)
        while found >= 0:
            data[found + place] |= 1
            found = data.find(mark, found + 4)
    path.write_bytes(data)
    assert unreadable(path).endswith("is encrypted and was left out; pack it without a password.")


def test_a_broken_member_costs_only_itself(tmp_path):
    """A wrong checksum in a .zip is a remark; the other files are read."""
    path = zipped(tmp_path, {"training.py": b"BROKEN" * 20} | {"models/softmax.py": b"x"})
    path.write_bytes(path.read_bytes().replace(b"BROKENBROKEN", b"BROKENbroken", 1))
    contents = read(path, DECLARED)
    assert contents.files == {"models/softmax.py": b"x"} and "'training.py' cannot be read (Bad CRC-32" in remarks(contents)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_archive_says_that_it_is_broken(tmp_path, keep):
    """However much of it arrived."""
    files = {"training.py": random.Random(1).randbytes(20_000), "models/softmax.py": random.Random(2).randbytes(20_000)}
    for make in (zipped, tarred):
        path = make(tmp_path, files)
        path.write_bytes(path.read_bytes()[:int(path.stat().st_size * keep)])
        words = unreadable(path)
        assert "whose end is missing" in words or "is broken (" in words


def valid_archives() -> list[bytes]:
    """Small honest archives of every kind, to be damaged."""
    import tempfile
    with tempfile.TemporaryDirectory() as name:
        where = Path(name)
        files = HONEST | {"notes.txt": b"hello " * 50}
        return [zipped(where, files).read_bytes(), zipped(where, files, compression=zipfile.ZIP_DEFLATED).read_bytes(),
                tarred(where, files, [member("d", tarfile.DIRTYPE), member("l", tarfile.SYMTYPE, "x")]).read_bytes(),
                tarred(where, files | {"x" * 150 + ".py": b"long"}, compressed=False).read_bytes(), b"".join(_pax(where))]


def _pax(where: Path):
    info = tarfile.TarInfo("é" * 60 + ".py")
    info.pax_headers = {"comment": "x" * 40, "mtime": "1.5"}
    yield info.tobuf(tarfile.PAX_FORMAT)
    yield bytes(1024)


VALID = valid_archives()


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(VALID), st.lists(st.tuples(st.floats(0, 0.999), st.sampled_from(["set", "cut", "double", "zero", "add"]),
                                                  st.binary(min_size=1, max_size=8)), min_size=1, max_size=6))
def test_no_damage_to_an_archive_does_anything_but_be_told(tmp_path_factory, archive, damages):
    """Bytes changed, removed, repeated or added anywhere: contents within the limits or one sentence, never an exception of ours."""
    data = bytearray(archive)
    for place, kind, piece in damages:
        at = int(place * len(data))
        if kind == "set":
            data[at:at + len(piece)] = piece
        elif kind == "cut":
            del data[at:at + 16 * len(piece)]
        elif kind == "double":
            data[at:at] = data[at:at + 600]
        elif kind == "zero":
            data[at:at + 64] = bytes(64)
        else:
            data[at:at] = piece
    _only_contents_or_a_sentence(tmp_path_factory, bytes(data))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VALID[3:]), st.lists(st.tuples(st.integers(0, 511), st.binary(min_size=1, max_size=12)), min_size=1, max_size=4), st.booleans())
def test_no_header_of_a_tar_does_anything_but_be_told(tmp_path_factory, archive, changes, compress):
    """The same with headers whose checksum is right, so that their lies are believed at first."""
    data = bytearray(archive)
    for place, piece in changes:
        data[place:place + len(piece)] = piece
    data[148:156] = b" " * 8
    data[148:156] = f"{sum(data[:512]):06o}\0 ".encode()
    _only_contents_or_a_sentence(tmp_path_factory, gzip.compress(bytes(data)) if compress else bytes(data))


def _only_contents_or_a_sentence(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    try:
        contents = read(path, DECLARED)
    except Unreadable as error:
        assert str(error).endswith(".")
        return
    assert contents.files and all(not name.startswith("/") and ".." not in name.split("/") for name in contents.files)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.lists(st.sampled_from(["training.py", "models", "softmax.py", "..", ".", "", "A", "a", "x.py", "\udc80", "é"]),
                                   min_size=1, max_size=5).map("/".join), st.binary(max_size=3)), max_size=12))
def test_any_mixture_of_names_gives_files_that_can_be_written(tmp_path_factory, pairs):
    """What is kept can be laid out on a disk that tells no cases apart: no file below a file, nothing twice."""
    path = tmp_path_factory.getbasetemp() / "mixture.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in pairs:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    try:
        contents = read(path, DECLARED)
    except Unreadable:
        return
    names = list(contents.files)
    assert len({name.lower() for name in names}) == len(names)
    assert not any(other.startswith(f"{name}/") for name in names for other in names)


def test_reading_takes_no_descriptor_and_little_memory(tmp_path):
    """A class of hundreds leaves nothing open."""
    path, before = zipped(tmp_path, HONEST), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        read(path, DECLARED)
    assert len(os.listdir("/proc/self/fd")) == before and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
    assert reader.FILE_LIMIT_BYTES < 1 << 26
