"""The part scenes as a whole: points, questions, marked regions, and the headers of its planted files."""

import ast
import re
from pathlib import Path

import pytest

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

KIT = Path(__file__).resolve().parents[2]
PART = KIT / "solutions" / "scenes"
PLANTS = KIT / "tests" / "plants" / "scenes"
PROBLEMS = tomllib.loads((PART / "part.toml").read_text(encoding="utf-8"))["problem"]
REGION = re.compile(r"^( *)### BEGIN SOLUTION (\S+) (\S+)\n(.*?)^ *### END SOLUTION$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["id"])
def test_every_problem_is_complete(problem):
    """Files, symbols, marked regions with the problem's number, a public check, plants of both kinds."""
    text = "".join((PART / name).read_text(encoding="utf-8") for name in problem["files"])
    for symbol in problem["symbols"]:
        assert re.search(rf"^(class|def) {symbol}\b", text, re.MULTILINE), f"{symbol} is missing"
    regions = REGION.findall(text)
    assert regions and text.count("BEGIN SOLUTION") == text.count("END SOLUTION") == len(regions)
    assert all(number == problem["number"] and body.strip() for _, number, _, body in regions)
    assert (PART / "checks" / f"test_{problem['id']}.py").is_file()
    for name in problem["files"]:
        plants = [path.name for path in (PLANTS / problem["id"]).glob("*.py") if f"replaces: {name}\n" in path.read_text()]
        assert sum(name.startswith("right_") for name in plants) >= 3
        assert any(name.startswith("mistake_") for name in plants)


@pytest.mark.parametrize("path", sorted(PLANTS.rglob("*.py")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_plant_says_what_it_is(path):
    """A title, the file it replaces, and for mistakes the words that a student reads; no scikit-learn."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    header = ast.get_docstring(tree)
    problem = next(problem for problem in PROBLEMS if problem["id"] == path.parent.name)
    assert re.search(r"^replaces: (\S+)$", header, re.MULTILINE)[1] in problem["files"]
    assert bool(re.search(r"^message: \S", header, re.MULTILINE)) == path.name.startswith("mistake_")
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith("sklearn") for name in imported)


def test_every_question_has_a_model_answer_and_a_rubric():
    """The rubric's points add up to the question's."""
    questions = tomllib.loads((PART / "written.toml").read_text(encoding="utf-8"))["question"]
    assert {"why_normalise", "input_size", "interpretability"} <= {question["id"] for question in questions}
    for question in questions:
        assert question["question"].strip() and question["model_answer"].strip() and question["number"].startswith("3.")
        assert sum(line["points"] for line in question["rubric"]) == question["points"]


def test_solutions_do_not_use_scikit_learn():
    """The students' packages are torch, torchvision, numpy, Pillow and matplotlib."""
    for path in PART.rglob("*.py"):
        assert "sklearn" not in path.read_text(encoding="utf-8"), path.name
