"""`python -m solutions.reproduce` on parts 3 and 4: which commands run, what is noted of them, and which lines the page gets."""

import csv
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from autograder.course import SOLUTIONS
from solutions.reproduce import __main__ as command
from solutions.reproduce import page, runs
from solutions.reproduce.rows import ROWS
from tests import forked
from tests.planted import load_file

BY_NAME = {row.name: row for row in ROWS}
PAGE = (SOLUTIONS / "RESULTS.md").read_text(encoding="utf-8")


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A folder of data sets in which made-up scenes stand for the real ones."""
    scenes = SOLUTIONS / "scenes"
    load_file(scenes / "made_up_scenes.py", scenes).write_made_up_scenes(tmp_path / "scenes15", 8, 1)
    monkeypatch.setattr(command.data_scripts, "load", lambda name, root: None)
    monkeypatch.setattr(subprocess, "Popen", forked.Popen)
    return tmp_path


def place(tmp_path, dataset="cifar10"):
    """Where runs are noted."""
    return runs.Place(tmp_path / "runs", tmp_path / "data", dataset, "cpu", threads=1)


def noted(monkeypatch, row, where, path, text):
    """The note of a run whose script is not run, but leaves a file."""

    def ended(arguments, **_):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        noted.arguments = arguments[1:]
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", ended)
    run = runs.Run(BY_NAME[row], 0, where)
    run.finish()
    assert run.is_finished and runs.Run(BY_NAME[row], 0, where).is_finished
    return run.note


def lines_of(tmp_path, beginning):
    """The lines of the page that begin so."""
    return [line for line in page.page(tmp_path / "runs").splitlines() if line.startswith(beginning)]


def test_a_page_without_runs_stays_as_it_stands(tmp_path):
    """To the last letter: what was measured on another machine is not lost on this one."""
    assert page.page(tmp_path, PAGE) == PAGE


def test_a_row_that_is_measured_replaces_its_own_lines_only(tmp_path, monkeypatch):
    """All other lines of the page are there as before."""
    log = "".join(json.dumps(line) + "\n" for line in ({"epoch": 1}, {"epoch": 1, "test_accuracy": 0.5, "test_loss": 1.0}))
    where = place(tmp_path)
    noted(monkeypatch, "softmax", where, where.folder / "softmax-0" / "log.jsonl", log)
    old, new = PAGE.splitlines(), page.page(tmp_path / "runs", PAGE).splitlines()
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert [one.split()[1] for one, _ in changed] in (["softmax"], ["softmax", "reproduce/train_softmax.py"])
    assert "| 40.02 | **50.00** | 1 | 1 |" in changed[0][1]


def test_a_learning_rate_study_is_a_line_by_rate(tmp_path, monkeypatch):
    """The base has its own place among the rates, the best is marked, and the test images are left alone."""
    where, name = place(tmp_path), "rates-updatable-softmax"
    rows = [("base", "", 0.74), ("lr", "0.01", 0.74), ("lr", "0.003", 0.667), ("lr", "0.03", 0.335)]
    text = "setting,value,validation_accuracy,run\n" + "".join(f"{one},{other},{share},x\n" for one, other, share in rows)
    note = noted(monkeypatch, name, where, where.folder / f"ablation_{name}-0" / "ablation.csv", text)
    assert len(list(csv.DictReader(text.splitlines()))) == len(note["test"]["rows"])
    assert noted.arguments[0].endswith("transfer/ablate.py") and "--seed" not in noted.arguments
    (line,) = lines_of(tmp_path, "| updatable, softmax")
    assert line == "| updatable, softmax classifier | 1 |  | 66.7 | **74.0** | 33.5 |  |"


def test_svhn_has_the_figures_that_students_reported_there(tmp_path, monkeypatch):
    """And no others."""
    log = "".join(json.dumps(line) + "\n" for line in ({"epoch": 6}, {"epoch": 6, "test_accuracy": 0.9}))
    where = place(tmp_path, "svhn")
    for row in ("student", "softmax"):
        noted(monkeypatch, row, where, where.folder / f"{row}-0" / "log.jsonl", log)
    assert "| 88.50 | **90.00** | 1 | 6 |" in lines_of(tmp_path, "| student, 2")[0]
    assert "|  | **90.00** |" in lines_of(tmp_path, "| softmax")[0]


def test_scenes_are_trained_quantized_and_measured_as_students_do_it(made_up, monkeypatch):
    """One after the other; a second call trains nothing and writes the same page."""
    fewer = [row for row in ROWS if row.name in ("simple-net", "int8-simple-net")]
    monkeypatch.setattr(command, "ROWS", fewer)
    arguments = ["--root", str(made_up), "--runs", str(made_up / "runs"), "--out", str(made_up / "R.md"), "--quick"]
    arguments += ["--device", "cpu", "--threads", "1", "--seeds", "1"]
    command.main(arguments)
    text = (made_up / "R.md").read_text(encoding="utf-8")
    note = json.loads((made_up / "runs" / "scenes15" / "cpu" / "simple-net-0.json").read_text())
    assert note["epochs"] == 1 and note["threads"] == 1 and 0 <= note["test"]["test_accuracy"] <= 1
    assert f"| SimpleNet | 48.07 | **{100 * note['test']['test_accuracy']:.2f}** | 1 | 1 |" in text
    assert "- Training accuracy of SimpleNet in its last epoch (students 74.67 %): " in text
    (size,) = [line for line in text.splitlines() if line.startswith("| SimpleNet | ") and "48.07" not in line]
    before, after = (float(cell) for cell in size.split(" | ")[1:3])
    assert after < 0.3 * before
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a finished run was repeated"))
    command.main(arguments)
    assert (made_up / "R.md").read_text(encoding="utf-8") == text


def test_of_the_resnet_for_scenes_only_the_end_learns(tmp_path):
    """The statistics of the front, of which each picture is remembered, stand where they began, and the optimizer has nothing of it."""
    scenes, script = SOLUTIONS / "scenes", SOLUTIONS / "reproduce" / "scene_resnet.py"
    load_file(scenes / "made_up_scenes.py", scenes).write_made_up_scenes(tmp_path / "scenes15", 2, 1)
    call = f"{script} train --data {tmp_path / 'scenes15'} --augment --no-test --device cpu --epochs 1"
    ended = forked.run([sys.executable, *call.split()], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0 and "epoch 1/1" in ended.stdout, ended.stderr
    saved = torch.load(tmp_path / "runs" / "resnet18" / "checkpoint.pt", weights_only=True)
    moved = {name.partition(".")[0] for name, value in saved["model"].items() if name.endswith("running_mean") and value.any()}
    n_back = sum(name.startswith("back.") and name.endswith(("weight", "bias")) for name in saved["model"])
    assert moved == {"back"} and len(saved["optimizer"]["param_groups"][0]["params"]) == n_back
