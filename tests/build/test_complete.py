"""Promises about what a build would leave out: each thing is named with its file and what to do."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.build import command
from autograder.build.complete import left_out
from autograder.course import parts
from autograder.places import COURSE_ROOT

COURSE = Path(__file__).resolve().parents[1] / "courses" / "letters_and_lines"
SOLUTIONS, CHECKS = "solutions/first_steps", "autograder/checks/first_steps"


@pytest.fixture
def course(tmp_path):
    """A small course that lacks nothing but plants."""
    shutil.copytree(COURSE, tmp_path / "course")
    return tmp_path / "course"


def missing(course: Path) -> list[str]:
    """What is an error in a course."""
    parts.cache_clear()
    return left_out(course).errors


def change(path: Path, old: str, new: str) -> None:
    """Put one text in the place of another, which is there."""
    text = path.read_text()
    assert re.search(old, text, re.MULTILINE), old
    path.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE))


MISSING = {
    "section": (
        f"{SOLUTIONS}/README.md.j2",
        r"^## \{\{ p.number.*$",
        "",
        "README.md.j2 has no section for the problem longest_word; add the heading `## 1.1 The longest word`",
    ),
    "docstring": (
        f"{SOLUTIONS}/longest_word.py",
        r'(def .*\n) +"""The longest[^"]*"""',
        r"\1",
        "longest_word.py, line 4: longest_word has no docstring; say what goes in",
    ),
    "docstring of a method": (
        f"{SOLUTIONS}/straight_line.py",
        r'(def forward.*\n) +"""Points[^"]*"""',
        r"\1",
        "StraightLine.forward has no docstring",
    ),
    "symbol": (
        f"{SOLUTIONS}/part.toml",
        r'symbols = \["longest_word"\]',
        'symbols = ["longest"]',
        "promises longest, which longest_word.py do",
    ),
    "public check": (f"{SOLUTIONS}/checks/test_longest_word.py", "def test_", "def tset_", "holds no check"),
    "hidden check": (
        f"{CHECKS}/test_straight_line.py",
        "def test_",
        "def tset_",
        "test_straight_line.py holds no check, so nothing of the problem straight_line is graded",
    ),
    "title": (
        f"{CHECKS}/test_straight_line.py",
        r'^ +"""Straight.*$',
        "",
        "test_is_straight has no docstring; write the title that students see",
    ),
    "weight": (f"{CHECKS}/test_longest_word.py", "weight=2", "weight=0", "has the weight 0; give it a whole number of at least 1"),
    "weight of nothing": (
        f"{CHECKS}/test_longest_word.py",
        "weight=2",
        "weight=1000000000",
        "test_leaves_nothing_behind counts 1 of",
    ),
    "shares": (f"{CHECKS}/test_longest_word.py", "weight=2", "shares=(1, 0)", "has the shares (1, 0); give each case"),
    "number of shares": (
        f"{CHECKS}/test_longest_word.py",
        "weight=2",
        "shares=(3, 1)",
        "has 1 case, but 2 shares; give every case one, in the order of the cases.",
    ),
    "number of shares of a table": (
        f"{CHECKS}/test_longest_word.py",
        r"@pytest.mark.check\(weight=2\)",
        'WORDS = ["a", "b", "c"]\n\n\n@pytest.mark.check(shares=(3, 1))\n@pytest.mark.parametrize("word", WORDS)',
        "has 3 cases, but 2 shares; give every case one",
    ),
    "names of shares": (
        f"{CHECKS}/test_longest_word.py",
        r"@pytest.mark.check\(weight=2\)",
        '@pytest.mark.check(shares={"lnog": 1})\n@pytest.mark.parametrize("word", ["a", "b"], ids=["short", "long"])',
        "gives shares to lnog, which it has no case for; correct the name.",
    ),
    "number of shares of cases with a name": (
        f"{CHECKS}/test_longest_word.py",
        r"@pytest.mark.check\(weight=2\)",
        'each_word = pytest.mark.parametrize("word", ["a", "b", "c"])\n\n\n@pytest.mark.check(shares=(3, 1))\n@each_word',
        "has 3 cases, but 2 shares; give every case one",
    ),
    "kind of shares": (f"{CHECKS}/test_longest_word.py", "weight=2", "shares=5", "has the shares 5; give a list with a number"),
    "needs": (f"{CHECKS}/test_longest_word.py", "weight=2", 'needs="test_nothing"', "needs test_nothing, which is not in its file"),
    "Python": (
        f"{CHECKS}/test_longest_word.py",
        r"^import pytest",
        "import",
        "test_longest_word.py, line 3: this is not valid Python",
    ),
    "cell": (
        f"{CHECKS}/story.py",
        "# %% problem straight_line",
        "",
        "autograder/checks/first_steps/story.py has no cell for the problem straight_line: add `# %% problem straight_line`",
    ),
}


