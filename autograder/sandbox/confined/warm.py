"""The warm process: torch is imported once, and every submission gets a fork of it. It holds no secret.

It answers requests on one socket: `spawn` forks a confined child around descriptors that come with the request, `wait`
tells how a child ended. It has one thread and never touches a GPU: both would make forking unsafe.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any

from . import as_found, child, huge_pages, linux, modules, services
from .confine import Plan


PAYS_AFTER = 8  # forks; to move all memory into huge pages takes half a second, and then saves 17 ms in each
GC_THRESHOLDS = 20_000, 20, 100  # of a child; with Python's 700 it spends 4 % of its time looking for cycles


def warm_up(train: bool, folders: Sequence[str] = ()) -> None:
    """Import what submissions import, and run one operation of each kind: what is done once a process, every child would do.

    Args:
        train: also compute a gradient. The first one counts the GPUs, which loads and opens their driver where it can be found.
        folders: with the services of parts.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import numpy.random  # noqa: F401
        import torch

        import_if_there("torch.ao.quantization.backend_config", "torchvision", "torchvision.tv_tensors")
        if image := import_if_there("PIL.Image"):
            image.init()  # every file format
    with torch.no_grad():
        torch.nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, 8, 8))
        torch.nn.Linear(4, 4)(torch.zeros(1, 4))
    if train and sys.platform == "linux":
        train_once()
    services.import_ahead(folders)
    modules.note_modules()
    as_found.rooms()  # what a child compares itself with before it answers for another problem
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()  # it was started without: looking for cycles takes an eighth of the time that the imports take


def import_if_there(*names: str) -> Any:
    """Import modules that not every machine has; returns the last."""
    found = None
    for name in names:
        with contextlib.suppress(ImportError):
            found = importlib.import_module(name)
    return found


def train_once() -> None:
    """One step of a small network; on a machine without GPUs, gradients are computed in the calling thread."""
    import torch
    from torch import nn

    layers = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 3 * 3, 5)
    network = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    nn.functional.cross_entropy(network(torch.zeros(2, 3, 8, 8)), torch.tensor([0, 1])).backward()
    optimizer.step()


def check_fork_is_safe() -> None:
    """Refuse to serve when this process has grown a second thread.

    Raises:
        UnsafeFork: forking now could hang the children.
    """
    if os.path.isdir("/proc/self/task"):
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise UnsafeFork(f"{threads} threads run in the warm process; forking it is not safe")


class UnsafeFork(RuntimeError):
    """The warm process has more than one thread."""


class Server:
    """Serves the requests of the grading process until that closes the socket."""

    def __init__(self, control: socket.socket):
        self.control = control
        self.children: set[int] = set()
        self.scattered, self.forks = list(huge_pages.candidates()), 0
        self.ended: dict[int, dict] = {}
        self.own_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC) if sys.platform == "linux" else -1

    def serve(self) -> None:
        """Answer requests one after the other."""
        while True:
            self.tidy()
            data, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 2)
            if not data:
                return
            request = json.loads(data)
            self.reap()
            try:
                if request["do"] == "spawn":
                    reply, attached = self.spawn(request, descriptors)
                else:
                    reply, attached = self.wait(request["pid"]), []
            except OSError as error:
                reply, attached = {"error": str(error)}, []
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)
            socket.send_fds(self.control, [json.dumps(reply).encode()], attached)
            for descriptor in attached:
                os.close(descriptor)

    def tidy(self) -> None:
        """Where many are asked for, make forks cheaper while there is nothing else to do; each step takes a few milliseconds."""
        while self.forks >= PAYS_AFTER and self.scattered and not select.select([self.control], [], [], 0)[0]:
            huge_pages.collapse(self.scattered.pop())

    def spawn(self, request: dict, descriptors: list[int]) -> tuple[dict, list[int]]:
        """Fork one child; its process namespace dies with it."""
        self.forks += 1
        plan = Plan(**request["plan"])
        if plan.namespaces:
            linux.unshare(linux.CLONE_NEWPID)
        try:
            pid = os.fork()
            if not pid:
                self.become_child(plan, descriptors)
        finally:
            if plan.namespaces:
                linux.setns(self.own_namespace, linux.CLONE_NEWPID)
        self.children.add(pid)
        return {"pid": pid}, [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []

    def become_child(self, plan: Plan, descriptors: list[int]) -> None:
        """Run as the child; never returns."""
        try:
            if sys.platform == "linux":
                linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)  # without namespaces it would outlive this process
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            connection, output = (os.dup(descriptor) for descriptor in descriptors)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.dup2(connection, 3)
            os.closerange(4, 256)
            child.main(socket.socket(fileno=3), plan)
        except BaseException:
            os.write(2, traceback.format_exc().encode("utf-8", "replace"))  # its last line is the reason the host shows
        finally:
            os._exit(70)

    def wait(self, pid: int) -> dict:
        """How a child ended that the grading process has lost or killed."""
        if pid in self.children:
            self.collect(os.wait4(pid, 0))
        return self.ended.pop(pid, {})

    def reap(self) -> None:
        """Collect the children that have ended, without waiting for any."""
        for pid in list(self.children):
            result = os.wait4(pid, os.WNOHANG)
            if result[0]:
                self.collect(result)

    def collect(self, result: tuple) -> None:
        """Note how a child ended, for as long as the grading process might ask."""
        pid, status, usage = result
        self.children.discard(pid)
        while len(self.ended) > 64:
            self.ended.pop(next(iter(self.ended)))
        self.ended[pid] = {
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_kib": usage.ru_maxrss,
        }


def main(descriptor: int, train: bool, folders: Sequence[str] = ()) -> None:
    """Start serving on an inherited socket; for `train` and `folders` see `warm_up`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grading process, which then closes the socket
    control = socket.socket(fileno=os.dup(descriptor))  # the lowest number: a child closes only the first 256
    os.close(descriptor)
    try:
        warm_up(train, folders)
        check_fork_is_safe()
        control.send(json.dumps({"ready": True}).encode())
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}", "unsafe_fork": isinstance(error, UnsafeFork)}
        control.send(json.dumps(said).encode())
        return
    Server(control).serve()
    os._exit(0)  # the children end with this process; taking torch apart first would take seconds
