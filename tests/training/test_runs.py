"""Trainings as students start them: repeatable, resumable, one look at the test set."""

import json
import re
import subprocess
import sys

import pytest
import torch

MYMODEL = ["--model", "mymodel", "--hidden-dim", "2"]
NAMES = ("log.jsonl", "best.pt")
# Stops in the middle of the second epoch, as Ctrl-C does.
INTERRUPT = """
import sys
sys.path.append(top)
from training_kit.batches import TrainingBatches
passes, whole = [], TrainingBatches.__iter__
def interrupted(self):
    passes.append(1)
    for number, batch in enumerate(whole(self)):
        if (len(passes), number) == (2, 3):
            raise KeyboardInterrupt
        yield batch
TrainingBatches.__iter__ = interrupted
"""


def bytes_of(run):
    """What a run wrote that has to be the same."""
    return {name: (run / name).read_bytes() for name in NAMES}


def lines_of(run):
    """The log of a run."""
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def whole(course, tmp_path_factory):
    """An uninterrupted run."""
    folder = tmp_path_factory.mktemp("whole")
    ended = course.train(folder, "classifiers", *MYMODEL, "--epochs", 3)
    assert ended.status == 0, ended.output
    return folder / "runs" / "mymodel"


def test_the_same_seed_gives_the_same_log_and_checkpoint(course, whole, tmp_path):
    """To the last byte, in another process; another seed gives others."""
    for seed in (0, 1):
        course.train(tmp_path, "classifiers", *MYMODEL, "--epochs", 3, "--seed", seed, "--name", f"seed_{seed}")
    assert bytes_of(tmp_path / "runs" / "seed_0") == bytes_of(whole)
    other = bytes_of(tmp_path / "runs" / "seed_1")
    assert all(other[name] != bytes_of(whole)[name] for name in NAMES)


def test_a_resumed_run_equals_an_uninterrupted_one(course, whole, tmp_path):
    """Log and checkpoint to the last byte; the states agree as well."""
    arguments = ("classifiers", *MYMODEL, "--epochs", 3)
    stopped = course.train(tmp_path, *arguments, before=INTERRUPT)
    assert stopped.status == 1 and "the same command with --resume goes on" in stopped.output
    run = tmp_path / "runs" / "mymodel"
    assert lines_of(run)[-1]["epoch"] == 1
    with (run / "log.jsonl").open("a") as log:
        log.write('{"iteration": 99, "half a line')
    refused = course.train(tmp_path, *arguments)
    assert refused.status == 1 and "holds an unfinished run; add --resume" in refused.output
    assert course.train(tmp_path, *arguments, "--resume").status == 0
    assert bytes_of(run) == bytes_of(whole)
    states = [torch.load(path / "state.pt", weights_only=True) for path in (run, whole)]
    assert str(states[0]) == str(states[1])


def test_a_log_has_every_batch_every_epoch_and_one_test(whole):
    """Iterations grow, validation follows each epoch, the test is the last line."""
    lines = lines_of(whole)
    assert [line["iteration"] for line in lines] == [3, 6, 8, 11, 14, 16, 19, 22, 24, 24]
    assert [line["epoch"] for line in lines if "validation_accuracy" in line] == [1, 2, 3]
    assert "test_accuracy" in lines[-1] and not any("test_accuracy" in line for line in lines[:-1])
    assert all(0 <= line["accuracy"] <= 1 and line["loss"] > 0 and line["lr"] > 0 for line in lines[:-1])
    validated = {line["epoch"]: line["validation_accuracy"] for line in lines if "validation_accuracy" in line}
    assert lines[-1]["best_epoch"] == max(validated, key=validated.get)


def test_a_finished_run_is_not_tested_again(course, tmp_path):
    """Going on with it changes nothing; other settings are refused; it is replaced only when that is asked for."""
    arguments = ("classifiers", "--model", "softmax", "--epochs", 1)
    course.train(tmp_path, *arguments)
    before = bytes_of(tmp_path / "runs" / "softmax")
    assert course.train(tmp_path, *arguments, "--resume").status == 0
    assert bytes_of(tmp_path / "runs" / "softmax") == before
    other = course.train(tmp_path, *arguments, "--resume", "--lr", 0.5)
    assert other.status == 1 and "has other settings (lr); give the same" in other.output
    again = course.train(tmp_path, *arguments, "--seed", 1)
    assert again.status == 1 and "holds a finished run, which is kept; add --name" in again.output
    assert bytes_of(tmp_path / "runs" / "softmax") == before
    assert course.train(tmp_path, *arguments, "--seed", 1, "--restart").status == 0
    assert bytes_of(tmp_path / "runs" / "softmax") != before


