"""Trainings as students start them: repeatable, resumable, one look at the test set."""

import pytest
import torch

from tests.of_students import goes_on_with_more_epochs, lines_of

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


@pytest.fixture(scope="module")
def whole(train, tmp_path_factory):
    """An uninterrupted run."""
    folder = tmp_path_factory.mktemp("whole")
    ended = train(folder, *MYMODEL, "--epochs", 3)
    assert ended.status == 0, ended.output
    return folder / "runs" / "mymodel"


def test_the_same_seed_gives_the_same_log_and_checkpoint(train, whole, tmp_path):
    """To the last byte, in another process; another seed gives others."""
    for seed in (0, 1):
        train(tmp_path, *MYMODEL, "--epochs", 3, "--seed", seed, "--name", f"seed_{seed}")
    assert bytes_of(tmp_path / "runs" / "seed_0") == bytes_of(whole)
    other = bytes_of(tmp_path / "runs" / "seed_1")
    assert all(other[name] != bytes_of(whole)[name] for name in NAMES)


def test_a_resumed_run_equals_an_uninterrupted_one(train, whole, tmp_path):
    """Log and checkpoint to the last byte; the states agree as well."""
    arguments = (*MYMODEL, "--epochs", 3)
    stopped = train(tmp_path, *arguments, before=INTERRUPT)
    assert stopped.status == 1 and "the same command with --resume goes on" in stopped.output
    run = tmp_path / "runs" / "mymodel"
    assert lines_of(run)[-1]["epoch"] == 1
    with (run / "log.jsonl").open("a") as log:
        log.write('{"iteration": 99, "half a line')
    refused = train(tmp_path, *arguments)
    assert refused.status == 1 and "holds an unfinished run; add --resume" in refused.output
    assert train(tmp_path, *arguments, "--resume").status == 0
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


def test_a_finished_run_is_not_tested_again(train, tmp_path):
    """Going on with it changes nothing; other settings are refused; it is replaced only when that is asked for."""
    arguments = ("--model", "softmax", "--epochs", 1)
    train(tmp_path, *arguments)
    before = bytes_of(tmp_path / "runs" / "softmax")
    assert train(tmp_path, *arguments, "--resume").status == 0
    assert bytes_of(tmp_path / "runs" / "softmax") == before
    other = train(tmp_path, *arguments, "--resume", "--lr", 0.5)
    assert other.status == 1 and "has other settings (lr); give the same" in other.output
    again = train(tmp_path, *arguments, "--seed", 1)
    assert again.status == 1 and "holds a finished run, which is kept; add --name" in again.output
    assert bytes_of(tmp_path / "runs" / "softmax") == before
    assert train(tmp_path, *arguments, "--seed", 1, "--restart").status == 0
    assert bytes_of(tmp_path / "runs" / "softmax") != before


def test_a_finished_run_goes_on_with_more_epochs(train, tmp_path):
    """Fewer than it has are refused, and what was learned later is tested."""
    goes_on_with_more_epochs(train, tmp_path, "softmax", "--model", "softmax", "--train-images", 60)


def test_a_run_stopped_in_its_first_epoch_begins_again(train, tmp_path):
    """That is what is said, and what happens, with --resume and without."""
    arguments = (*MYMODEL, "--epochs", 1)
    early = INTERRUPT.replace("(2, 3)", "(1, 3)")
    for more in ([], ["--resume"]):
        stopped = train(tmp_path, *arguments, *more, before=early)
        assert stopped.status == 1 and stopped.output.endswith("nothing is kept; the same command begins again\n")
    assert train(tmp_path, *arguments, "--resume").status == 0


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--dataset", "cifar10"], "run: python -m data_scripts cifar10 --root"),
        (["--device", "mps"], "PyTorch finds no device mps here"),
        (["--validation", "0.9"], "--validation is a share from 0 to 0.5, not 0.9."),
        (["--resume"], "holds no run; train first"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(train, tmp_path, arguments, words):
    """One line, exit status 1, no traceback."""
    ended = train(tmp_path, *arguments)
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
def test_numbers_that_cannot_be_are_refused(train, tmp_path, option, value, words):
    """Before anything is read or written."""
    ended = train(tmp_path, option, value)
    assert ended.status == 2 and ended.output.endswith(f"error: argument {option}: {words}\n"), ended.output
    assert not (tmp_path / "runs").exists()


def test_a_shift_beyond_the_image_is_refused(train, tmp_path):
    """A mirror image has no pixels beyond its own side."""
    ended = train(tmp_path, "--shift", 32)
    assert (ended.status, ended.output) == (1, "--shift is less than the sides of the images, (32, 32), not 32.\n")


def test_what_cannot_begin_leaves_the_earlier_run(train, tmp_path):
    """A data set that is missing, and a gap in the network."""
    arguments = ("--model", "softmax", "--epochs", 1)
    assert train(tmp_path, *arguments).status == 0
    before = bytes_of(tmp_path / "runs" / "softmax")
    gap = (
        "import sys\nsys.path.append(top)\nimport models.softmax\n"
        "def gap(*_): raise NotImplementedError('not written yet')\nmodels.softmax.Softmax.forward = gap\n"
    )
    assert train(tmp_path, *arguments, "--restart", "--dataset", "cifar10").status == 1
    assert train(tmp_path, *arguments, "--restart", before=gap).output == "not written yet\n"
    assert bytes_of(tmp_path / "runs" / "softmax") == before


def test_damaged_and_unwritable_folders_are_a_sentence(train, tmp_path):
    """As after a full disk, or with a typing mistake."""
    arguments = ("--model", "softmax", "--epochs", 1)
    assert train(tmp_path, *arguments).status == 0
    state = tmp_path / "runs" / "softmax" / "state.pt"
    for content in (state.read_bytes()[:5000], b"junk"):
        state.write_bytes(content)
        ended = train(tmp_path, *arguments, "--resume")
        assert ended.status == 1 and ended.output.startswith("runs/softmax/state.pt is damaged; delete"), ended.output
    (tmp_path / "file").write_text("x")
    ended = train(tmp_path, *arguments, "--runs", "file")
    assert (ended.status, ended.output) == (
        1,
        "file/softmax cannot be written (Not a directory); free some space or choose other --runs.\n",
    )


def test_a_gap_is_named_and_nothing_else_is_needed(train, tmp_path):
    """A student who has written task 1.1 and 1.5 alone can train the softmax classifier."""
    gap = (
        "import sys\nsys.path.append(top)\nimport models.convnet\n"
        "def gap(*_): raise NotImplementedError('Task 1.3: CNN.__init__ is not written yet')\n"
        "models.convnet.CNN.__init__ = gap\n"
    )
    assert train(tmp_path, "--epochs", 1, before=gap).status == 0
    unwritten = train(tmp_path, "--model", "convnet", before=gap)
    assert (unwritten.status, unwritten.output) == (1, "Task 1.3: CNN.__init__ is not written yet\n")


def test_a_training_step_that_returns_no_number_is_named(train, tmp_path):
    """A usual mistake of task 1.5."""
    forgotten = "import training\ntraining.train_step = lambda *_: None\n"
    ended = train(tmp_path, before=forgotten)
    assert ended.status == 1 and ended.output.endswith("gave the loss as NoneType; it should be a float.\n")
