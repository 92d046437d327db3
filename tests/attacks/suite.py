"""The attacks as data, and one function that grades them in a class and looks at what they have done."""

import contextlib
import http.server
import io
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import torch
from rich.console import Console

from autograder.classes.run import grade_class
from autograder.classes.unit import Report, Task
from autograder.classes.worker import Worker
from autograder.course import KIT_ROOT, problems
from autograder.grading.options import Options
from autograder.results.gradescope import as_json
from autograder.sandbox import isolation
from tests import forked
from tests.shares import points_of

from .worker import VARIABLE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
SUBMISSIONS = HERE / "submissions"
PROBLEMS = ("softmax", "training")
SEED = 20_260_101
TRACE = "written_by_an_attack"  # what an attack calls a file that it leaves where it must not
CLAIM = "SUCCEEDED"  # what an attack prints that got through
SECRET = "a private file of the grader's user"
TEXT_SUFFIXES = (".py", ".cfg", ".ini", ".toml", ".pth")
OF_A_WARM_PROCESS = 4  # bubblewrap twice, the warm process, and the child that is forked ahead


@dataclass(frozen=True)
class Layers:
    """The isolation that attacks meet: a level, what is taken away from it, and the device whose plan children get."""

    level: str = "full"
    without: tuple[str, ...] = ()
    plan: str = "cpu"  # or `gpu`, which works without one as long as nothing computes there

    def __str__(self) -> str:
        return " without ".join([self.level, *self.without]) + (" on a GPU" if self.plan == "gpu" else "")


@dataclass
class Outcome:
    """A graded class: results by student, and what was found outside of it afterwards."""

    results: dict[str, dict]
    pages: dict[str, str]
    grades: str
    screen: str
    traces: list[str] = field(default_factory=list)
    left_running: list[int] = field(default_factory=list)


def full_isolation_is_offered() -> bool:
    """Whether bubblewrap can make its namespaces here, and the kernel has the rest."""
    bubblewrap = shutil.which("bwrap")
    return (
        isolation.candidates()[0] == isolation.FULL
        and bubblewrap is not None
        and not subprocess.run(
            [bubblewrap, "--unshare-all", "--ro-bind", "/", "/", sys.executable, "-c", ""], capture_output=True
        ).returncode
    )


def manifest() -> dict[str, dict]:
    """What each attack tries and which marks it deserves, by name."""
    rows = tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))["attack"]
    return {row["name"]: row for row in rows}


def honest_files() -> dict[str, bytes]:
    """The solutions of the graded problems, as a student would hand them in."""
    folder = KIT_ROOT / "solutions" / "classifiers"
    return {name: (folder / name).read_bytes() for name in ("models/softmax.py", "training.py")}


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


