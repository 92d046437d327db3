"""A worker behind a network of its own, which is cut while it grades: its submissions are graded elsewhere."""

import os
import shutil
import subprocess
import threading
import time

import pytest
from machines import Machines

HERE, THERE = "10.231.77.1", "10.231.77.2"


def ip(*words: str) -> None:
    """Change the network."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def far_away():
    """The name of a network namespace, and the name of this side of the cable that leads to it."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("a network namespace needs root and iproute2")
    name, cable = f"kit{os.getpid()}", f"kit{os.getpid()}"
    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this system makes no network namespace: {error.stderr.decode().strip()}")
    try:
        ip("link", "add", cable, "type", "veth", "peer", "name", "far", "netns", name)
        ip("addr", "add", f"{HERE}/30", "dev", cable)
        ip("link", "set", cable, "up")
        for words in (("addr", "add", f"{THERE}/30", "dev", "far"), ("link", "set", "far", "up"), ("link", "set", "lo", "up")):
            ip("-n", name, *words)
        yield name, cable
    finally:
        subprocess.run(["ip", "link", "del", cable], capture_output=True)
        subprocess.run(["ip", "netns", "del", name], capture_output=True)


def test_a_machine_that_loses_the_network_is_replaced(far_away, make_class, run_class, fake_graders, graded_log, tmp_path):
    """The scheduler gives it up; every result arrives once."""
    name, cable = far_away
    (tmp_path / "machines").mkdir()
    machines = Machines(tmp_path / "machines", DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="4s")
    try:
        port = machines.address.rpartition(":")[2]
        machines.add_worker(within=["ip", "netns", "exec", name], address=f"tcp://{HERE}:{port}")
        folder = make_class(**{f"s{number:02}": "sleep 0.3\nscore 2" for number in range(10)})

        def harm() -> None:
            while len(list((tmp_path / "out" / "records").glob("*.json"))) < 3:
                time.sleep(0.02)
            ip("link", "set", cable, "down")
            machines.add_worker()

        thread = threading.Thread(target=harm, daemon=True)
        thread.start()
        rows = run_class(folder, scheduler=machines.address)
        thread.join()
    finally:
        machines.stop()
    assert [(row.score, row.graded) for row in rows] == [(2.0, True)] * 10
    stored = [line for line in (tmp_path / "out" / "journal.jsonl").read_text().splitlines() if '"graded",' in line]
    assert len(stored) == 10
