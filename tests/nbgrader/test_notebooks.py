"""The parts' notebooks, submitted notebooks of every kind, and notebooks that run in the sandbox."""

import json
import os

import nbformat
import pytest

from autograder.course import ASSIGNMENT, SOLUTIONS, parts, tomllib
from autograder.nbgrader import execution
from autograder.nbgrader.converter import read_submitted
from autograder.nbgrader.notebook import build_notebook
from autograder.nbgrader.repair import DELETED, NOTE, cell_name, rebuilt
from autograder.nbgrader.rubrics import rubric_page

PARTS = {part.id: part for part in parts()}
ANSWER = "answer_2_5"
ASKED = {"distillation": {"distillation_loss", ANSWER}, "log-visualize": set()}


@pytest.fixture
def source():
    """A notebook with a problem and questions."""
    return build_notebook(PARTS["distillation"], ("distillation_loss",))


def cells_by_name(notebook):
    """Cells with an id of nbgrader's."""
    return {cell_name(cell): cell for cell in notebook.cells if cell_name(cell)}


@pytest.mark.parametrize("part", PARTS.values(), ids=list(PARTS))
def test_a_notebook_has_one_autograded_cell_a_problem_and_one_cell_a_written_answer(part):
    """With the points of part.toml and written.toml; a problem's cell calls and defines nothing, and no answer is given away."""
    notebook = build_notebook(part)
    nbformat.validate(notebook)
    graded = {name: cell for name, cell in cells_by_name(notebook).items() if cell.metadata.nbgrader.grade}
    for problem in part.problems:
        assert graded[problem.id].metadata.nbgrader.points == problem.points
        assert graded[problem.id].source == f'public_checks("{problem.id}")'
    path = part.folder / "written.toml"
    asked = tomllib.loads(path.read_text())["question"] if path.exists() else []
    assert len(graded) == len(part.problems) + len(asked)
    text = nbformat.writes(notebook)
    for question in asked:
        assert graded[f"answer_{question['number'].replace('.', '_')}"].metadata.nbgrader.points == (
            0 if question.get("optional") else question["points"]
        )
        assert not [line for line in question["model_answer"].splitlines() if len(line) > 30 and json.dumps(line)[1:-1] in text]
        assert question["rubric"][0]["criterion"] in rubric_page(part)