class Grounds:
    """A folder with a class, its results, a private file, and a server that nobody should reach.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path):
        self.root, self.folder, self.out, self.canary = root, root / "class", root / "out", root / "canary"
        self.folder.mkdir(parents=True)
        self.canary.mkdir()
        (self.canary / "private.txt").write_text(SECRET)
        (self.canary / "private.txt").chmod(0o600)
        os.utime(self.canary / "private.txt", (10**9, 10**9))
        self.port = 0

    def add_honest(self, name: str) -> None:
        """A student who wrote the solutions."""
        write_files(self.folder / name, honest_files())

    def add_attack(self, name: str) -> None:
        """An attack, told every place that it could only guess."""
        places = {
            "KIT": KIT_ROOT,
            "OUT": self.out,
            "CLASS": self.folder,
            "CANARY": self.canary,
            "PORT": self.port,
            "PACKAGES": Path(torch.__file__).parents[1],
        }
        for path in (SUBMISSIONS / name).rglob("*"):
            if path.is_file() and path.suffix in TEXT_SUFFIXES:
                text = path.read_text(encoding="utf-8")
                for word, place in places.items():
                    text = text.replace(f"@{word}@", str(place))
                write_files(self.folder / name, {path.relative_to(SUBMISSIONS / name).as_posix(): text.encode()})

    @contextlib.contextmanager
    def server(self) -> Iterator[None]:
        """Answers everybody who reaches this machine's network."""

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
            self.port = server.server_address[1]
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield
            server.shutdown()

    def grade(self, layers: Layers = Layers(), problems_: tuple[str, ...] = PROBLEMS, seed: int = SEED) -> Outcome:
        """Grade the class with these layers and look around."""
        screen = io.StringIO()
        with attacked(layers) as mark:
            rows = grade_class(
                self.folder, self.out, jobs=1, device="cpu", seed=seed, problems=problems_, console=Console(file=screen, width=150)
            )
        results = {row.student: as_json(row.result) for row in rows}
        pages = {name: (self.out / "feedback" / f"{name}.html").read_text(encoding="utf-8") for name in results}
        return Outcome(
            results,
            pages,
            (self.out / "grades.csv").read_text(encoding="utf-8"),
            screen.getvalue(),
            self.traces(),
            left_running(mark),
        )

    def grade_alone(self, names: list[str], layers: Layers = Layers()) -> Iterator[tuple[str, dict, list]]:
        """Grade attacks one by one, nobody else being there, and look around after each: name, result, what was left."""
        with attacked(layers) as mark, contextlib.closing(Worker(Options(self.folder, PROBLEMS, "cpu", SEED))) as worker:
            for name in names:
                self.add_attack(name)
                worker.give(Task(name, self.folder / name))
                while not isinstance(said := worker.receive(), Report):
                    if not isinstance(said, tuple) or said[0] == "failed":
                        raise RuntimeError(f"{name}: the grading process ended: {said or worker.last_words()}")
                yield name, as_json(said.result), [*self.traces(), *left_running(mark, OF_A_WARM_PROCESS)]
                shutil.rmtree(self.folder / name)

    def traces(self) -> list[str]:
        """What attacks have left or changed outside of their sandbox; files that they left are removed."""
        packages = Path(torch.__file__).parents[1]
        found = []
        for folder in (
            Path("/tmp"),
            Path("/dev/shm"),
            Path("/var/tmp"),
            Path("/dev"),
            Path("/"),
            Path.home(),
            KIT_ROOT,
            KIT_ROOT / "autograder",
            packages,
            self.out,
            self.out / "results",
            self.canary,
            *self.folder.iterdir(),
        ):
            for name in (TRACE, f"aaa_honest_before.json.{TRACE}", "left_by_a_friend", "left_by_an_attack"):
                if (folder / name).exists():
                    found.append(str(folder / name))
                    (folder / name).unlink()
        private = self.canary / "private.txt"
        if (
            not private.exists()
            or private.read_text() != SECRET
            or private.stat().st_mode & 0o777 != 0o600
            or private.stat().st_mtime != 10**9
            or private.stat().st_nlink != 1
        ):
            found.append(str(private))
            shutil.rmtree(self.canary)
            self.canary.mkdir()
            private.write_text(SECRET)
            private.chmod(0o600)
            os.utime(private, (10**9, 10**9))
        return found


@contextlib.contextmanager
def attacked(layers: Layers) -> Iterator[str]:
    """While this lasts, grading processes have short limits and these layers; gives what marks the processes of their sandbox."""
    mark = secrets.token_hex(8)
    os.environ[VARIABLE] = json.dumps({"level": layers.level, "without": layers.without, "plan": layers.plan, "mark": mark})
    program, Worker.program = Worker.program, ["-m", "tests.attacks.worker"]
    try:
        with mock.patch.object(subprocess, "Popen", forked.Popen):
            yield mark
    finally:
        Worker.program = program
        del os.environ[VARIABLE]


def left_running(mark: str, expected: int = 0, patience_s: float = 5) -> list[int]:
    """Processes of a run's sandbox that are still there some seconds after it, when there are more than expected."""
    last = time.monotonic() + patience_s
    while len(found := _marked(mark)) > expected and time.monotonic() < last:
        time.sleep(0.1)
    return found if len(found) > expected else []


def _marked(mark: str) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and f"ATTACK_RUN={mark}".encode() in Path(f"/proc/{name}/environ").read_bytes():
                found.append(int(name))
    return found


def claims(result: dict) -> list[str]:
    """The lines in which an attack says that it got through."""
    notes = result["extra_data"]["for_teaching_assistants"]
    return [line for note in notes.values() for line in note.get("printed", "").splitlines() if line.startswith(CLAIM)]


def marks_of(result: dict) -> dict[str, tuple[float | None, str]]:
    """Points and status of every problem of a result."""
    return {name: (problem["score"], problem["status"]) for name, problem in result["extra_data"]["problems"].items()}


def everything() -> float:
    """Full marks."""
    return sum(map(points_of, PROBLEMS))


def deserved(row: dict, name: str) -> dict[str, tuple[float, set[str]]]:
    """Points and possible statuses of every problem of an attack."""
    found: dict[str, tuple[float, set[str]]] = {}
    for problem in PROBLEMS:
        mark = row.get(problem)
        file = problems()[problem].files[0]
        if mark is not None:
            found[problem] = points_of(problem, mark["share"]), set(mark["status"].split("|"))
        elif (SUBMISSIONS / name / file).exists():
            found[problem] = points_of(problem), {"passed"}
        else:
            found[problem] = 0.0, {"missing"}
    return found
