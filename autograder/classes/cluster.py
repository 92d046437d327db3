"""Grade on the machines of a Dask cluster: the same unit of work, the same reports.

Each Dask worker keeps one grading process a thread (`worker.Worker`, as on one machine), so torch is imported once
there, too. A worker that dies or loses the network is noticed by the scheduler, which gives its work to others; a
report arrives once. A worker whose graders cannot prove themselves takes no work, and says why. Workers that run another version of the kit are refused: marks of one class come from one kit.
"""

import contextlib
import queue
import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..grading.options import Options
from ..grading.proof import Proof
from . import fingerprint
from .device import usable_device_here
from .entries import ClassError
from .orders import Answer, NotHere, Order, OtherKit, Unable
from .parcel import pack, unpack
from .pool import TRIES
from .unit import NoProof, PoolFault, Report, Task, Withdrawal, cannot_read, not_graded
from .worker import Worker

ANSWER_S = 15  # seconds for a scheduler to answer at all
AHEAD = 2  # submissions sent ahead for each thread of the cluster
FEWEST_AHEAD = 8
WENT_AWAY = "The Dask scheduler went away; what was graded is safe, and the same command goes on from there."


class Cluster:
    """Grades tasks on the workers of a Dask scheduler.

    Args:
        options: of the run.
        address: of the scheduler, such as `tcp://host:8786`, or `tls://...` with Dask's own settings for TLS.
        on_start: called with a student's name when a submission is sent.
    Raises:
        ClassError: nothing answers there.
    """

    def __init__(self, options: Options, address: str, on_start: Callable[[str], None] = lambda student: None):
        self.options, self.on_start = options, on_start
        self.client = connect(address)
        self.kit = fingerprint.kit_hash()
        self.given: dict[str, Order] = {}
        self.withdrawn: Counter[str] = Counter()
        self.proofs: list[Proof] = []  # of each grader that began to work
        self.unable: dict[str, str] = {}  # Dask workers whose graders cannot work, and why

    @property
    def idle(self) -> list[str]:
        """Why workers took no work."""
        return list(self.unable.values())

    def run(self, tasks: Iterable[Task]) -> Generator[Report | Withdrawal, None, None]:
        """Grade all tasks; reports come in the order in which they are done.

        Raises:
            ClassError: the workers run another version of the kit, or the scheduler is gone.
            PoolFault: no grader works on any worker.
        """
        from distributed import as_completed
        from distributed.comm import CommClosedError

        waiting = iter(tasks)
        orders: dict[str, Order] = {}
        try:
            futures = as_completed(loop=self.client.loop)
            yield from self._send_more(waiting, orders, futures)
            for future in futures:
                order = orders.pop(future.key)
                report = self._report(future, order, orders, futures)
                if report is not None:
                    yield report
                future.release()
                yield from self._send_more(waiting, orders, futures)
        except CommClosedError:  # asked while it went away
            raise ClassError(WENT_AWAY) from None
        finally:
            self._let_go(list(orders))

    def _send_more(self, waiting: Iterator[Task], orders: dict[str, Order], futures) -> Iterator[Report]:
        """Keep every thread of the cluster busy, and no more than that in flight; what cannot be read is open at once."""
        threads = sum(self.client.nthreads().values())
        while len(orders) < max(FEWEST_AHEAD, AHEAD * threads):
            task = next(waiting, None)
            if task is None:
                return
            try:
                content = fingerprint.content_hash(task.path)
            except OSError as error:
                yield not_graded(task.student, self.options, cannot_read(error))
                continue
            self._send(Order(task, content, self.kit), orders, futures)
            self.on_start(task.student)

    def _send(self, order: Order, orders: dict[str, Order], futures) -> None:
        able = [address for address in self.client.nthreads() if address not in self.unable] if self.unable else None
        if able == []:
            raise (PoolFault if self.proofs else NoProof)(self.idle[-1])
        key = f"grade-{uuid.uuid4().hex}"
        # `allow_other_workers`: should all these go away, Dask would otherwise wait for them for ever.
        future = self.client.submit(
            grade_there, order, self.options, key=key, pure=False, workers=able, allow_other_workers=able is not None
        )
        orders[future.key] = order
        self.given[order.task.student] = replace(order, task=order.task.anew())
        futures.add(future)

    def _report(self, future, order: Order, orders: dict[str, Order], futures) -> Report | Withdrawal | None:
        """The report of a finished task; None when it has to be sent again, to another worker or with its files."""
        from distributed.scheduler import KilledWorker

        if future.status in ("cancelled", "lost"):
            raise ClassError(WENT_AWAY)
        try:
            answer = future.result()
            self.proofs += [answer.proof] if answer.proof is not None else []
            if isinstance(answer.said, Withdrawal):
                self._again(answer.said, orders, futures)
            return answer.said
        except Unable as error:
            self.unable[error.args[0]] = error.args[1]
            self._send(order, orders, futures)
            return None
        except NotHere:
            try:
                parcel = pack(order.task.path)
            except OSError as error:
                return not_graded(order.task.student, self.options, cannot_read(error))
            self._send(Order(order.task, order.content, order.kit, parcel), orders, futures)
            return None
        except OtherKit as error:
            raise ClassError(f"{error}; install the same version on every machine and start its workers again.") from None
        except (PoolFault, ClassError):
            raise
        except KilledWorker:
            return not_graded(order.task.student, self.options, "The machines that graded it ended, several times.")
        except Exception as error:  # a fault of the cluster or of ours: it must not end the run of everybody else
            words = f"The cluster failed: {type(error).__name__}: {error}"
            return not_graded(order.task.student, self.options, words)

    def _again(self, said: Withdrawal, orders: dict[str, Order], futures) -> None:
        """Whomever a grader judged since its last good proof is graded again, or stays open."""
        for student in said.students:
            self.withdrawn[student] += 1
            if self.withdrawn[student] < TRIES:
                self._send(self.given[student], orders, futures)

    def _let_go(self, keys: list[str]) -> None:
        """Drop what is still under way, and end the grading processes."""
        from distributed import Future

        with contextlib.suppress(Exception):  # the scheduler may be gone, and what matters is done
            self.client.cancel([Future(key, self.client) for key in keys])
            self.client.run(close_graders)
        self.client.close(timeout=5)


