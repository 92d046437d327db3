"""Promises about single members of a submission: twice there, too large, encrypted, broken, cut off."""

import random
import zipfile

import pytest
from handed_in import DECLARED, HONEST, folder, remarks, tarred, unreadable, zipped

from autograder.submission.reader import read


def test_a_name_that_is_a_file_and_a_folder_stops_nothing(tmp_path):
    """An archive can hold what no disk can; one of the two is left out."""
    for pairs in (
        [("training.py", b"x"), ("training.py/a.py", b"y")],
        [("training.py/a.py", b"y"), ("training.py", b"x")],
    ):
        for make in (zipped, tarred):
            contents = read(make(tmp_path, [*pairs, ("models/softmax.py", b"z")]), DECLARED)
            assert len(contents.files) == 2 and "is the name of a file and of a folder; one of them was left out." in remarks(
                contents
            )


def test_of_a_file_that_is_there_twice_the_last_counts_as_when_unpacking(tmp_path):
    """Appending a corrected file to an archive corrects it; the student is told."""
    for make in (zipped, tarred):
        with pytest.warns(UserWarning) if make is zipped else memoryview(b""):
            path = make(
                tmp_path,
                [("training.py", b"old"), ("./training.py", b"new")]
                if make is tarred
                else [("training.py", b"old"), ("training.py", b"new")],
            )
        contents = read(path, DECLARED)
        assert contents.files == {"training.py": b"new"} and contents.remarks == [
            "'training.py' is there more than once; the last was taken."
        ]


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
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
        words = unreadable(path)
        assert "whose end is missing" in words or "is broken (" in words
