"""A data set appears whole or not at all, a second call does nothing, and every failure is one sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import small_archives as small
from ended import everything_below, expect_one_sentence
from range_server import FAST

from data_scripts import DATASETS, DataError, load, prepare
from data_scripts.prepare import Request
from data_scripts.progress import Reporter


def test_size_and_licence_are_shown_before_the_download(run, cifar, tmp_path):
    """And the last line says what is there now."""
    lines = run("cifar10", "--root", tmp_path).stdout.splitlines()
    text = "\n".join(lines)
    assert "cite Krizhevsky" in text and " MB, SHA-256 " in text
    assert text.index("licence") < text.index("Downloading") < text.index("Converting")
    assert lines[-1].startswith(f"{tmp_path / 'cifar10'}: 20 train and 4 test images of 3x32x32, 10 classes (")


def test_a_second_call_does_nothing_and_says_so(run, cifar, server, tmp_path):
    """No network, no new file, status 0."""
    run("cifar10", "--root", tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    server.files.clear()
    ended = run("cifar10", "--root", tmp_path)
    assert ended.status == 0 and ended.stdout.count("\n") == 1 and "nothing to do" in ended.stdout
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before and len(server.ranges) == 1


def test_a_source_can_be_an_archive_or_an_address(run, cifar, server, tmp_path):
    """Verified like the official one."""
    (tmp_path / "mine.tgz").write_bytes(server.files["/cifar-10-python.tar.gz"])
    server.files["/mirror/cifar-10-python.tar.gz"] = server.files.pop("/cifar-10-python.tar.gz")
    assert run("cifar10", "--root", tmp_path / "a", "--source", tmp_path / "mine.tgz").status == 0
    assert run("cifar10", "--root", tmp_path / "b", "--source", f"{server.address}/mirror/").status == 0
    whole = f"{server.address}/mirror/cifar-10-python.tar.gz"
    assert run("cifar10", "--root", tmp_path / "c", "--source", whole).status == 0


def test_a_local_archive_that_differs_needs_the_users_word(run, cifar, tmp_path):
    """Repacked archives are refused, unless the user trusts them; meta.json remembers."""
    archive = tmp_path / "repacked.zip"
    batches = {f"x/{name}": small.python2_pickle(*batch) for name, batch in small.cifar_batches().items()}
    archive.write_bytes(small.zipped(batches))
    arguments = ("cifar10", "--root", tmp_path / "root", "--source", archive)
    expect_one_sentence(run(*arguments), "repacked.zip is not the file that was published", "--unverified")
    assert run(*arguments, "--unverified").status == 0
    assert '"verified": "none"' in (tmp_path / "root" / "cifar10" / "meta.json").read_text()


def test_an_unverified_download_never_uses_an_earlier_one(run, cifar, server, tmp_path):
    """Without a checksum nothing tells whose bytes a part holds."""
    work = tmp_path / ".cifar10.work"
    work.mkdir()
    (work / "cifar-10-python.tar.gz.part").write_bytes(b"x" * 100)
    whole = f"{server.address}/cifar-10-python.tar.gz"
    assert run("cifar10", "--root", tmp_path, "--source", whole, "--unverified").status == 0
    assert server.ranges == [None]


def test_a_tampered_download_is_one_sentence_and_leaves_nothing(run, cifar, server, tmp_path):
    """Not even the root folder, when it was not there before."""
    content = bytearray(server.files["/cifar-10-python.tar.gz"])
    content[len(content) // 2] ^= 1
    server.files["/cifar-10-python.tar.gz"] = bytes(content)
    ended = run("cifar10", "--root", tmp_path / "root")
    expect_one_sentence(ended, "cifar10: ", "damaged or changed", "--source")
    assert everything_below(tmp_path) == []


def test_a_dead_host_is_one_sentence_and_leaves_nothing(run, cifar, server, tmp_path):
    """What, where, what to do."""
    server.close()
    ended = run("cifar10", "--root", tmp_path / "root")
    expect_one_sentence(ended, "could not be downloaded", "127.0.0.1", "could not be reached", "--source")
    assert everything_below(tmp_path) == []


def test_an_interrupted_download_says_what_is_kept_and_goes_on(run, cifar, server, tmp_path):
    """The part is the only thing that stays."""
    server.mishaps["/cifar-10-python.tar.gz"] = [("reset", 9000), 503, 503]
    ended = run("cifar10", "--root", tmp_path)
    expect_one_sentence(ended, "are kept in", "cifar-10-python.tar.gz.part")
    assert everything_below(tmp_path) == [".cifar10.work", ".cifar10.work/cifar-10-python.tar.gz.part"]
    assert run("cifar10", "--root", tmp_path).status == 0
    assert server.ranges[-1] not in (None, "bytes=0-") and everything_below(tmp_path)[0] == "cifar10"


def test_a_root_that_is_a_file_is_one_sentence(run, cifar, tmp_path):
    """A typing mistake, not a traceback."""
    (tmp_path / "root").write_text("x")
    for root in (tmp_path / "root", tmp_path / "root" / "below"):
        expect_one_sentence(run("cifar10", "--root", root), f"{tmp_path / 'root'} is in the way: it is not a folder")


def test_a_root_without_permission_is_one_sentence(run, cifar, tmp_path, monkeypatch):
    """The folder is named."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.geteuid() == 0:  # root may write anywhere, so the system's answer is played

        def refuse(self: Path, *arguments: object, **options: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))

        monkeypatch.setattr(Path, "mkdir", refuse)
    expect_one_sentence(run("cifar10", "--root", locked / "root"), "no permission to write", str(locked))