@pytest.mark.parametrize("file, old, new, words", MISSING.values(), ids=list(MISSING))
def test_what_is_left_out_is_named_with_file_and_remedy(course, file, old, new, words):
    """One thing is missing: it alone is said, with its file."""
    change(course / file, old, new)
    said = missing(course)
    assert len(said) == 1 and words in said[0], said
    assert said[0].startswith((SOLUTIONS, CHECKS))


def test_a_file_of_checks_without_a_problem_is_named(course):
    """It would never be run."""
    shutil.copy(course / CHECKS / "test_straight_line.py", course / CHECKS / "test_straight_lime.py")
    (course / CHECKS / "test_longest_word.py").unlink()
    hidden, stray = missing(course)
    assert "test_longest_word.py is not there" in hidden and "test_straight_lime.py belongs to no problem" in stray


def test_a_rubric_that_does_not_add_up_is_named(course):
    """Graders by hand would give other points than students were told."""
    (course / SOLUTIONS / "written.toml").write_text(
        '[[question]]\nnumber = "1.3"\ntitle = "Why"\npoints = 3\nquestion = "Why?"\n'
        'rubric = [{ points = 1, criterion = "a" }, { points = 1, criterion = "b" }]\n'
    )
    (said,) = missing(course)
    assert "the rubric of question 1.3 adds up to 2 of 3 points" in said


def test_checks_of_one_problem_may_stand_in_several_files(course):
    """`test_ID__WHAT.py` belongs to ID; a name that stands twice would be lost."""
    first, second = course / CHECKS / "test_longest_word.py", course / CHECKS / "test_longest_word__again.py"
    second.write_text(first.read_text().replace("def test_", "def test_again_"))
    assert missing(course) == []
    shutil.copy(first, second)
    assert len(missing(course)) == 2 and "test_longest_word__again.py, line " in missing(course)[0]
    assert "another check of the problem is called test_finds_the_longest, too; rename one of both." in missing(course)[0]


def test_a_plant_that_changes_what_is_not_there_is_named(course):
    """The solution was edited, and the mistake is no mistake any more."""
    plant = course / "tests" / "plants" / "first_steps" / "longest_word" / "mistake_shortest.py"
    plant.parent.mkdir(parents=True)
    plant.write_text('"""The shortest.\n\nreplaces: longest_word.py\nold: max(\nnew: min(\nmessage: too short\n"""\n')
    assert missing(course) == []
    change(course / SOLUTIONS / "longest_word.py", r"max\(", "sorted(")
    assert missing(course) == [
        "tests/plants/first_steps/longest_word/mistake_shortest.py: `old: max(` stands 0 times in "
        "solutions/first_steps/longest_word.py; give a text that stands there once."
    ]


def test_plants_are_asked_for_in_the_kit_and_recommended_elsewhere(course, monkeypatch):
    """The kit's own tests grade them."""
    assert not missing(course) and "missing for longest_word, straight_line" in left_out(course).warnings[0]
    (course / "tests" / "plants").mkdir(parents=True)
    monkeypatch.setattr("autograder.build.complete.KIT_ROOT", course)
    assert sorted(line.partition(" ")[0] for line in missing(course)) == [
        f"tests/plants/first_steps/{problem}/{kind}_NAME.py"
        for problem in ("longest_word", "straight_line")
        for kind in ("mistake", "right")
    ]


def test_the_command_says_so_and_writes_nothing(course, monkeypatch):
    """`autograder build` and `build --check` end with status 1."""
    (course / CHECKS / "test_longest_word.py").unlink()
    parts.cache_clear()
    monkeypatch.setattr(command, "COURSE_ROOT", course)
    for words in ([], ["--check"]):
        done = CliRunner().invoke(command.build, words)
        assert done.exit_code == 1 and "test_longest_word.py is not there" in done.output and "stays as it was" in done.output


def test_the_kits_own_course_lacks_nothing():
    """Neither errors nor warnings."""
    parts.cache_clear()
    found = left_out(COURSE_ROOT)
    assert not found.errors and not found.warnings
