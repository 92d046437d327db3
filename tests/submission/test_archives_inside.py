"""Archives inside of a submission: packed twice, or put into one folder by a platform."""

import zipfile

from handed_in import DECLARED, HONEST, folder, remarks, tarred, unreadable, zipped

from autograder.submission.reader import Unreadable, read


def test_an_archive_in_an_archive_counts_when_it_is_all_there_is(tmp_path):
    """Who packed twice is graded; beside files that were asked for, or beside another archive, it is not opened, and that is said."""
    (tmp_path / "inner").mkdir()
    inner = zipped(tmp_path / "inner", HONEST).read_bytes()
    for make in (zipped, tarred):
        for beside in ({}, {"report.md": b"x"}):
            contents = read(make(tmp_path, {"work/hw.zip": inner, **beside}), DECLARED)
            assert contents.files == {f"work/hw.zip/{name}": data for name, data in HONEST.items()} | beside
            assert contents.remarks == []
        words = "is an archive inside the submission and is not opened; hand in the files themselves."
        contents = read(make(tmp_path, HONEST | {"work/hw.zip": inner}), DECLARED)
        assert contents.files == HONEST and contents.remarks == [f"'work/hw.zip' {words}"]
        assert words in unreadable(make(tmp_path, {"a.zip": inner, "b.tar.gz": inner}))


def test_archives_packed_into_one_another_come_to_an_end(tmp_path):
    """Two are opened below a folder; a third, which nobody packs by mistake, is not."""
    content = b""
    for depth in range(4):
        (tmp_path / "made").mkdir(exist_ok=True)
        content = zipped(tmp_path / "made", {"hw.zip": content} if content else HONEST).read_bytes()
        words, top = "", folder(tmp_path / f"class{depth}", {"hw.zip": content})
        try:
            assert set(read(top, DECLARED).files) == {f"{'hw.zip/' * (depth + 1)}{name}" for name in HONEST}
        except Unreadable as error:
            words = str(error)
        assert ("not opened" in words) == (depth >= 2)


def test_every_archive_of_a_folder_is_opened_whatever_it_is_called(tmp_path):
    """Platforms put all uploads of a student into one folder: their files stand below their names, damage is a remark."""
    names = ("hw.zip", "hw-1.zip", "hw (2).zip", "hw.tar-1.gz", "hw.tar (1).gz", "HW.TGZ")
    (tmp_path / "made").mkdir()
    packed = {False: zipped(tmp_path / "made", HONEST).read_bytes(), True: tarred(tmp_path / "made", HONEST).read_bytes()}
    uploads = {name: packed[name.lower().endswith("gz")] for name in names}
    top = folder(tmp_path / "ann", uploads | {"report.rar": b"Rar!", "broken.zip": b"PK\3\4" + bytes(90), "notes.md": b"x"})
    contents = read(top, DECLARED)
    assert contents.files == {f"{name}/{file}": data for name in names for file, data in HONEST.items()} | {"notes.md": b"x"}
    assert "broken.zip is a .zip whose end is missing" in remarks(contents)
    assert "'report.rar' is neither a .zip nor a .tar.gz and is not opened" in remarks(contents)


def test_an_archive_in_a_folder_that_is_a_bomb_costs_only_itself(tmp_path):
    """A table of contents without an end, and a lie about a size, stay remarks beside the files that were asked for."""
    (tmp_path / "made").mkdir()
    bomb = zipped(tmp_path / "made", {"training.py": bytes(64 << 20)}, compression=zipfile.ZIP_DEFLATED).read_bytes()
    contents = read(folder(tmp_path / "ann", HONEST | {"bomb.zip": bomb}), DECLARED)
    assert contents.files == HONEST and "'bomb.zip/training.py' is too large and was left out." in contents.remarks