def test_a_folder_of_someone_else_is_never_touched(run, cifar, server, tmp_path):
    """Something called cifar10 is there, but it is not ours."""
    (tmp_path / "cifar10").mkdir()
    (tmp_path / "cifar10" / "notes.txt").write_text("mine")
    expect_one_sentence(run("cifar10", "--root", tmp_path), "was not made by this program")
    assert everything_below(tmp_path) == ["cifar10", "cifar10/notes.txt"] and server.ranges == []


@pytest.mark.parametrize("damage", ["missing", "cut", "meta"])
def test_a_damaged_data_set_is_noticed(run, cifar, tmp_path, damage):
    """By the command and by `load`; both say how to repair it."""
    run("cifar10", "--root", tmp_path)
    victim = tmp_path / "cifar10" / ("meta.json" if damage == "meta" else "train_images.npy")
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:-100])
    expect_one_sentence(run("cifar10", "--root", tmp_path), "is damaged", "delete that folder")
    with pytest.raises(DataError, match="is damaged"):
        load("cifar10", tmp_path)


@pytest.mark.parametrize("source", ["nowhere", "empty", "other.zip", "text.txt"])
def test_a_wrong_source_is_one_sentence(run, cifar, tmp_path, source):
    """Not there, an empty folder, another archive, no archive at all."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "other.zip").write_bytes(small.zipped({"a/b.txt": b"x"}))
    (tmp_path / "text.txt").write_text("hello")
    ended = run("cifar10", "--root", tmp_path / "root", "--source", tmp_path / source, "--unverified")
    expect_one_sentence(ended, source, "--source")
    assert not (tmp_path / "root").exists()


def test_the_result_cannot_be_its_own_source(run, cifar, tmp_path):
    """An unfinished folder at the result's place would be lost."""
    small.cifar_folder(tmp_path / "cifar10", 4)
    expect_one_sentence(run("cifar10", "--root", tmp_path, "--source", tmp_path / "cifar10"), "move it away")
    assert len(everything_below(tmp_path)) == 7


def test_two_runs_at_once_do_not_mix(cifar, tmp_path):
    """The second one is told to wait; the first is not disturbed."""
    seen = []

    class Second(Reporter):
        def bar(self, what, *arguments, **options):
            if what.startswith("Downloading"):
                with pytest.raises(DataError) as refused:
                    prepare.prepare(Request(cifar, tmp_path, patience=FAST), Reporter())
                seen.append(str(refused.value))
            return super().bar(what, *arguments, **options)

    assert prepare.prepare(Request(cifar, tmp_path, patience=FAST), Second())
    assert len(seen) == 1 and "another run is working" in seen[0]


def test_a_file_system_without_locks_can_be_used(run, cifar, tmp_path, monkeypatch):
    """Network file systems refuse to lock a folder."""

    def refuse(handle: int, operation: int) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr("fcntl.flock", refuse)
    assert run("cifar10", "--root", tmp_path).status == 0


def test_an_unknown_name_is_answered_with_the_choices(run):
    """A usage mistake has the usual status 2."""
    ended = run("cifar")
    assert ended.status == 2 and ", ".join(map(repr, DATASETS)) in ended.stderr


def test_load_says_how_to_get_what_is_not_there(tmp_path):
    """The command is ready to be copied."""
    with pytest.raises(DataError, match="run: python -m data_scripts svhn --root"):
        load("svhn", tmp_path)
    with pytest.raises(DataError, match=f"choose one of {', '.join(DATASETS)}$"):
        load("mnist", tmp_path)


def test_changes_to_loaded_images_never_reach_the_disk(run, cifar, tmp_path):
    """Torch wants writable memory; the files must stay as they were verified."""
    run("cifar10", "--root", tmp_path)
    load("cifar10", tmp_path).train_images[:] = 0
    assert load("cifar10", tmp_path).train_images.any()
