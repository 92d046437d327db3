"""What a network must do whatever it computes: judged on its own scores, so that wrong ones cost nothing here.

A network whose scores depend on nothing would do all of it; it gets nothing.
"""

import torch

from autograder.judge.asked_once import asked_once
from autograder.judge.classifier import CUT_OFF, RANDOM, answer, mean_loss, near, probe_with_gradients
from autograder.judge.dependence import expect_depends
from autograder.judge.expect import expect, expect_dtype, expect_shape, expect_tensor, fail
from autograder.sandbox.faults import Raised
from autograder.sandbox.held import Held, words_of
from autograder.sandbox.student import Student

from .subjects import Subject

NO_IMAGES = "Every image gets the same scores, whatever it shows: does `forward` use the images?"
NO_WEIGHTS = "The scores do not change with the parameters: does `forward` use those that are registered?"
NOT_FINITE = "Is there a division by zero, a logarithm of something that is not positive, or an `exp` of a large number?"
IN_FLOAT32 = "Is something computed in float32 on the way? Is there a `.float()`, or a tensor made with a fixed dtype?"
# Moves of one parameter: in float64 slopes are right to 1e-8 unless a ReLU turns on the way, which is rare; in float32 to 1e-3.
MOVES = ((1e-6, True, {"rtol": 1e-3, "atol": 1e-7}), (1e-2, False, {"rtol": 5e-2, "atol": 2e-3}))


def expect_scores_depend(call: str, scores: torch.Tensor, others: torch.Tensor, refilled: torch.Tensor) -> None:
    """Scores depend on the images and on the parameters.

    Args:
        scores: of some images with some weights; `others` of other images, `refilled` with other weights.
    """
    expect(bool(scores.isfinite().any()), f"{call} gives scores of which none is finite.", NOT_FINITE)
    expect_depends(call, scores, refilled, "gives the same scores with any weights", NO_WEIGHTS)
    expect_depends(call, scores, others, "gives the same scores to all images", NO_IMAGES)


def expect_alive(subject: Subject) -> Held:
    """The network, which runs and whose scores depend on images and parameters; right ones do."""
    model, student, images = subject.ready(), subject.student, subject.batch.images
    if subject.is_right():
        return model

    def asked() -> list:
        found = student.probe("scores_when_filled", model, images, images.flip(0) + 1)
        if subject.alignment is not None:
            student.probe("load", model, subject.alignment.weights())
        return [expect_tensor(words_of(model), scores) for scores in found]

    expect_scores_depend(words_of(model), *asked_once(student, "alive", asked))
    return model


def eval_scores(subject: Subject) -> torch.Tensor:
    """The scores of the subject's images in eval mode, which has been turned on; they depend on the images."""
    model = expect_alive(subject)

    def asked() -> torch.Tensor:
        model.eval()
        return answer(f"{words_of(model)} in eval mode", model, subject.batch.images)

    scores = asked_once(subject.student, "eval scores", asked)
    expect(
        len(scores) < 2 or not bool((scores == scores.reshape(-1)[0]).all()),
        f"{words_of(model)} in eval mode gave every image and class the same score.",
        NO_IMAGES,
    )
    return scores


def expect_repeatable(subject: Subject) -> None:
    """In eval mode the same images give the same scores."""
    first, model = eval_scores(subject), subject.ready()
    call = f"{words_of(model)} in eval mode"
    # Sums on a GPU may run in another order the second time; anything random changes far more than 1e-5.
    if not near(answer(call, model, subject.batch.images), first, 1e-5):
        fail(f"{call} gave two different answers for the same images.", RANDOM)


def expect_images_do_not_mix(subject: Subject) -> None:
    """In eval mode an image's scores depend on that image alone, and on its place in the batch not at all."""
    together, model, images = eval_scores(subject), subject.ready(), subject.batch.images
    call = f"{words_of(model)} in eval mode"
    flipped, few = answer(call, model, images.flip(0)), answer(call, model, images[:2])
    if near(flipped.flip(0), together) and near(few, together[:2]):
        return
    if not near(answer(call, model, images), together, 1e-5) and alone_by_gradient(subject.student, model, images):
        return  # that it is random is said elsewhere
    if not near(flipped.flip(0), together):
        fail(f"{call} gave other scores to the same images in another order.", "Does anything run over the batch dimension?")
    fail(
        f"{call} gave an image other scores among other images.",
        "Does anything average or normalise over the batch, or mix the pixels of different images where it flattens them?",
    )


def alone_by_gradient(student: Student, model: Held, images: torch.Tensor) -> bool:
    """Whether the scores of one image have no slope in the pixels of the others."""
    own, others = _slopes(student, model, images)
    return own > 0 and others == 0


