"""The part transfer as a whole: points, questions, marked regions, and the headers of its planted files."""

import ast
import re
from pathlib import Path

import pytest

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

KIT = Path(__file__).resolve().parents[2]
PART = KIT / "solutions" / "transfer"
PLANTS = KIT / "tests" / "plants" / "transfer" / "transfer"
PROBLEM = tomllib.loads((PART / "part.toml").read_text(encoding="utf-8"))["problem"][0]


def test_the_problem_is_complete():
    """Marked regions with the problem's number, a public check, at least three alternatives."""
    text = (PART / "resnet_heads.py").read_text(encoding="utf-8")
    numbers = re.findall(r"### BEGIN SOLUTION (\S+) \S+$", text, re.MULTILINE)
    assert set(numbers) == {PROBLEM["number"]} and len(numbers) == text.count("### END SOLUTION")
    assert (PART / "checks" / "test_transfer.py").is_file()
    assert len(list(PLANTS.glob("right_*.py"))) >= 3


@pytest.mark.parametrize("path", sorted(PLANTS.glob("*.py")), ids=lambda path: path.stem)
def test_every_plant_says_what_it_is(path):
    """A title, the file it replaces, and for mistakes the words that a student reads."""
    header = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert re.search(r"^replaces: (\S+)$", header, re.MULTILINE)[1] == "resnet_heads.py"
    assert bool(re.search(r"^message: \S", header, re.MULTILINE)) == path.name.startswith("mistake_")


def test_every_question_has_a_model_answer_and_a_rubric():
    """The rubric's points add up to the question's."""
    questions = tomllib.loads((PART / "written.toml").read_text(encoding="utf-8"))["question"]
    assert {"freeze_layers", "few_labels"} <= {question["id"] for question in questions}
    for question in questions:
        assert question["question"].strip() and question["model_answer"].strip() and question["number"].startswith("4.")
        assert sum(line["points"] for line in question["rubric"]) == question["points"]
