"""The notebooks run from top to bottom in a kernel, with tiny settings, and show their pictures."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

PICTURES = {"log-visualize": 3, "filter-visualize": 4}


def shortened(notebook, course, runs):
    """The same notebook with settings for a few seconds."""
    tiny = ["--restart", "--train-images", "200", "--epochs", "1", "--device", "cpu", "--root", str(course.data)]
    values = {"OPTIONS": str(tiny), "RATES": "[0.001, 0.1]", "RUNS": repr(str(runs))}
    cell = next(cell for cell in notebook.cells if cell.source.startswith("MODELS = "))
    for name, value in values.items():
        cell.source = re.sub(
            rf"^{name} = .*$", lambda _, name=name, value=value: f"{name} = {value}", cell.source, flags=re.MULTILINE
        )
    return notebook


@pytest.mark.nightly(2)
@pytest.mark.parametrize("name", PICTURES)
def test_a_notebook_runs_from_top_to_bottom(course, tmp_path, monkeypatch, name):
    """No cell fails, and each picture is there."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    notebook = shortened(nbformat.read(course.top / "classifiers" / f"{name}.ipynb", as_version=4), course, tmp_path)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(course.top / "classifiers")}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == PICTURES[name]


@pytest.mark.parametrize("name", PICTURES)
def test_a_notebook_calls_and_does_not_define(course, name):
    """What is to be graded or reused lives in .py files; outputs are not committed."""
    cells = nbformat.read(course.top / "classifiers" / f"{name}.ipynb", as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert code and not any(re.search(r"^\s*(def|class) ", cell.source, re.MULTILINE) or cell.outputs for cell in code)
