"""`metrics.py` and `ablate.py` as students start them."""

import csv
import json

from PIL import Image


def test_runs_are_measured_class_by_class(course, trained):
    """Table, numbers and picture lie beside each run, and agree with the accuracy in its log."""
    ended = course.run(trained, "classifiers/metrics.py", "runs/softmax", "runs/convnet", "--split", "test")
    assert ended.status == 0 and "macro averages" in ended.output and "…" not in ended.output, ended.output
    for name in ("softmax", "convnet"):
        run = trained / "runs" / name
        rows = list(csv.DictReader((run / "metrics_test.csv").read_text().splitlines()))
        assert len(rows) == 13 and rows[-1]["class"] == "all images"
        logged = json.loads((run / "log.jsonl").read_text().splitlines()[-1])["test_accuracy"]
        numbers = json.loads((run / "metrics_test.json").read_text())
        assert abs(numbers["averages"][-1]["recall"] - logged) < 1e-5 and len(numbers["bins"]["share"]) == 15
        with Image.open(run / "metrics_test.png") as picture:
            assert min(picture.size) > 300


def test_a_run_that_is_not_there_is_named(course, trained):
    """One line."""
    ended = course.run(trained, "classifiers/metrics.py", "runs/nothing")
    assert (ended.status, ended.output) == (1, "runs/nothing holds no run; train first: `python train.py --help` says how.\n")


def test_an_ablation_leaves_what_is_handed_in_and_the_test_images_alone(course, data, tmp_path):
    """It trains, measures, and goes on without training again."""
    (tmp_path / "mymodel.pt").write_text("mine")
    tiny = ("--train-images", 60, "--epochs", 1, "--device", "cpu", "--root", data)
    arguments = ("classifiers/ablate.py", "--model", "mymodel", *tiny, "--vary", "lr", 0.01)
    ended = course.run(tmp_path, *arguments)
    assert ended.status == 0 and (tmp_path / "mymodel.pt").read_text() == "mine", ended.output
    folder = tmp_path / "runs" / "ablation_mymodel"
    rows = list(csv.DictReader((folder / "ablation.csv").read_text().splitlines()))
    assert [(row["setting"], row["value"]) for row in rows] == [("base", ""), ("lr", "0.05"), ("lr", "0.01")]
    assert all(float(row["training_s"]) > 0 and int(row["parameters"]) > 1000 for row in rows)
    logs = [path.read_text() for path in folder.glob("*/log.jsonl")]
    assert len(logs) == 2 and not any("test" in log for log in logs)
    again = course.run(tmp_path, *arguments)
    assert again.status == 0 and "epoch" not in again.output and again.output.count("finished before, kept") == 2


def test_ctrl_c_ends_an_ablation_with_what_to_do(course, data, tmp_path):
    """And not with what train.py alone would say."""
    stop = "import sys\nsys.path.append(top)\nimport training_kit.training as kit\ndef stop(*_): raise KeyboardInterrupt\nkit.Training.run = stop\n"
    tiny = ("--train-images", 60, "--epochs", 1, "--device", "cpu", "--root", data)
    ended = course.run(tmp_path, "classifiers/ablate.py", *tiny, "--vary", "lr", 0.01, before=stop)
    assert ended.status == 1 and ended.output.endswith("stopped; the same command goes on with what is missing\n"), ended.output
