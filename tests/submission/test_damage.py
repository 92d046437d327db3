"""Promises of the reader about damaged and invented archives, found by fuzzing."""

import gzip
import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

from handed_in import DECLARED, HONEST, member, tarred, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.submission.reader import Unreadable, read


def valid_archives() -> list[bytes]:
    """Small honest archives of every kind, to be damaged."""
    with tempfile.TemporaryDirectory() as name:
        where = Path(name)
        files = HONEST | {"notes.txt": b"hello " * 50}
        return [
            zipped(where, files).read_bytes(),
            zipped(where, files, compression=zipfile.ZIP_DEFLATED).read_bytes(),
            tarred(where, files, [member("d", tarfile.DIRTYPE), member("l", tarfile.SYMTYPE, "x")]).read_bytes(),
            tarred(where, files | {"x" * 150 + ".py": b"long"}, compressed=False).read_bytes(),
            b"".join(_pax(where)),
        ]


def _pax(where: Path):
    info = tarfile.TarInfo("é" * 60 + ".py")
    info.pax_headers = {"comment": "x" * 40, "mtime": "1.5"}
    yield info.tobuf(tarfile.PAX_FORMAT)
    yield bytes(1024)


VALID = valid_archives()


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(VALID),
    st.lists(
        st.tuples(
            st.floats(0, 0.999),
            st.sampled_from(["set", "cut", "double", "zero", "add"]),
            st.binary(min_size=1, max_size=8),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_no_damage_to_an_archive_does_anything_but_be_told(tmp_path_factory, archive, damages):
    """Bytes changed, removed, repeated or added anywhere: contents within the limits or one sentence."""
    data = bytearray(archive)
    for place, kind, piece in damages:
        at = int(place * len(data))
        if kind == "set":
            data[at : at + len(piece)] = piece
        elif kind == "cut":
            del data[at : at + 16 * len(piece)]
        elif kind == "double":
            data[at:at] = data[at : at + 600]
        elif kind == "zero":
            data[at : at + 64] = bytes(64)
        else:
            data[at:at] = piece
    _only_contents_or_a_sentence(tmp_path_factory, bytes(data))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(VALID[3:]),
    st.lists(st.tuples(st.integers(0, 511), st.binary(min_size=1, max_size=12)), min_size=1, max_size=4),
    st.booleans(),
)
def test_no_header_of_a_tar_does_anything_but_be_told(tmp_path_factory, archive, changes, compress):
    """The same with headers whose checksum is right, so that their lies are believed at first."""
    data = bytearray(archive)
    for place, piece in changes:
        data[place : place + len(piece)] = piece
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
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.sampled_from(["training.py", "models", "softmax.py", "..", ".", "", "A", "a", "x.py", "\udc80", "é"]),
                min_size=1,
                max_size=5,
            ).map("/".join),
            st.binary(max_size=3),
        ),
        max_size=12,
    )
)
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
