"""Which runs an ablation needs, which it keeps, and what it refuses; with a script that trains nothing."""

import argparse
import json
from pathlib import Path

import pytest
import torch

from training_kit.ablation_command import ablation_command
from training_kit.ablation_pictures import draw_ablation
from training_kit.ablations import Script
from training_kit.errors import RunError
from training_kit.options import at_least


class Found:
    """A run that says what its settings make it say."""

    def __init__(self, path, root):
        self.options = json.loads((path / "run.pt").read_text())
        self.model = torch.nn.Linear(2, 3)
        self.model.bias.requires_grad_(False)

    def scores(self, split, most=0):
        """Right for 60 of 100 images, and for 10 more with the other learning rate, as long as they are not the test images."""
        assert split != "test"
        n_right = 60 + 10 * (self.options["lr"] == 0.3) + 20 * (split == "train")
        return torch.eye(3)[(torch.arange(100) >= n_right).long()], torch.zeros(100, dtype=torch.long)

    def inputs(self, n):
        """Two numbers an image."""
        return torch.zeros(min(n, 5), 2)

    def training_s(self):
        """Made up."""
        return 1.5


class Trainings:
    """A part's script: notes what it was called with, and may be stopped."""

    def __init__(self):
        self.calls, self.stop_before = [], None

    def parse(self, arguments):
        """Options as those of train.py."""
        parser = argparse.ArgumentParser()
        parser.add_argument("--model", default="small")
        parser.add_argument("--lr", type=at_least(0.0), default=0.1)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--flip", action=argparse.BooleanOptionalAction, default=True)
        parser.add_argument("--validation", type=float, default=0.1)
        parser.add_argument("--runs", default="runs")
        parser.add_argument("--root", default="data")
        parser.add_argument("--name", default=None)
        for name in ("resume", "restart", "quiet"):
            parser.add_argument(f"--{name}", action="store_true")
        parser.add_argument("--no-test", dest="test", action="store_false")
        options = parser.parse_args(arguments)
        options.name = options.name or options.model
        return options

    def train(self, arguments):
        """Leave a run, whole or half."""
        options = self.parse(arguments)
        folder = Path(options.runs) / options.name
        assert not options.test
        self.calls.append(folder.name + (" resumed" if options.resume else ""))
        (folder / "run.pt").write_text(json.dumps(vars(options)))
        if len(self.calls) == self.stop_before:
            raise KeyboardInterrupt


