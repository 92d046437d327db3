"""The build writes what belongs to students, all of it and nothing else, and only when everything is right."""

import os

import pytest
from click.testing import CliRunner

from autograder.build import BuildError, build, command, stale
from autograder.course import parts

FILES = [
    ".github/workflows/checks.yml",
    ".gitignore",
    "README.md",
    "hand_in.json",
    "hand_in.py",
    "numbers/README.md",
    "numbers/answers.md",
    "numbers/checks/conftest.py",
    "numbers/checks/test_double.py",
    "numbers/double.py",
    "numbers/me.cfg",
]


@pytest.fixture(autouse=True)
def fresh_course():
    """Read every `part.toml` again: tests change them."""
    parts.cache_clear()
    yield
    parts.cache_clear()


def contents(folder):
    """Every file below a folder with its bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_students_get_stubs_pages_and_checks(solutions, assignment):
    """Course data, model answers and templates stay back; pages are rendered."""
    assert build(solutions, assignment) == FILES
    built = contents(assignment)
    assert list(built) == FILES
    assert b"number + number" not in built["numbers/double.py"]
    assert built["numbers/README.md"] == b"# Numbers\n\n3 points: `pytest checks/test_double.py`\n"
    assert built["README.md"] == b"1 part, 1 question\n"
    assert b"Why two?\n\n(your answer)\n" in built["numbers/answers.md"]
    assert not any(b"too few" in data for data in built.values())


def test_building_twice_gives_the_same_bytes(solutions, assignment, tmp_path):
    """The second build changes nothing, and a build elsewhere gives the same files."""
    build(solutions, assignment)
    assert build(solutions, assignment) == []
    build(solutions, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(assignment)


def test_stale_names_what_differs_and_writes_nothing(solutions, assignment):
    """Changed, missing and superfluous files are all stale."""
    build(solutions, assignment)
    assert stale(solutions, assignment) == []
    (assignment / "README.md").write_text("mine\n")
    (assignment / "hand_in.py").unlink()
    (assignment / "numbers" / "old.py").write_text("X = 1\n")
    before = contents(assignment)
    assert stale(solutions, assignment) == ["README.md", "hand_in.py", "numbers/old.py"]
    assert contents(assignment) == before


def test_files_that_no_longer_belong_are_removed(solutions, assignment):
    """A renamed file leaves neither its old copy nor an empty folder; what programs left there stays."""
    build(solutions, assignment)
    (assignment / "numbers" / "old").mkdir()
    (assignment / "numbers" / "old" / "extra.py").write_text("X = 1\n")
    (assignment / "numbers" / "__pycache__").mkdir()
    (assignment / "numbers" / "__pycache__" / "double.pyc").write_bytes(b"\0")
    assert build(solutions, assignment) == ["numbers/old/extra.py"]
    assert not (assignment / "numbers" / "old").exists()
    assert (assignment / "numbers" / "__pycache__" / "double.pyc").exists()


def test_an_error_leaves_the_old_assignment_as_it_is(solutions, assignment):
    """All errors are named at once, and nothing is written."""
    build(solutions, assignment)
    before = contents(assignment)
    (solutions / "hand_in.py").write_text("print('new')\n")
    (solutions / "numbers" / "double.py").write_text("### BEGIN SOLUTION 7.1 x\nX = 1\n")
    (solutions / "numbers" / "README.md.j2").write_text("# {{ part.title }}\n{{ part.nothing }}\n")
    (solutions / "numbers" / "checks" / "test_double.py").unlink()
    with pytest.raises(BuildError) as error:
        build(solutions, assignment)
    message = str(error.value)
    assert "solutions/numbers/double.py, line 1: this region never ends" in message
    assert "solutions/numbers/README.md.j2, line 2: " in message and "nothing" in message
    assert "solutions/numbers: problem double has no checks/test_double.py; write" in message
    assert contents(assignment) == before


def test_what_is_for_instructors_stays_back(solutions, assignment):
    """Checkpoints, caches and whatever the part excludes."""
    part = solutions / "numbers"
    for name in (
        "part.toml.j2",
        "weights.pt",
        ".hidden",
        "draft_1.py",
        "runs/log.txt",
        "__pycache__/a.pyc",
        "checks/__pycache__/b.pyc",
    ):
        (part / name).parent.mkdir(exist_ok=True)
        (part / name).write_text("X = 1\n")
    (part / "part.toml").write_text((part / "part.toml").read_text() + '\n[build]\nexclude = ["draft_*.py"]\n')
    assert build(solutions, assignment) == FILES


def test_packages_that_all_parts_share_stand_beside_the_parts(solutions, assignment):
    """From the solutions or from beside them, whole, without what programs left behind; a course may have none."""
    files = {
        "solutions/training_kit/__init__.py": b"",
        "solutions/training_kit/inner/loop.py": b"X = 1\n",
        "solutions/training_kit/__pycache__/loop.pyc": b"\0",
        "data_scripts/__main__.py": b"print(1)\n",
        "solutions/course.toml": b'packages = ["training_kit", "data_scripts"]',
    }
    for name, data in files.items():
        path = solutions.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    shared = {"data_scripts/__main__.py": b"print(1)\n", "training_kit/__init__.py": b"", "training_kit/inner/loop.py": b"X = 1\n"}
    assert build(solutions, assignment) == sorted([*FILES, *shared])
    assert {name: data for name, data in contents(assignment).items() if name not in FILES} == shared


def test_files_for_all_parts_stand_beside_the_parts(solutions, assignment):
    """As they are; one that is not there stops the build."""
    (solutions / "course.toml").write_text('files = ["anywhere.ipynb"]')
    with pytest.raises(BuildError, match="names the file anywhere.ipynb, which is not there"):
        build(solutions, assignment)
    (solutions / "anywhere.ipynb").write_text("{}\n")
    assert build(solutions, assignment) == sorted([*FILES, "anywhere.ipynb"])
    assert (assignment / "anywhere.ipynb").read_text() == "{}\n"


def test_the_conftest_of_the_checks_is_the_same_for_every_part(solutions, assignment):
    """One that an author put there for a while does not count."""
    (solutions / "numbers" / "checks" / "conftest.py").write_text("X = 1\n")
    build(solutions, assignment)
    assert b"Given, nothing to write here" in (assignment / "numbers" / "checks" / "conftest.py").read_bytes()


def test_texts_have_line_feeds_and_other_files_their_own_bytes(solutions, assignment):
    """An author on Windows builds the same assignment."""
    source = solutions / "numbers" / "double.py"
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))
    (solutions / "numbers" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\xff")
    build(solutions, assignment)
    assert b"\r" not in (assignment / "numbers" / "double.py").read_bytes()
    assert (assignment / "numbers" / "picture.png").read_bytes() == b"\x89PNG\r\n\x1a\n\0\xff"


@pytest.mark.parametrize(
    "name, data, words",
    [
        ("notes.md", b"### BEGIN SOLUTION 7.1 double\n", "only .py files are cut"),
        ("book.ipynb", b'"    ### BEGIN SOLUTION 7.1 f\\n",', "only .py files are cut"),
        ("latin.py", b"NAME = '\xe9'\n", "is not UTF-8 text"),
        ("written.toml", b"[[question]]\nnumber = '7.2'\n", "question 7.2 has no points, question, title; add it"),
        ("written.toml", b"[[question\n", "written.toml is not valid TOML"),
        ("README.md.j2", b"{% if %}", "README.md.j2, line 1: "),
    ],
)
def test_a_file_that_cannot_be_given_to_students_stops_the_build(solutions, assignment, name, data, words):
    """Its name and what to do are said."""
    (solutions / "numbers" / name).write_bytes(data)
    with pytest.raises(BuildError) as error:
        build(solutions, assignment)
    assert str(error.value).startswith("solutions/numbers/" + name) and words in str(error.value)
    assert not assignment.exists()


@pytest.mark.parametrize(
    "addition, words",
    [
        ('\n[build]\nexclude = ["double.py"]\n', "excludes double.py, which a problem declares"),
        ("\n[build]\nexcept = []\n", "unknown entry except"),
    ],
)
def test_a_wrong_build_table_stops_the_build(solutions, assignment, addition, words):
    """What is excluded must not be what students hand in."""
    with open(solutions / "numbers" / "part.toml", "a") as file:
        file.write(addition)
    with pytest.raises(BuildError, match=words):
        build(solutions, assignment)


def test_a_folder_that_was_not_built_is_not_overwritten(solutions, assignment):
    """A wrong path must not cost anybody their files."""
    assignment.mkdir()
    (assignment / "thesis.txt").write_text("years of work")
    with pytest.raises(BuildError, match="name an empty folder or remove it"):
        build(solutions, assignment)
    assert contents(assignment) == {"thesis.txt": b"years of work"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_everybody_may_read_what_is_built(solutions, assignment):
    """A course folder is shared."""
    build(solutions, assignment)
    assert (assignment / "hand_in.py").stat().st_mode & 0o777 == 0o644


def test_the_command_says_what_it_did(solutions, assignment, monkeypatch):
    """`build` lists files; `--check` fails with the remedy while the assignment is stale."""
    monkeypatch.setattr(command, "ASSIGNMENT", assignment)
    monkeypatch.setattr(command, "build_tree", lambda: build(solutions, assignment))
    monkeypatch.setattr(command, "stale", lambda: stale(solutions, assignment))

    def run(*arguments):
        return CliRunner().invoke(command.build, arguments)

    checked = run("--check")
    assert checked.exit_code == 1
    assert "stale    assignment/README.md" in checked.output and "run `autograder build`" in checked.output
    assert not assignment.exists()
    built = run()
    assert built.exit_code == 0 and "written  assignment/README.md" in built.output
    assert run("--check").output == "assignment/ is up to date.\n" and run("--check").exit_code == 0
    (assignment / "extra.py").write_text("X = 1\n")
    assert "removed  assignment/extra.py" in run().output
    (solutions / "numbers" / "double.py").write_text("### END SOLUTION\n")
    failed = run("--check")
    assert failed.exit_code == 1 and "double.py, line 1: no region is open here" in failed.output