@pytest.mark.parametrize(
    "part, arguments",
    [
        ("classifiers", ["--model", "softmax", "--train-images", 60]),
        ("distillation", ["ema", "--name", "softmax"]),
        ("transfer", ["--head", "mymodel", "--name", "softmax", "--train-images", 20]),
    ],
)
def test_a_finished_run_goes_on_with_more_epochs(course, tmp_path, part, arguments):
    """In every part; fewer than it has are refused, and what was learned later is tested."""
    assert course.train(tmp_path, part, *arguments, "--epochs", 1).status == 0
    longer = course.train(tmp_path, part, *arguments, "--epochs", 2, "--resume")
    assert longer.status == 0 and "goes on after epoch 1 of 2" in longer.output, longer.output
    run = tmp_path / "runs" / "softmax"
    assert [line["epoch"] for line in lines_of(run) if "validation_accuracy" in line] == [1, 2]
    assert json.loads((run / "settings.json").read_text())["epochs"] == 2
    fewer = course.train(tmp_path, part, *arguments, "--epochs", 1, "--resume")
    assert (fewer.status, fewer.output) == (1, "The run in runs/softmax ended with epoch 2, so --epochs 1 is too small.\n")


def test_a_run_stopped_in_its_first_epoch_begins_again(course, tmp_path):
    """That is what is said, and what happens, with --resume and without."""
    arguments = ("classifiers", *MYMODEL, "--epochs", 1)
    early = INTERRUPT.replace("(2, 3)", "(1, 3)")
    for more in ([], ["--resume"]):
        stopped = course.train(tmp_path, *arguments, *more, before=early)
        assert stopped.status == 1 and stopped.output.endswith("nothing is kept; the same command begins again\n")
    assert course.train(tmp_path, *arguments, "--resume").status == 0


def test_ctrl_c_while_pytorch_is_loaded_is_a_word(course):
    """No traceback; other mistakes keep theirs."""
    call = f"import sys; sys.path.append({str(course.top)!r}); import training_kit; raise "
    said = [
        subprocess.run([sys.executable, "-c", call + kind], capture_output=True, text=True).stderr
        for kind in ("KeyboardInterrupt", "ValueError(3)")
    ]
    assert said[0] == "stopped\n" and "Traceback" in said[1] and "ValueError: 3" in said[1]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--dataset", "cifar10"], "run: python -m data_scripts cifar10 --root"),
        (["--device", "mps"], "PyTorch finds no device mps here"),
        (["--validation", "0.9"], "--validation is a share from 0 to 0.5, not 0.9."),
        (["--resume"], "holds no run; train first"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(course, tmp_path, arguments, words):
    """One line, exit status 1, no traceback."""
    ended = course.train(tmp_path, "classifiers", *arguments)
    assert ended.status == 1 and words in ended.output and len(ended.output.splitlines()) == 1, ended.output


@pytest.mark.parametrize(
    "option, value, words",
    [
        ("--batch-size", 0, "'0' is no whole number from 1 up"),
        ("--epochs", 0, "'0' is no whole number from 1 up"),
        ("--lr", -1, "'-1' is no number from 0 up"),
        ("--lr", "nan", "'nan' is no number from 0 up"),
        ("--weight-decay", "inf", "'inf' is no number from 0 up"),
        ("--shift", -1, "'-1' is no whole number from 0 up"),
        ("--log-every", 0.5, "'0.5' is no whole number from 1 up"),
        ("--hidden-dim", 0, "'0' is no whole number from 1 up"),
        ("--kernel-size", 0, "'0' is no whole number from 1 up"),
        ("--momentum", 1.5, "'1.5' is no number from 0 to 1"),
    ],
)
def test_numbers_that_cannot_be_are_refused(course, tmp_path, option, value, words):
    """Before anything is read or written."""
    ended = course.train(tmp_path, "classifiers", option, value)
    assert ended.status == 2 and ended.output.endswith(f"error: argument {option}: {words}\n"), ended.output
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "option, value, words",
    [
        ("--temperature", 0, "'0' is no number above 0"),
        ("--alpha", 1.5, "'1.5' is no number from 0 to 1"),
        ("--decay", -0.1, "'-0.1' is no number from 0 to 1"),
    ],
)
def test_numbers_of_distillation_that_cannot_be_are_refused(course, tmp_path, option, value, words):
    """Before anything is read or written."""
    ended = course.train(tmp_path, "distillation", option, value)
    assert ended.status == 2 and ended.output.endswith(f"error: argument {option}: {words}\n"), ended.output


