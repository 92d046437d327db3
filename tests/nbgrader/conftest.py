"""Scratch courses for the tests of nbgrader's cycle."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import scratch_postgres  # noqa: E402   the path above has to be there first
from scratch_course import PART, ScratchCourse, hand_in  # noqa: E402


# Every new gradebook asks for the newest version of nbgrader's tables, for two seconds; it is always the same.
ALEMBIC = """\
#!/bin/sh
for last; do :; done
if [ "$last" != heads ]; then exec "{real}" "$@"; fi
if [ ! -s "{kept}" ]; then "{real}" "$@" > "{kept}.$$" && mv "{kept}.$$" "{kept}" || exit 1; fi
cat "{kept}"
"""


@pytest.fixture(scope="session", autouse=True)
def nbgraders_own_programs(tmp_path_factory):
    """nbgrader calls alembic by its name, which an environment that was not activated does not have on its path."""
    tools, programs = tmp_path_factory.mktemp("tools"), Path(sys.executable).parent
    (tools / "alembic").write_text(ALEMBIC.format(real=programs / "alembic", kept=tools / "heads"))
    (tools / "alembic").chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join(map(str, [tools, programs, os.environ.get("PATH", os.defpath)])))
        yield


def collected_course(course: ScratchCourse) -> ScratchCourse:
    """The course after everybody has fetched, worked and handed in, with nbgrader's real commands."""
    course.make()
    course.run("generate_assignment", PART)
    course.run("release_assignment", PART)
    course.students_do("fetch_assignment", PART)
    hand_in(course)
    course.students_do("submit", PART)
    course.run("collect", PART)
    return course


@pytest.fixture(scope="session")
def sqlite_course(tmp_path_factory):
    """A course on SQLite whose submissions have been collected and autograded by plain `nbgrader autograde`."""
    course = collected_course(ScratchCourse(tmp_path_factory.mktemp("sqlite")))
    course.run("autograde", PART)
    course.run("generate_feedback", PART)
    course.run("release_feedback", PART)
    course.students_do("fetch_feedback", PART)
    return course


@pytest.fixture(scope="session")
def postgres_course(sqlite_course, tmp_path_factory):
    """A course on PostgreSQL that collects what was handed in for the other, graded by `autograder nbgrader autograde`."""
    if reason := scratch_postgres.missing():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="pg") as short:
        Path(short).chmod(0o755)
        with scratch_postgres.running_server(Path(short) / "server") as db_url:
            course = ScratchCourse(tmp_path_factory.mktemp("postgres"), db_url)
            course.exchange = sqlite_course.exchange
            course.make()
            course.run("generate_assignment", PART)
            course.run("release_assignment", PART, "--force")
            course.run("collect", PART)
            course.run("autograde", PART, "--jobs", "1", program="autograder")
            course.run("generate_feedback", PART)
            yield course
