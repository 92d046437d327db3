"""A checkpoint that is handed in with a model of a student's own: it can prove that the model learns, and costs nothing."""

import re
from typing import Any

from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import accuracy, built
from autograder.judge.expect import CheckFailed, expect_shape, fail
from autograder.sandbox.faults import Raised
from autograder.sandbox.held import Held, words_of
from autograder.sandbox.student import Student

from .hidden_images import CHECKPOINT, hidden_images

NO_TENSORS = re.compile(r"Unsupported (?:global|class): GLOBAL ([\w.]{1,80})")  # torch's words for what it does not load
POINTER = b"version https://git-lfs"
HAND_IN = 'Hand in the file that `python train.py --model mymodel` writes, or `torch.save(model.state_dict(), "mymodel.pt")` does.'


def why_not_counted(student: Student, build: Any, grading: Any) -> str | None:
    """Why a checkpoint does not count, None when it does; nothing was handed in: an empty text. Its accuracy is for the leaderboard."""
    return asked_once(student, "checkpoint", lambda: _why_not(student, build, grading))


def _why_not(student: Student, build: Any, grading: Any) -> str | None:
    content = student.file("mymodel.pt")
    if content is None:
        return ""
    try:
        images, targets, n_classes = hidden_images(grading.options.seed)
        model = build(student, tuple(images.shape[1:]), CHECKPOINT.hidden_dim, CHECKPOINT.kernel_size, n_classes)
        load_checkpoint(student, built(student, model, images[:2]), content)
        scores = expect_shape("The trained model", student.probe("scores_in_batches", model, images, 250), (len(images), n_classes))
    except (CheckFailed, Raised) as fault:
        return fault.message
    reached = accuracy(scores, targets)
    grading.run.measure("mymodel", reached)
    if reached >= CHECKPOINT.accuracy:
        return None
    return (
        f"mymodel.pt classifies {reached:.1%} of {len(images)} unseen images rightly; {CHECKPOINT.accuracy:.0%} are asked for.\n"
        "Was it trained with the same preparation of the images, and saved after training?"
    )


def load_checkpoint(student: Student, model: Held, content: bytes) -> None:
    """Load a checkpoint into the student's model, which must have the layers that it was saved from."""
    if not content:
        fail("mymodel.pt is empty.", HAND_IN)
    if content.startswith(POINTER):
        fail("mymodel.pt is a pointer of Git LFS, not the file itself.", "`git lfs pull` fetches it.")
    try:
        student.probe("load_checkpoint", model, content)
    except Raised as fault:
        if named := NO_TENSORS.search(fault.details):
            what = "values of numpy" if named[1].startswith("numpy.") else "a whole object"
            fail(f"mymodel.pt holds {what} (`{named[1]}`); a `state_dict` holds tensors only.", HAND_IN)
        if "state_dict" not in fault.details:
            fail("mymodel.pt cannot be read: it is no file that `torch.save` writes, or is damaged.", HAND_IN)
        for prefix, cause in (("module.", "torch.nn.DataParallel"), ("_orig_mod.", "torch.compile")):
            if f'"{prefix}' in fault.details:
                fail(
                    f"mymodel.pt was saved from a model inside {cause}: its names begin with `{prefix}`.",
                    f"Save the `state_dict` of the model itself: `model.{prefix}state_dict()`.",
                )
        for wrapper in ("state_dict", "model_state_dict", "model", "epoch", "optimizer"):
            if f'"{wrapper}"' in fault.details:
                fail(f"mymodel.pt holds more than the `state_dict`: it is a dict with an entry `{wrapper}`.", HAND_IN)
        fail(
            f"mymodel.pt does not fit {words_of(model)}: it was saved from a model with other layers or sizes.",
            "Train with the defaults of train.py, and hand in the models/mymodel.py that was trained.",
        )