@pytest.mark.parametrize("script", ["classifiers/train.py", "distillation/train.py", "scenes/train.py", "transfer/train.py"])
def test_the_help_reads_well(course, tmp_path, script):
    """Defaults that say something, and no others."""
    ended = course.run(tmp_path, script, "--help")
    assert ended.status == 0 and not re.search(r"default:|None|True|False", ended.output), ended.output
    assert "of all random numbers (0)" in ended.output


def test_a_shift_beyond_the_image_is_refused(course, tmp_path):
    """A mirror image has no pixels beyond its own side."""
    ended = course.train(tmp_path, "classifiers", "--shift", 32)
    assert (ended.status, ended.output) == (1, "--shift is less than the sides of the images, (32, 32), not 32.\n")


def test_what_cannot_begin_leaves_the_earlier_run(course, tmp_path):
    """A data set that is missing, and a gap in the network."""
    arguments = ("classifiers", "--model", "softmax", "--epochs", 1)
    assert course.train(tmp_path, *arguments).status == 0
    before = bytes_of(tmp_path / "runs" / "softmax")
    gap = (
        "import sys\nsys.path.append(top)\nimport models.softmax\n"
        "def gap(*_): raise NotImplementedError('not written yet')\nmodels.softmax.Softmax.forward = gap\n"
    )
    assert course.train(tmp_path, *arguments, "--restart", "--dataset", "cifar10").status == 1
    assert course.train(tmp_path, *arguments, "--restart", before=gap).output == "not written yet\n"
    assert bytes_of(tmp_path / "runs" / "softmax") == before


def test_damaged_and_unwritable_folders_are_a_sentence(course, tmp_path):
    """As after a full disk, or with a typing mistake."""
    arguments = ("classifiers", "--model", "softmax", "--epochs", 1)
    assert course.train(tmp_path, *arguments).status == 0
    state = tmp_path / "runs" / "softmax" / "state.pt"
    for content in (state.read_bytes()[:5000], b"junk"):
        state.write_bytes(content)
        ended = course.train(tmp_path, *arguments, "--resume")
        assert ended.status == 1 and ended.output.startswith("runs/softmax/state.pt is damaged; delete"), ended.output
    (tmp_path / "file").write_text("x")
    ended = course.train(tmp_path, *arguments, "--runs", "file")
    assert (ended.status, ended.output) == (
        1,
        "file/softmax cannot be written (Not a directory); free some space or choose other --runs.\n",
    )


def test_a_gap_is_named_and_nothing_else_is_needed(course, tmp_path):
    """A student who has written task 1.1 and 1.5 alone can train the softmax classifier."""
    gap = (
        "import sys\nsys.path.append(top)\nimport models.convnet\n"
        "def gap(*_): raise NotImplementedError('Task 1.3: CNN.__init__ is not written yet')\n"
        "models.convnet.CNN.__init__ = gap\n"
    )
    assert course.train(tmp_path, "classifiers", "--epochs", 1, before=gap).status == 0
    unwritten = course.train(tmp_path, "classifiers", "--model", "convnet", before=gap)
    assert (unwritten.status, unwritten.output) == (1, "Task 1.3: CNN.__init__ is not written yet\n")


def test_a_training_step_that_returns_no_number_is_named(course, tmp_path):
    """A usual mistake of task 1.5."""
    forgotten = "import training\ntraining.train_step = lambda *_: None\n"
    ended = course.train(tmp_path, "classifiers", before=forgotten)
    assert ended.status == 1 and ended.output.endswith("gave the loss as NoneType; it should be a float.\n")


def test_distillation_needs_a_teacher(course, tmp_path):
    """The command that makes one is said."""
    ended = course.train(tmp_path, "distillation", "distilled")
    assert ended.status == 1 and "runs/teacher holds no run; train first" in ended.output


def test_distillation_without_a_word_trains_the_student(course, tmp_path):
    """`python train.py` does something useful in every part."""
    ended = course.train(tmp_path, "distillation")
    assert ended.status == 0 and "student: " in ended.output and (tmp_path / "runs" / "student" / "best.pt").is_file()


def test_the_moving_average_is_what_is_judged(trained):
    """And the network that it follows is in the log as well."""
    validated = [line for line in lines_of(trained / "runs" / "ema") if "validation_accuracy" in line]
    assert len(validated) == 2 and all("student_validation_accuracy" in line for line in validated)


def test_a_head_on_resnet_trains(course, tmp_path):
    """Frozen, without a download."""
    ended = course.train(tmp_path, "transfer", "--head", "mymodel", "--no-test")
    assert ended.status == 0 and (tmp_path / "runs" / "mymodel" / "curves.png").is_file(), ended.output
    assert re.search(r"^mymodel: [\d,]+ parameters, of which [\d,]+ train, ", ended.output), ended.output


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
