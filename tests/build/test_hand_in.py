"""`hand_in.py` packs exactly the right files and warns of what is missing."""

import importlib.util
import json
import re
import subprocess
import sys
import zipfile

import pytest

from autograder.build import build
from autograder.build.cut import gap
from autograder.build.handout import GAP_PATTERN
from autograder.build.markers import Region
from autograder.course import SOLUTIONS, parts
from autograder.submission.locate import part_files
from autograder.submission.reader import read

SCRIPT = SOLUTIONS / "hand_in.py"


@pytest.fixture
def hand_in(solutions, assignment, capsys):
    """Runs the script on the small course; gives exit status, output, and the names in the archive."""
    parts.cache_clear()
    build(solutions, assignment)
    spec = importlib.util.spec_from_file_location("hand_in_of_students", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    def run(*arguments):
        status = script.main(list(arguments), assignment)
        archive = assignment / "hand_in.zip"
        names = zipfile.ZipFile(archive).namelist() if archive.is_file() else []
        return status, capsys.readouterr().out, names

    yield run
    parts.cache_clear()


def write_solution(solutions, assignment):
    """Fill the gap."""
    (assignment / "numbers" / "double.py").write_bytes((solutions / "numbers" / "double.py").read_bytes())


def test_a_complete_part_is_packed(hand_in, solutions, assignment):
    """The tasks' files, the student's settings and answers; no checks, pages or given files."""
    write_solution(solutions, assignment)
    answers = assignment / "numbers" / "answers.md"
    answers.write_text(answers.read_text().replace("(your answer)", "Since one is not enough."))
    (assignment / "numbers" / "me.cfg").write_text("[me]\nname = A\n")
    (assignment / "numbers" / "scratch.py").write_text("X = 1\n")
    status, output, names = hand_in()
    assert status == 0 and names == ["numbers/answers.md", "numbers/double.py", "numbers/me.cfg"]
    assert "Packed 3 files" in output and "warning" not in output


def test_gaps_and_empty_answers_are_warned_of(hand_in, assignment):
    """Unfinished work is packed when asked for by name."""
    status, output, names = hand_in("numbers")
    assert status == 0 and "numbers/double.py" in names
    assert "7.1 Doubling: 1 gap is not written yet" in output
    assert "1 of 1 answers are empty" in output
    assert "me.cfg" in output and "is still as it came" in output
    assert "3 warnings above" in output


def test_optional_questions_are_no_empty_answers(hand_in, solutions, assignment):
    """They are told apart from those that count, and alone they are no reason for a warning."""
    written = solutions / "numbers" / "written.toml"
    written.write_text(
        written.read_text() + written.read_text().replace("7.2", "7.3").replace('id = "', 'id = "more_') + "optional = true\n"
    )
    build(solutions, assignment)
    write_solution(solutions, assignment)
    assert "1 of 1 answers are empty, and 1 of 1 optional ones" in hand_in("numbers")[1]
    answers = assignment / "numbers" / "answers.md"
    answers.write_text(answers.read_text().replace("\n(your answer)\n", "\nSince one is not enough.\n", 1))
    assert "empty" not in hand_in("numbers")[1]


def test_an_untouched_part_is_left_out(hand_in):
    """Nothing written, nothing to hand in."""
    status, output, names = hand_in()
    assert status == 1 and names == []
    assert "nothing is written yet; left out" in output and "there is nothing to hand in" in output


def test_a_missing_file_is_named(hand_in, assignment):
    """With the task it belongs to; the rest is packed."""
    (assignment / "numbers" / "double.py").unlink()
    status, output, names = hand_in()
    assert status == 0 and "numbers/double.py" not in names
    assert "MISSING  double.py" in output and "7.1 Doubling" in output


def test_a_missing_part_is_only_missed_when_named(hand_in, assignment):
    """Parts are released one by one."""
    course = json.loads((assignment / "hand_in.json").read_text())
    course["parts"].append(dict(course["parts"][0], id="later", number=8))
    (assignment / "hand_in.json").write_text(json.dumps(course))
    assert "later" not in hand_in("numbers")[1]
    assert "the folder later is not here" in hand_in("numbers", "later")[1]


def test_files_that_do_not_read_as_python_are_named(hand_in, assignment):
    """They are packed all the same: other tasks may still count."""
    (assignment / "numbers" / "double.py").write_text("def double(number)\n    return 1\n")
    status, output, names = hand_in()
    assert status == 0 and "numbers/double.py" in names and "line 1 is not valid Python" in output


def test_own_modules_that_are_imported_come_along(hand_in, solutions, assignment):
    """Directly, through another, and from packages; given files and unused ones do not."""
    part = assignment / "numbers"
    write_solution(solutions, assignment)
    (part / "tools").mkdir()
    for name, text in {"__init__": "", "deep": "from .deeper import X\n", "deeper": "X = 1\n", "unused": ""}.items():
        (part / "tools" / f"{name}.py").write_text(text)
    (part / "helper.py").write_text("import tools.deep\nimport math\n")
    with open(part / "double.py", "a") as file:
        file.write("from helper import tools\n")
    names = [name.removeprefix("numbers/") for name in hand_in()[2] if name.endswith(".py")]
    assert names == ["double.py", "helper.py", "tools/__init__.py", "tools/deep.py", "tools/deeper.py"]


def test_a_file_too_large_to_be_graded_is_named(hand_in, solutions, assignment):
    """The limit is the grader's own."""
    write_solution(solutions, assignment)
    course = json.loads((assignment / "hand_in.json").read_text())
    (assignment / "hand_in.json").write_text(json.dumps(dict(course, largest_file_bytes=1 << 20)))
    (assignment / "numbers" / "notes.txt").write_bytes(b"x" * (1 << 20) + b"x")
    status, output, names = hand_in()
    assert status == 0 and "numbers/notes.txt" in names and "has 1 MiB; files above 1 MiB are not graded" in output


@pytest.mark.parametrize(
    "damage, words",
    [
        (lambda top: (top / "hand_in.json").unlink(), "hand_in.json, which belongs beside this script, is missing"),
        (lambda top: (top / "hand_in.json").write_text("{"), "missing or damaged; take it from the handout"),
        (lambda top: (top / "hand_in.zip").mkdir(), "cannot be written"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(hand_in, solutions, assignment, damage, words):
    """No traceback."""
    write_solution(solutions, assignment)
    damage(assignment)
    status, output, _ = hand_in()
    assert status == 1 and words in output


def test_an_unknown_part_is_refused(hand_in):
    """The names of the parts are said."""
    with pytest.raises(SystemExit) as exit_status:
        hand_in("nonsense")
    assert exit_status.value.code == 2


def test_the_script_finds_the_gaps_that_the_build_writes():
    """Both share one pattern."""
    problem = parts()[0].problems[0]
    assert re.search(GAP_PATTERN, "\n".join(gap(Region(problem.number, "A.b_c", "    ", 1, 3), problem)))


def test_the_grader_finds_every_part_in_the_archive(tmp_path):
    """The real course with its solutions, packed by the real script in a process of its own."""
    top = tmp_path / "course"
    build(assignment=top)
    for part in parts():
        for name in part.files:
            (top / part.id / name).write_bytes((part.folder / name).read_bytes())
    run = subprocess.run([sys.executable, "-I", "hand_in.py"], cwd=top, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    contents = read(top / "hand_in.zip", [name for part in parts() for name in part.files])
    assert not contents.remarks
    for part in parts():
        found = part_files(contents, part)
        assert set(part.files) <= found.keys()
        assert not any(name.startswith("checks/") for name in found)