def mixed_by_gradient(student: Student, model: Held, images: torch.Tensor) -> bool:
    """Whether the scores of one image have a slope in the pixels of the others, beyond what rounding could make."""
    own, others = _slopes(student, model, images)
    return others > 1e-4 * own


def _slopes(student: Student, model: Held, images: torch.Tensor) -> tuple[float, float]:
    """The largest slopes of one image's scores in its own pixels, and in those of the others; zeros where there are none to be had."""
    try:
        slopes = student.probe("input_gradient", model, images, 1)
    except Raised:
        return 0.0, 0.0
    if not isinstance(slopes, torch.Tensor) or slopes.shape != images.shape or not bool(slopes.isfinite().all()):
        return 0.0, 0.0
    sizes = slopes.abs().flatten(1).amax(1)
    others = [place for place in range(len(images)) if place != 1]
    return float(sizes[1]), float(sizes[others].max())


def expect_images_unchanged(subject: Subject) -> None:
    """The images are still what they were after the call."""
    model, images = expect_alive(subject), subject.batch.images
    _, (after,) = subject.student.probe("call_and_show_inputs", model, images)
    same = isinstance(after, torch.Tensor) and after.dtype is images.dtype and torch.equal(after.cpu(), images.cpu())
    expect(
        same,
        f"{words_of(model)} changed the images it was given.",
        "Is there an in-place operation (`+=`, `relu_`, `x[...] = `) on the input?",
    )


def expect_own_gradients(subject: Subject) -> None:
    """The gradient of the mean cross-entropy is that of the network's own scores, for every parameter that they depend on."""
    model, problem = subject.ready(), ""
    for step, wide, close in MOVES:
        try:
            problem = _problem_with_slopes(subject, step, wide, close)
        except Raised:
            if not wide:
                raise
            continue  # it does not run in float64
        if not problem:
            return
    first_line, _, hint = problem.partition("\n")
    fail(f"The gradient of the mean cross-entropy of {words_of(model)}{first_line}", hint)


def _problem_with_slopes(subject: Subject, step: float, wide: bool, close: dict[str, float]) -> str:
    model, (images, targets) = subject.ready(), (subject.batch.images, subject.batch.targets)
    found = probe_with_gradients(subject.student, "scores_nearby", model, images, targets, step, 1 + wide, wide)
    shape, steep = tuple(subject.scores.shape) if subject.scores is not None else (), False
    for name, along in found["along"].items():
        scores = [found[where].get(name) for where in ("ahead", "behind")]
        if not all(isinstance(value, torch.Tensor) and tuple(value.shape) == shape for value in scores):
            return f" cannot be looked at: scores have another shape than {shape}."
        slope = (mean_loss(scores[0], targets) - mean_loss(scores[1], targets)) / (2 * step)
        steep = steep or abs(slope) > close["atol"]
        if along is None and abs(slope) > close["atol"]:
            return f" for `{name}` is missing: no gradient arrived there, though the scores depend on it.\n{CUT_OFF}"
        if not abs((along or 0.0) - slope) <= close["atol"] + close["rtol"] * abs(slope):  # also where either is NaN
            return (
                f" for `{name}` is not that of its own scores.\nIs something on the way done to values without autograd seeing it?"
            )
    return "" if steep else f" is 0: its scores depend on no parameter.\n{NO_WEIGHTS}"


def expect_float64_kept(subject: Subject) -> torch.Tensor:
    """A network turned to float64 computes in float64 from end to end; returns its scores."""
    model = expect_alive(subject)
    model.train()
    wide, images = model.double(), subject.batch.images.double()
    call = f"{words_of(model)}.double() for float64 images"
    try:
        got = expect_tensor(call, wide(images))
    except Raised as fault:
        fail(fault.message, IN_FLOAT32)
    expect_dtype(call, got, torch.float64, IN_FLOAT32)
    expect(bool(got.isfinite().any()), f"{call} returned scores of which none is finite.", NOT_FINITE)
    return got


def expect_fine_steps(subject: Subject, shape: tuple[int, ...]) -> None:
    """Scores in float64 follow changes of the images that float32 would not see.

    Args:
        shape: of the scores.
    """
    call, images = words_of(subject.ready()), subject.batch.images.double()
    found = subject.student.probe("scores_in_turn", subject.ready(), [images * (1 + size) for size in (0.0, 1e-9, 2e-9)])
    for scores in found:
        expect_dtype(call, expect_shape(call, scores, shape), torch.float64, IN_FLOAT32)
    still, once, twice = found
    finite = still.isfinite() & once.isfinite() & twice.isfinite()
    one, two = ((moved - still)[finite] for moved in (once, twice))
    expect(
        bool(one.any()) and float((two - 2 * one).norm()) < 0.1 * float(one.norm()),
        f"{call}.double() does not compute in float64: changes of 1e-9 in the images are lost or coarse.",
        IN_FLOAT32,
    )
