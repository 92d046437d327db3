"""A PostgreSQL server of our own in a scratch folder, reached through a socket there and nowhere else."""

import glob
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from collections.abc import Iterator


def missing() -> str:
    """Why there can be no server here; empty when there can."""
    if not _programs():
        return "PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql)"
    if find_spec("psycopg2") is None:
        return "psycopg2 is not installed (pip install psycopg2-binary)"
    if os.geteuid() == 0 and not _unprivileged():
        return "PostgreSQL does not run as root, and there is no user postgres"
    return ""


def _programs() -> str:
    found = [str(Path(path).parent) for path in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))]
    beside = shutil.which("initdb")
    return found[-1] if found else str(Path(beside).parent) if beside else ""


def _unprivileged() -> bool:
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return True


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Start a server, make an empty database, give its address, and stop the server.

    Args:
        folder: a new folder with a short path, since a socket's name has at most 107 characters.
    """
    options = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    folder.mkdir()
    if options:
        shutil.chown(folder, **options)

    def run(program: str, *words: str) -> None:
        done = subprocess.run(
            [f"{_programs()}/{program}", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            **options,
        )
        assert done.returncode == 0, done.stdout

    data = str(folder / "data")
    run("initdb", "-D", data, "-A", "trust", "-U", "teacher", "-N")
    # Nothing of value is kept, so nothing has to reach the disk.
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        run("createdb", "-h", str(folder), "-U", "teacher", "grades")
        yield f"postgresql+psycopg2://teacher@/grades?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
