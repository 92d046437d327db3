"""`metrics.py`, `ablate.py` and `pictures.py` on made-up scenes."""

import csv
import json

from tests.of_students import expect_picture

DRAW = "from made_up_scenes import write_made_up_scenes\nwrite_made_up_scenes('made_up', 4, 1)\n"


def test_scenes_are_ablated_and_measured(course, tmp_path):
    """Without a look at the test pictures; measured again, the accuracy is that of the trainer's last epoch."""
    arguments = ("scenes/ablate.py", "--data", "made_up", "--epochs", 1, "--device", "cpu", "--vary", "augment", "yes")
    ended = course.run(tmp_path, *arguments, before=DRAW)
    assert ended.status == 0 and "test:" not in ended.output, ended.output
    folder = tmp_path / "runs" / "ablation_simple_net"
    rows = list(csv.DictReader((folder / "ablation.csv").read_text().splitlines()))
    assert [(row["setting"], row["value"]) for row in rows] == [("base", ""), ("augment", "no"), ("augment", "yes")]
    assert all(float(row["training_s"]) > 0 for row in rows)
    assert "epoch" not in course.run(tmp_path, *arguments).output
    assert course.run(tmp_path, "scenes/metrics.py", folder / "base").status == 0
    numbers = json.loads((folder / "base" / "metrics_validation.json").read_text())
    assert abs(numbers["averages"][-1]["recall"] - float(rows[0]["validation_accuracy"])) < 1e-5
    assert len(numbers["classes"]) == 15 and numbers["title"] == "base: SimpleNet on made_up, validation images"
    for picture, split in (("curves", ()), ("filters", ()), ("mistakes", ("--split", "validation")), ("confusion", ())):
        expect_picture(course, tmp_path, "scenes", [picture, folder / "base", *split], tmp_path)


def test_scenes_that_are_elsewhere_are_named(course, tmp_path):
    """With the command that fetches them, or with the folder that they are in already."""
    set_root = f"import os\nos.environ['COURSE_DATA'] = {str(tmp_path / 'data')!r}\n"
    arguments = ("scenes/train.py", "--data", "../data/scenes15")
    fetched = tmp_path / "data" / "scenes15"
    missing = course.run(tmp_path, *arguments, before=set_root)
    assert missing.status == 1 and f"--root {tmp_path / 'data'}`, then say --data {fetched}" in missing.output, missing.output
    (fetched / "train").mkdir(parents=True)
    there = course.run(tmp_path, *arguments, before=set_root)
    assert there.output.endswith(f"has no folder train; the real scenes are there: --data {fetched}\n"), there.output


def test_pictures_that_have_moved_are_asked_for(course, tmp_path):
    """In a sentence; so is a folder without a run."""
    run = tmp_path / "runs" / "simple_net"
    run.mkdir(parents=True)
    nothing = course.run(tmp_path, "scenes/metrics.py", "runs/simple_net")
    assert nothing.status == 1 and nothing.output.startswith("runs/simple_net holds no run; train first")
    (run / "settings.json").write_text(json.dumps({"data": "gone", "model": "simple_net", "validation": "0.15"}))
    moved = course.run(tmp_path, "scenes/metrics.py", "runs/simple_net")
    assert moved.output == "gone has no folder train; say with --root where the pictures of runs/simple_net are.\n"
