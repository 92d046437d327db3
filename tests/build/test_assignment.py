"""The course's own assignment: up to date, without answers, and complete."""

import ast
import re

import pytest
import yaml

from autograder.build import stale
from autograder.build.handout import EMPTY_ANSWER
from autograder.build.markers import has_marker, regions
from autograder.build.questions import questions
from autograder.build.tree import planned
from autograder.course import ASSIGNMENT, SOLUTIONS, parts, tomllib

# Shorter lines are idioms (`optimizer.step()`) that given code may share with a solution.
ANSWER_LENGTH = 32
# What students see of a question.
SHOWN = ("id", "number", "title", "points", "question")
# Long lines that students may see: the handout says the same in words.
SAID_ANYWAY = {'self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")'}


@pytest.fixture(scope="module")
def built():
    """Every text of the assignment by its path."""
    return {path: data.decode("utf-8") for path, data in planned().items() if not path.endswith(".png")}


def code_of(line):
    """A line without indentation and comment."""
    return re.split(r"\s+#", line)[0].strip()


def solution_lines(path):
    """The lines of code in the regions of a file, without those that also stand outside of regions."""
    lines = path.read_text(encoding="utf-8").split("\n")
    inside = {number for region in regions(lines, path.name) for number in range(region.begin + 1, region.end)}
    given = {code_of(line) for number, line in enumerate(lines, 1) if number not in inside}
    return {code_of(line) for number, line in enumerate(lines, 1) if number in inside} - given - {""}


def texts_in(value):
    """All strings in a value of lists and tables."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in inner for text in texts_in(item)]


def declared():
    """Each declared file of the course as (part, name)."""
    return [(part.id, name) for part in parts() for name in part.files]


def test_the_assignment_is_up_to_date():
    """What is committed is what the solutions give; `autograder build` brings it up to date."""
    assert stale() == []


def test_no_stub_holds_a_line_of_its_solution(built):
    """Line by line, nothing between the markers is in the stub."""
    for part, name in declared():
        left = solution_lines(SOLUTIONS / part / name) & {code_of(line) for line in built[f"{part}/{name}"].split("\n")}
        assert not left, f"{part}/{name} still holds {left}"


def test_no_other_file_holds_an_answer(built):
    """No check, handout or given file repeats a line of a solution, and none holds a marker."""
    solved = (solution_lines(SOLUTIONS / part / name) for part, name in declared())
    answers = {line for lines in solved for line in lines if len(line) >= ANSWER_LENGTH} - SAID_ANYWAY
    for path, text in built.items():
        left = answers & {code_of(line) for line in text.split("\n")}
        assert not left, f"{path} holds {left}"
        assert not has_marker(text), f"{path} holds a marker"


def test_no_model_answer_or_rubric_is_given_away(built):
    """Of `written.toml`, students get number, title, points and the question."""
    everything = "\n".join(built.values())
    for path in SOLUTIONS.glob("*/written.toml"):
        for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
            secret = [value for key, value in question.items() if key not in SHOWN]
            for line in (line.strip() for text in texts_in(secret) for line in text.split("\n")):
                assert len(line) < ANSWER_LENGTH or line not in everything, f"{path}: {line!r} is given away"


def test_every_gap_names_its_task(built):
    """Each declared file compiles, has a gap, and each gap says number and name in the course's words."""
    for part in parts():
        for problem in part.problems:
            for name in problem.files:
                text = built[f"{part.id}/{name}"]
                ast.parse(text)
                assert f'raise NotImplementedError("Task {problem.number}: ' in text
                assert f"# Task {problem.number}: {problem.title}, {problem.points} point" in text


def test_every_part_has_a_handout_with_its_tasks(built):
    """Number, title, points, file and check of every task are in the part's page."""
    for part in parts():
        page = built[f"{part.id}/README.md"]
        for problem in part.problems:
            assert f"{problem.number} {problem.title} ({problem.points} points)" in page
            for words in (problem.check, problem.lines, *problem.files):
                assert words in page, f"{part.id}/README.md does not say {words}"


def test_every_question_stands_in_the_answer_sheet(built):
    """With its number, its title and room for the answer."""
    for part in parts():
        sheet = built.get(f"{part.id}/answers.md", "")
        for question in questions(SOLUTIONS / part.id):
            points = "extra points, optional" if question.optional else "points"
            assert f"## {question.number} {question.title} ({question.points} {points})\n" in sheet
            assert question.question in sheet
        assert sheet.count(f"\n{EMPTY_ANSWER}\n") == len(questions(SOLUTIONS / part.id))


def test_the_front_page_leads_to_every_part(built):
    """Title, points and folder of each part."""
    for part in parts():
        row = f"| [{part.number} {part.title}]({part.id}/README.md) | {part.summary} | {part.points} |"
        assert row in built["README.md"]


def test_no_text_for_students_names_the_machinery(built):
    """Students get no paths of a developer's machine."""
    for path, text in built.items():
        assert not re.search(r"(?<![\w.~])/(work|root|home)/", text), path


def test_what_is_built_is_on_disk():
    """The folder holds a stub for each task."""
    assert all((ASSIGNMENT / part / name).is_file() for part, name in declared())


def test_a_repository_of_the_assignment_runs_its_checks(built):
    """At each push, for every part that is there, with what students' files may import and what the course's packages need."""
    workflow = yaml.safe_load(built[".github/workflows/checks.yml"])
    job = workflow["jobs"]["checks"]
    assert job["strategy"]["matrix"]["part"] == [part.id for part in parts()] and "push" in workflow[True]
    steps = {step.get("name"): step for step in job["steps"]}
    assert steps["Check"]["run"] == "python -m pytest checks" and steps["Check"]["working-directory"] == "${{ matrix.part }}"
    assert all("checks/test_*.py" in steps[name]["if"] for name in ("Install", "Check"))
    assert {"torch", "pytest", "pillow", "rich"} <= set(steps["Install"]["run"].split())
