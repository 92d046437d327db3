"""Promises about the sources of the distillation handout: questions, prices, docstrings and planted files."""

import csv
import inspect
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOLUTION = Path(__file__).resolve().parents[2] / "solutions" / "distillation"
PLANTS = Path(__file__).resolve().parents[1] / "plants" / "distillation"
ALL_PLANTS = sorted(PLANTS.glob("*/*.py"))


@pytest.fixture(scope="module")
def questions():
    """The written questions."""
    return tomllib.loads((SOLUTION / "written.toml").read_text(encoding="utf-8"))["question"]


def test_every_question_has_a_rubric_that_adds_up(questions):
    """Points of the rubric are those of the question, and nothing is empty."""
    for question in questions:
        assert sum(line["points"] for line in question["rubric"]) == question["points"], question["id"]
        assert question["question"].strip() and question["model_answer"].strip()
    assert sum(question["points"] for question in questions if not question.get("optional")) == 30


def test_numbers_of_questions_follow_the_problems(questions):
    """No number is used twice in the part."""
    part = tomllib.loads((SOLUTION / "part.toml").read_text(encoding="utf-8"))
    numbers = [entry["number"] for entry in part["problem"] + questions]
    assert numbers == [f"2.{position}" for position in range(1, len(numbers) + 1)]


def test_the_gru_of_the_optional_question_has_as_many_parameters_as_its_answer_says():
    """997 in torch, which keeps two biases a gate."""
    from torch import nn

    layers = nn.ModuleList([nn.GRU(1, 16, batch_first=True), nn.Linear(16, 5)])
    assert sum(parameter.numel() for parameter in layers.parameters()) == 997


def test_there_are_500_made_up_prices():
    """Days 1 to 500, each with a positive price."""
    with open(SOLUTION / "prices.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["day"]) for row in rows] == list(range(1, 501))
    assert all(float(row["close"]) > 0 for row in rows)


@pytest.mark.parametrize("module", ["distillation", "ema", "networks", "parameter_count", "variants", "student_cfg"])
def test_docstrings_name_every_argument(solution, module):
    """`Args:` of each public function lists exactly the arguments of its signature."""
    for name, function in inspect.getmembers(solution(module), inspect.isfunction):
        if name.startswith("_") or function.__module__ != module:
            continue
        described = (inspect.getdoc(function).partition("Args:\n")[2] + "\n\n").split("\nReturns")[0]
        for argument in inspect.signature(function).parameters:
            assert f"    {argument}: " in described, f"{module}.{name} does not describe {argument}"


@pytest.mark.parametrize("path", ALL_PLANTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_planted_files_say_what_they_are(path):
    """Each names the file it replaces; a mistake also has the words that its author should read."""
    header = path.read_text(encoding="utf-8").split('"""')[1]
    assert (SOLUTION / header.partition("replaces: ")[2].split("\n")[0]).is_file()
    assert ("message: " in header) == path.stem.startswith("mistake_")
    assert path.stem.startswith(("mistake_", "right_"))
