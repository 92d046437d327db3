"""A Dask cluster of several processes on this machine."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import fake_grader

from autograder.classes.worker import environment
from tests import forked


class Machines:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path, **variables: str):
        self.folder, self.running = folder, []
        self.start("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", self.file, **variables)
        end = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < end:
            time.sleep(0.05)

    @property
    def file(self) -> Path:
        """Where the scheduler writes its address."""
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        """Of the scheduler."""
        return json.loads(self.file.read_text())["address"]

    def start(self, program: str, *options: object, within: Sequence[str] = (), **variables: str) -> subprocess.Popen:
        """Start a process of the cluster; `within` is a command that runs it elsewhere."""
        log = open(self.folder / "log.txt", "ab")
        command = [*within, sys.executable, "-m", program, *map(str, options)]
        self.running.append(forked.Popen(command, env=environment() | variables, stdout=log, stderr=log))
        return self.running[-1]

    def add_worker(self, *options: str, within: Sequence[str] = (), address: str = "", **variables: str) -> subprocess.Popen:
        """One more machine, whose graders are the stand-in."""
        fixed = [*([address] if address else ["--scheduler-file", self.file]), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        preload = ["--preload", fake_grader.__file__]
        return self.start("distributed.cli.dask_worker", *fixed, *preload, *options, within=within, **variables)

    def wait_for(self, workers: int) -> None:
        """Until so many machines are there."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def stop(self) -> None:
        """End everything."""
        for process in self.running:
            process.kill()
            process.wait()