def test_answers_and_own_cells_of_a_student_are_kept_and_nothing_else(source):
    """Points, ids, locked text and outputs that a notebook claims are left out."""
    handed_in = json.loads(nbformat.writes(source))
    for cell in handed_in["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade_id") == ANSWER:
            cell["source"] = ["Because of\n", "the gradient."]
        if about.get("grade_id") == "distillation_loss":
            cell["source"], about["points"], cell["outputs"] = ["20.0"], 1000, [{"output_type": "stream"}]
    handed_in["cells"].insert(1, {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": ["<b>mine</b>"]})
    made = rebuilt(source, nbformat.from_dict(handed_in))
    cells = cells_by_name(made)
    assert cells[ANSWER].source == "Because of\nthe gradient."
    assert cells["distillation_loss"].source == 'public_checks("distillation_loss")'
    assert (
        cells["distillation_loss"].metadata.nbgrader.points == PARTS["distillation"]["distillation_loss"].points
        and cells["distillation_loss"].outputs == []
    )
    assert [(cell.cell_type, cell.source) for cell in made.cells][1] == ("markdown", "<b>mine</b>")
    assert len(made.cells) == len(source.cells) + 1


BROKEN = {
    "nothing": b"",
    "no json": b"{",
    "a list": b"[]",
    "no cells": b'{"nbformat": 4}',
    "odd cells": b'{"nbformat": 4, "cells": [1, null, {"source": 7}]}',
    "deep": b"[" * 100_000,
    "version 3": json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [7]}).encode(),
    "odd metadata": b'{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["x"]}}, "source": [1, "a"]}]}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=list(BROKEN))
def test_whatever_stands_in_a_notebook_file_gives_the_notebook_of_the_course(content, source, tmp_path):
    """Every cell that carries points is there."""
    path = tmp_path / "distillation.ipynb"
    path.write_bytes(content)
    made = rebuilt(source, read_submitted(path, ASKED))
    nbformat.validate(made)
    assert cells_by_name(made).keys() == cells_by_name(source).keys()


def test_a_missing_or_renamed_notebook_or_a_link_is_said_in_words(source, tmp_path):
    """A renamed one is found by its cells; a link is not followed."""
    path = tmp_path / "distillation.ipynb"
    assert "There is no notebook" in read_submitted(path, ASKED).metadata[NOTE]
    os.symlink("/etc/passwd", path)
    assert "no notebook" in read_submitted(path, ASKED).metadata[NOTE]
    nbformat.write(source, tmp_path / "final (2).ipynb")
    (tmp_path / "scribbles.ipynb").write_text('{"nbformat": 4, "cells": []}')
    assert "final (2).ipynb" in read_submitted(path, ASKED).metadata[NOTE]


def test_an_answer_cell_that_was_deleted_waits_for_a_person(source, tmp_path):
    """nbgrader gives 0 to a cell that is as it was handed out; one that is not there at all, or in a file that nobody can read, is no answer
    left empty. Where no notebook was handed in, and where the cell is there untouched, it is."""
    path = tmp_path / "distillation.ipynb"

    def answer() -> str:
        return cells_by_name(rebuilt(source, read_submitted(path, ASKED)))[ANSWER].source

    empty = cells_by_name(source)[ANSWER].source
    assert answer() == empty
    nbformat.write(source, path)
    assert answer() == empty
    without = nbformat.from_dict(source)
    without.cells = [cell for cell in source.cells if cell_name(cell) != ANSWER]
    nbformat.write(without, path)
    assert answer().startswith(empty) and DELETED in answer()
    path.write_bytes(b"{")
    assert DELETED in answer()


def run_confined(part, wanted, folder):
    """The outputs of a part's notebook in the sandbox, as one text."""
    notebook = build_notebook(part, wanted)
    step = execution.RunConfined()
    step.cell_timeout_s = 30
    step._run(notebook, folder, part)
    return notebook, "\n".join(str(output) for cell in notebook.cells for output in cell.get("outputs", []))


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("classifiers", ("softmax", "training")),
        ("distillation", ("distillation_loss", "ema")),
        ("scenes", ("standard_scaler",)),
        ("transfer", ()),
    ],
)
def test_notebooks_run_with_the_solutions_and_end_in_boxes_with_the_stubs(part, wanted):
    """From top to bottom: pictures and PASSED with the solutions, TO DO and never a traceback with the stubs."""
    _, solved = run_confined(PARTS[part], wanted, SOLUTIONS / part)
    assert "PASSED" in solved and not any(word in solved for word in ("FAILED", "TO DO", "Error", "Traceback"))
    if part != "transfer":
        _, open_gaps = run_confined(PARTS[part], wanted, ASSIGNMENT / part)
        assert "is not written yet" in open_gaps and not any(word in open_gaps for word in ("FAILED", "Error", "Traceback"))


def test_a_cell_that_never_ends_ends_the_notebook_and_reaches_nothing(tmp_path):
    """The sandbox's walls stand around notebooks, too: no gradebook, no network, no program, and a limit on time."""
    part = PARTS["classifiers"]
    secret = tmp_path / "gradebook.db"
    secret.write_text("secret")
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "training.py").write_text("x = 1\n")
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(text)
            for text in (
                "1 + 1",
                f"open({str(secret)!r})",
                "import socket; socket.create_connection(('127.0.0.1', 22))",
                "import os; os.system('id')",
                "from IPython.display import HTML; HTML('<script>alert(1)</script>')",
                "while True: pass",
                "print('later')",
            )
        ]
    )
    step = execution.RunConfined()
    step.cell_timeout_s = 2
    step._run(notebook, tmp_path / "submitted", part)
    said = [str(cell.outputs) for cell in notebook.cells]
    assert "'2'" in said[0]
    assert all("Error" in text for text in said[1:3]) and "secret" not in "".join(said).replace(str(secret), "")
    assert "uid=" not in said[3] and "<script>" not in said[4]
    assert "ended here" in said[5] and notebook.cells[6].outputs == []