@pytest.fixture
def trainings(tmp_path, monkeypatch):
    """The script, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("training_kit.ablations.TIMED_S", 0.001)
    return Trainings()


def ablate(trainings, *arguments):
    """What the command line gives."""
    return ablation_command(Script(trainings.parse, trainings.train, Found), [str(argument) for argument in arguments])


def test_each_value_trains_once_and_the_base_serves_all_settings(trainings, capsys):
    """Also where its value is named; the table says what changed."""
    rows = ablate(trainings, "--vary", "lr", "0.1", "0.3", "--vary", "flip", "no", "--vary", "seed", 1)
    assert trainings.calls == ["base", "lr_0.3", "flip_no", "seed_1"]
    assert [(row["setting"], row["value"], row["change"]) for row in rows] == [
        ("base", "", None),
        ("lr", "0.1", None),
        ("lr", "0.3", pytest.approx(0.1)),
        ("flip", "yes", None),
        ("flip", "no", 0.0),
        ("seed", "0", None),
        ("seed", "1", 0.0),
    ]
    row = rows[2]
    assert (row["validation_accuracy"], row["training_accuracy"], row["training_s"]) == (0.7, 0.9, 1.5)
    assert (row["parameters"], row["trained_parameters"]) == (9, 6) and row["inference_ms"] > 0
    folder = Path("runs/ablation_small")
    assert {path.name for path in folder.iterdir() if path.is_file()} == {"ablation.csv", "ablation.md", "ablation.png"}
    assert "| lr | 0.3 | 90.0 | 70.0 | +10.0 | 1.5 |" in (folder / "ablation.md").read_text()
    assert "validation %" in capsys.readouterr().out


def test_the_same_command_goes_on(trainings):
    """Finished runs are kept, a stopped one is resumed, and more settings add runs."""
    trainings.stop_before = 2
    with pytest.raises(KeyboardInterrupt):
        ablate(trainings, "--vary", "lr", "0.3", "0.5")
    ablate(trainings, "--vary", "lr", "0.3", "0.5", "--resume")
    assert trainings.calls == ["base", "lr_0.3", "lr_0.3 resumed", "lr_0.5"]
    rows = ablate(trainings, "--vary", "lr", "0.5", "--vary", "seed", 1)
    assert trainings.calls[4:] == ["seed_1"] and len(rows) == 5


def test_runs_with_other_settings_are_not_mixed(trainings):
    """They are named; another name, or beginning again, is what helps."""
    ablate(trainings, "--vary", "lr", "0.3")
    with pytest.raises(RunError, match=r"base holds a run with other settings \(seed\); give this ablation another --name"):
        ablate(trainings, "--seed", 5, "--vary", "lr", "0.3")
    ablate(trainings, "--seed", 5, "--name", "other", "--vary", "lr", "0.3")
    assert Path("runs/ablation_other/lr_0.3").is_dir()
    ablate(trainings, "--seed", 5, "--restart", "--vary", "lr", "0.3")
    assert trainings.calls == 3 * ["base", "lr_0.3"]


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "Nothing is varied; say for example: --vary lr"),
        (["--vary", "lr"], "--vary lr needs one or more values, as in --vary lr 0.1."),
        (["--vary", "colour", "red"], "train.py has no setting colour that can be varied; it has flip, lr, model, seed."),
        (["--vary", "name", "x"], "train.py has no setting name"),
        (["--vary", "flip", "perhaps"], "--vary flip takes yes and no, not perhaps."),
        (["--validation", "0", "--vary", "lr", "1"], "Settings are judged on validation images"),
    ],
)
def test_what_cannot_be_varied_is_said_before_anything_trains(trainings, arguments, words):
    """In a sentence."""
    with pytest.raises(RunError, match=words):
        ablate(trainings, *arguments)
    assert not trainings.calls and not Path("runs").exists()


def test_a_value_that_cannot_be_is_refused_before_anything_trains(trainings, capsys):
    """By the option itself."""
    with pytest.raises(SystemExit):
        ablate(trainings, "--vary", "lr", "0.3", "-1")
    assert "argument --lr: '-1' is no number from 0 up" in capsys.readouterr().err and not trainings.calls


def test_the_picture_has_a_column_for_each_setting():
    """Quantities in their order, joined; seeds, between which nothing lies, and words as they were asked for are not."""
    common = {"training_accuracy": 0.9, "validation_accuracy": 0.8, "training_s": None, "inference_ms": 0.2}
    asked = [("base", ""), ("lr", "0.1"), ("lr", "0.03"), ("seed", "2"), ("seed", "1"), ("model", "small"), ("model", "large")]
    figure = draw_ablation([{"setting": setting, "value": value} | common for setting, value in asked], "a title")
    written = [[text.get_text() for text in axes.get_xticklabels()] for axes in figure.axes[-3:]]
    assert written == [["0.03", "0.1"], ["1", "2"], ["small", "large"]]
    assert [axes.get_lines()[0].get_linestyle() for axes in figure.axes[:3]] == ["-", "None", "None"]
    assert [axes.get_ylabel() for axes in figure.axes[::3]] == ["accuracy (%)", "training (s)", "inference\n(ms an image)"]


@pytest.mark.parametrize("n_settings", [1, 2, 4])
def test_the_legend_of_the_picture_is_whole(n_settings):
    """However few settings are varied."""
    common = {"training_accuracy": 0.9, "validation_accuracy": 0.8, "training_s": 1.0, "inference_ms": 0.2}
    asked = [("base", ""), *((f"setting-{number}", value) for number in range(n_settings) for value in ("0.1", "0.2"))]
    figure = draw_ablation(
        [{"setting": setting, "value": value} | common for setting, value in asked], "ablation: one setting at a time"
    )
    figure.draw_without_rendering()
    legend = figure.legends[0].get_window_extent()
    assert 0 <= legend.x0 and legend.x1 <= figure.bbox.x1


def test_a_folder_that_cannot_be_written_is_a_sentence(trainings):
    """Before anything trains."""
    Path("runs").write_text("a file")
    with pytest.raises(RunError, match=r"ablation.json cannot be written \("):
        ablate(trainings, "--vary", "lr", "0.3")
    assert not trainings.calls