def connect(address: str):
    """A client of the scheduler.

    Raises:
        ClassError: Dask is not installed, or nothing answers.
    """
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise ClassError("--scheduler needs Dask; pip install 'autograder[cluster]'.") from None
    try:
        get_address_host_port(address)  # a client of what is no address cannot even be closed
        return Client(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ClassError(f"--scheduler {address}: no Dask scheduler answers there ({words[:200]}).") from None


def usable_device_there(name: str, address: str) -> str:
    """`cpu` or `cuda`, as a worker of the cluster says; waits for the first worker.

    Raises:
        ClassError: nothing answers, or a GPU was asked for and there is none.
    """
    if name == "cpu":
        return name
    client = connect(address)
    try:
        return client.submit(usable_device_here, name, pure=False).result()
    finally:
        client.close()


# What follows runs on the machines of the cluster.

_idle: "queue.SimpleQueue[tuple[Options, Worker]]" = queue.SimpleQueue()
_lock = threading.Lock()
_unable: dict[str, tuple[Options, str]] = {}  # why no grader works here, by the worker's address


def grade_there(order: Order, options: Options) -> Answer:
    """Grade one submission in a grading process of this machine; tried once more when that process dies.

    Raises:
        NotHere: its files cannot be seen here.
        OtherKit: this machine has another version of the kit.
        Unable: no grading process works here.
    """
    if fingerprint.kit_hash() != order.kit:
        raise OtherKit("a worker of the cluster runs another version of the kit, or of torch")
    if order.parcel is None:
        if not _holds(order.task.path, order.content):
            raise NotHere
        return _grade(order.task, options)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        return _grade(replace(order.task, path=unpack(order.parcel, Path(scratch))), options)


def _holds(path: Path, content: str) -> bool:
    try:
        return fingerprint.content_hash(path) == content
    except OSError:
        return False


def _grade(task: Task, options: Options) -> Answer:
    from distributed import get_worker

    address, proof = get_worker().address, None
    if address in _unable and _unable[address][0] == options:
        raise Unable(address, _unable[address][1])
    for _ in range(TRIES):
        grader = _grader(options)
        grader.give(task)
        said = grader.receive()
        while isinstance(said, tuple) and said[0] in ("ready", "proved"):
            proof = said[1] if said[0] == "ready" else proof
            grader.ready = True
            said = grader.receive()
        if isinstance(said, Report):
            _idle.put((options, grader))
            return Answer(said, proof)
        words = said[1] if isinstance(said, tuple) else grader.last_words()
        grader.close()
        if isinstance(said, Withdrawal):
            return Answer(said, proof)
        if not grader.ready:
            _unable[address] = options, words or "A grading process could not start, and gave no reason."
            raise Unable(address, _unable[address][1])
    ended = f"The grading process ended {TRIES} times: {words or 'without a word'}"
    return Answer(not_graded(task.student, options, ended), proof)


def _grader(options: Options) -> Worker:
    """An idle grading process with these options, or a new one; those of an earlier run are ended."""
    with _lock:
        while True:
            try:
                made_for, grader = _idle.get_nowait()
            except queue.Empty:
                return Worker(options)
            if made_for == options:
                return grader
            grader.close()


def close_graders() -> None:
    """End the idle grading processes of this machine."""
    _unable.clear()
    with _lock:
        while not _idle.empty():
            _idle.get_nowait()[1].close()
