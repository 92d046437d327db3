"""What `python train.py --model mymodel` leaves to be handed in is what the grader measures."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

import data_scripts
from autograder.course import SOLUTIONS, problems
from autograder.checks.classifiers.hidden_images import CHECKPOINT, MEAN, STD, hidden_images
from data_scripts import synthetic
from tests import forked
from training_kit.batches import Preparation

PART = SOLUTIONS / "classifiers"
FULL = problems()["mymodel"].points


@pytest.fixture
def script(monkeypatch):
    """The names of train.py."""
    monkeypatch.syspath_prepend(str(PART))
    before = set(sys.modules)
    yield runpy.run_path(str(PART / "train.py"))
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(PART)):
            del sys.modules[name]


def test_the_defaults_are_what_the_grader_builds(script):
    """Width, kernel and data set."""
    defaults, fixed = script["DEFAULTS"]["mymodel"], script["HANDED_IN"]
    assert (defaults["hidden_dim"], defaults["kernel_size"]) == (CHECKPOINT.hidden_dim, CHECKPOINT.kernel_size)
    assert {name: defaults.get(name, "synthetic") for name in fixed} == fixed


def test_the_grader_prepares_images_as_training_does(data):
    """The grader's constants are those of the data set."""
    dataset = data_scripts.load("synthetic", data)
    assert dataset.mean.tolist() == pytest.approx(MEAN, abs=1e-6)
    assert dataset.std.tolist() == pytest.approx(STD, abs=1e-6)
    hidden, labels, n_classes = hidden_images(5)
    assert (hidden.shape, hidden.dtype, len(labels)) == ((500, 3, 32, 32), torch.float32, 500)
    assert n_classes == len(synthetic.CLASS_NAMES)
    drawn, _ = synthetic.draw(50, 7)
    prepared = Preparation.of(dataset.mean, dataset.std, torch.device("cpu"))(torch.from_numpy(drawn))
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (MEAN, STD))
    assert torch.allclose(prepared, (torch.from_numpy(drawn).float() / 255 - mean) / std, atol=1e-5)


def test_a_model_of_another_width_is_not_put_there(script, tmp_path):
    """The grader could not load it; the file stays as it was, and a sentence says why."""
    target = tmp_path / "mymodel.pt"
    options = script["parse"](["--model", "mymodel", "--hidden-dim", "2", "--hand-in", str(target)])
    said = script["hand_in"](None, options)
    assert said == f"{target} stays as it was: the grader would use another hidden_dim." and not target.exists()


def test_the_checkpoint_of_a_default_run_is_one_that_the_grader_can_use(train, tmp_path):
    """It is the best one of the run, and of the width that the grader builds."""
    tiny = ("--model", "mymodel", "--train-images", 40, "--epochs", 1, "--no-test")
    assert train(tmp_path, *tiny).status == 0
    values = torch.load(tmp_path / "mymodel.pt", weights_only=True)
    assert (tmp_path / "mymodel.pt").read_bytes() == (tmp_path / "runs" / "mymodel" / "best.pt").read_bytes()
    assert values["scores.weight"].shape == (10, 4 * CHECKPOINT.hidden_dim)


def graded(folder, checkpoint):
    """Points and status of the whole problem, whether the checkpoint is said not to be counted, and its accuracy on the leaderboard."""
    (folder / "models").mkdir(parents=True)
    shutil.copyfile(PART / "models" / "mymodel.py", folder / "models" / "mymodel.py")
    shutil.copyfile(checkpoint, folder / "mymodel.pt")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "autograder",
        "--submission",
        str(folder),
        "--part",
        PART.name,
        "--problem",
        "mymodel",
        "--seed",
        "1",
        "--device",
        "cpu",
        "--results",
        str(folder / "results.json"),
        "--leaderboard",
    ]
    forked.run(command, cwd=SOLUTIONS.parent, stdout=subprocess.DEVNULL, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"})
    results = json.loads((folder / "results.json").read_text())
    found = results["extra_data"]["problems"]["mymodel"]
    (board,) = results["leaderboard"]
    assert (board["name"], board["order"]) == ("Accuracy of mymodel.pt on unseen images", "desc")
    return found["score"], found["status"], "mymodel.pt was not counted, which costs nothing" in results["output"], board["value"]


@pytest.mark.nightly(6)
def test_the_default_run_counts(course, data, tmp_path):
    """`python train.py --model mymodel`, nothing else: what it saves classifies the grader's own images."""
    ended = course.run(tmp_path, "classifiers/train.py", "--model", "mymodel", "--root", data, "--device", "cpu")
    assert ended.status == 0, ended.output
    *end, accuracy = graded(tmp_path / "trained", tmp_path / "mymodel.pt")
    assert end == [FULL, "passed", False] and accuracy >= CHECKPOINT.accuracy


def test_an_untrained_model_costs_nothing_and_is_last_on_the_leaderboard(tmp_path, script):
    """A remark says that it was not counted; what was measured is shown, and is no mark."""
    torch.manual_seed(0)
    settings = script["parse"](["--model", "mymodel"])
    model = script["build_model"](settings, SimpleNamespace(im_size=(3, 32, 32), n_classes=10))
    torch.save(model.state_dict(), tmp_path / "untrained.pt")
    *end, accuracy = graded(tmp_path / "untrained", tmp_path / "untrained.pt")
    assert end == [FULL, "passed", True] and 0 <= accuracy < CHECKPOINT.accuracy
