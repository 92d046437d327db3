"""Training on scenes, and the report on quantization, as students start them."""

import torch


def test_scenes_train_on_made_up_pictures(course, tmp_path):
    """Curves and confusion matrix are drawn; called again, nothing is left to train."""
    draw = "from made_up_scenes import write_made_up_scenes\nwrite_made_up_scenes('made_up', 4, 1)\n"
    arguments = ("scenes/train.py", "--data", "made_up", "--epochs", 1, "--device", "cpu")
    first = course.run(tmp_path, *arguments, before=draw)
    assert first.status == 0 and "epoch 1/1" in first.output and "test: loss" in first.output, first.output
    assert {path.name for path in (tmp_path / "runs" / "simple_net").glob("*.png")} == {"loss.png", "accuracy.png", "confusion.png"}
    assert "nothing left to train, 1 of 1 epochs are done: more --epochs go on" in course.run(tmp_path, *arguments).output
    assert "epoch 2/2" in course.run(tmp_path, *arguments[:-4], "--epochs", 2, *arguments[-2:]).output
    other = course.run(tmp_path, *arguments, "--lr", 0.1)
    assert other.status == 1 and "has other settings (lr); give the same, add --restart" in other.output
    assert "epoch 1/1" in course.run(tmp_path, *arguments, "--lr", 0.1, "--restart").output


def test_the_report_on_quantization_says_what_is_missing(course, tmp_path):
    """A checkpoint that is not there, or of another network."""
    for name, words in (
        ("nothing.pt", "There is no file nothing.pt; "),
        ("other.pt", "other.pt is not of simple_net as it is now"),
    ):
        torch.save({}, tmp_path / "other.pt")
        ended = course.run(tmp_path, "scenes/quantization_report.py", ".", name)
        assert ended.status == 1 and ended.output.startswith(words) and len(ended.output.splitlines()) == 1, ended.output


def test_made_up_scenes_are_whole_and_apart_from_real_ones(course, tmp_path):
    """Drawing them was interrupted; a network that learned from them is not taken for one of real scenes."""
    draw = (
        "import made_up_scenes\nwrite = made_up_scenes.write_made_up_scenes\n"
        "def draw(folder):\n    write(folder, 4, 1)\n    {end}\nmade_up_scenes.write_made_up_scenes = draw\n"
    )
    arguments = ("scenes/train.py", "--epochs", 1, "--device", "cpu")
    stopped = course.run(tmp_path, *arguments, before=draw.format(end="raise KeyboardInterrupt"))
    drawn = course.top / "data" / "made_up"
    assert stopped.status == 1 and not drawn.exists()
    assert course.run(tmp_path, *arguments, before=draw.format(end="")).status == 0 and drawn.is_dir()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["simple_net_made_up"]
    empty = course.run(tmp_path, *arguments, "--validation", 0)
    assert empty.status == 1 and "to learn from and 0 to validate with; both need some." in empty.output
