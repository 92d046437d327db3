"""A full disk or a killed run leaves nothing half-written, and the next run goes on where it ended."""

from __future__ import annotations

import errno
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import small_archives as small
from ended import everything_below, expect_one_sentence

from data_scripts.writer import DatasetWriter

REPOSITORY = Path(__file__).parents[2]


def test_a_disk_without_room_is_noticed_before_the_download(run, cifar, server, tmp_path, monkeypatch):
    """With both numbers."""
    usage = shutil.disk_usage(tmp_path)._replace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    expect_one_sentence(run("cifar10", "--root", tmp_path / "root"), "5.0 MB free", "are needed", "--root")
    assert server.ranges == [] and everything_below(tmp_path) == []


@pytest.mark.parametrize("limit_bytes", [10_000, 65_000])
def test_a_disk_that_fills_up_is_one_sentence(run, cifar, tmp_path, limit_bytes):
    """A limit on file sizes fails the same write calls: first the download, then the larger arrays.

    What has arrived of the download stays and is named; no array does.
    """
    cifar_bytes = cifar.files[0].size_bytes
    assert 10_000 < cifar_bytes < 75_000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(limit_bytes, cifar_bytes - 1), before[1]))
    try:
        ended = run("cifar10", "--root", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    expect_one_sentence(ended, "the disk of", "is full; free some space", "are kept in")
    assert not (tmp_path / "cifar10").exists() and not list(tmp_path.rglob("*.npy"))
    assert run("cifar10", "--root", tmp_path).status == 0


def test_arrays_that_no_longer_fit_keep_the_verified_download(run, cifar, server, tmp_path, monkeypatch):
    """The disk fills up during the conversion: the next run needs no network."""

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(DatasetWriter, "put", full)
        expect_one_sentence(run("cifar10", "--root", tmp_path), "is full", "are kept in", ".cifar10.work")
    assert everything_below(tmp_path) == [".cifar10.work", ".cifar10.work/cifar-10-python.tar.gz"]
    assert run("cifar10", "--root", tmp_path).status == 0 and len(server.ranges) == 1


REALLY_FULL = """
mount -t tmpfs -o size=80k none "$1" && shift && exec "$@"
"""
CONVERT_THERE = """
import sys; sys.path[:0] = [{tests!r}]
import small_archives as small
from data_scripts import DATASETS, __main__, prepare
DATASETS["cifar10"] = small.cifar_spec("http://127.0.0.1:9", b"")
sys.modules["data_scripts.prepare"]._need_space = lambda root, needed: None
try:
    __main__.main(["cifar10", "--root", {root!r}, "--source", {source!r}])
finally:
    import os; print(sorted(os.listdir({root!r})))
"""


def test_a_really_full_disk_is_one_sentence(tmp_path):
    """A file system of 80 kB, where the machine lets an ordinary user mount one."""
    disk, source = tmp_path / "disk", small.cifar_folder(tmp_path / "here", 4)
    disk.mkdir()
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", REALLY_FULL, "sh", str(disk)]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    code = CONVERT_THERE.format(tests=str(Path(__file__).parent), root=str(disk), source=str(source))
    ended = subprocess.run([*unshare, sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY)
    assert ended.returncode == 1 and ended.stdout.endswith("[]\n")
    assert ended.stderr == (f"cifar10: the disk of {disk} is full; free some space or choose another --root, then run this again\n")


RUN_SLOWLY = """
import sys; sys.path[:0] = [{tests!r}]
import small_archives as small
from data_scripts import DATASETS, __main__
import signal
DATASETS["cifar10"] = small.cifar_spec({address!r}, small.cifar_tar())
signal.signal(signal.SIGTERM, __main__._stop)
__main__.main(["cifar10", "--root", {root!r}])
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_run_is_continued(run, cifar, server, tmp_path, how):
    """Whatever ends it, the next run goes on; a polite end also says so."""
    server.mishaps["/cifar-10-python.tar.gz"] = [("stall", 9000)]
    code = RUN_SLOWLY.format(tests=str(Path(__file__).parent), address=server.address, root=str(tmp_path))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
    part = tmp_path / ".cifar10.work" / "cifar-10-python.tar.gz.part"
    for _ in range(500):
        if server.ranges and part.exists():
            break
        time.sleep(0.02)
    time.sleep(0.1)
    process.send_signal(how)
    _, stderr = process.communicate(timeout=10)
    if how != signal.SIGKILL:
        assert process.returncode == 1 and stderr.count("\n") == 1
        assert stderr.startswith("cifar10: stopped; the 0.0 MB downloaded so far are kept in")
    assert run("cifar10", "--root", tmp_path).status == 0
    assert server.ranges[0] is None and server.ranges[-1] == "bytes=9000-"
