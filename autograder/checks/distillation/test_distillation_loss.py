"""Hidden checks of problem 2.1, the distillation loss.

Each check looks at one thing and takes the rest as the student has it, so that one misconception costs its points once: the
divergence may have any weight, temperature and weights are judged on the student's own divergence, the hard term is what the
loss adds to the student's own soft term, and gradients may be those of the student's own values.
"""

from dataclasses import replace

import pytest
import torch

from autograder.judge import Mistake, expect, expect_close, expect_dtype
from autograder.judge.expect import fail, in_words
from autograder.judge.finite_differences import follows_own_values

from .distillation_terms import LOSS, mean_number, one_number
from .large_scores import LARGE, LARGE_LOSS, ONE_STEP, expect_finite_numbers, large_terms
from .loss_batches import batches  # noqa: F401
from .loss_steps import steps_of_the_loss
from .own_terms import arguments_of, close, expect_alive, is_right_or_of_its_kind, soft_of, value_of
from .term_mistakes import combined_mistakes, divergence_mistakes, hard_mistakes, temperature_mistakes, weighted_soft

BOTH = ["distillation_loss", "distillation_loss_ex"]
NO_GRAPH = "Is there a `detach()`, `.item()`, `.data`, `no_grad()` or numpy on the way from y to the result?"
BY_HAND = (
    "Take two samples of two classes and follow the handout's formula: the two distributions, the divergence of each sample, "
    "their mean. At which step does yours give another number?"
)
# Right versions in float64 stay within 4e-16, those that compute in float32 within 2e-7; mistakes change more than 1e-2.
GRADIENT = {"rtol": 0.0, "atol": 1e-4}


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("case", ["several", "single"], ids=["several samples", "one sample"])
def test_soft_term_is_the_kl_divergence(student, batches, case):
    """With T = 1 the soft term is the KL divergence of the student from the teacher, averaged over the samples"""
    terms = batches[case]
    got = one_number("distillation_loss_ex(...)", student.distillation.distillation_loss_ex(*terms.for_ex), len(terms.y))
    if not any(close(got, want) for want in weighted_soft(terms)):  # its weight is another check's question
        with steps_of_the_loss(student, "distillation_loss_ex", terms):
            expect_close(
                f"distillation_loss_ex(...) with T = 1 for {len(terms.y)} samples",
                got,
                weighted_soft(terms)[0],
                **LOSS,
                mistakes=[*divergence_mistakes(terms), *combined_mistakes(terms)],
                hint=BY_HAND,
            )


@pytest.mark.check(weight=3)
@pytest.mark.parametrize("case", ["int", "float"], ids=["T an int", "T a float"])
def test_temperature_softens_and_t_squared_makes_up(student, batches, case):
    """T divides both scores, and T squared multiplies the divergence"""
    terms = batches[case]
    if is_right_or_of_its_kind(student, terms, batches["several"]):
        return
    expect_alive(student, "distillation_loss_ex", batches["even"])

    def own(y_by, teacher_by):
        return soft_of(student, terms.divided(y_by, teacher_by))

    with steps_of_the_loss(student, "distillation_loss_ex", terms, batches["several"]):
        expect_close(
            f"distillation_loss_ex(...) with T = {terms.T} for {len(terms.y)} samples",
            soft_of(student, terms),
            terms.T**2 * own(terms.T, terms.T),
            **LOSS,
            mistakes=temperature_mistakes(terms.T, own),
            hint="What is divided by T, and what is multiplied by its square?",
        )


def added_to_soft(student, terms):
    """What the student's loss adds to the student's own soft term; all of both is asked for."""
    loss, soft = value_of(student, "distillation_loss", terms), soft_of(student, terms)
    return ((1 - terms.alpha) * terms.hard() if close(loss, terms.loss()) else loss - soft), loss, soft


@pytest.mark.check(weight=3)
def test_hard_term_is_the_cross_entropy(student, batches):
    """The hard term is the mean cross-entropy of the scores themselves"""
    terms = batches["even"]
    added, loss, soft = added_to_soft(student, terms)
    hard = terms.hard()
    # Whether it has its weight, and the soft term its weight only once, are other checks' questions.
    if not close(added, hard) and not close(added, (1 - terms.alpha) * (hard - soft)):
        with steps_of_the_loss(student, "distillation_loss", terms, terms):
            expect_close(
                "distillation_loss(...) - distillation_loss_ex(...), which is the hard term,",
                added,
                (1 - terms.alpha) * hard,
                **LOSS,
                mistakes=hard_mistakes(terms),
                hint="Which scores and labels does the cross-entropy get?",
            )
    other = value_of(student, "distillation_loss", replace(terms, teacher=terms.teacher.roll(1, 0)))
    expect(
        bool((other - loss).abs() > 1e-6),
        "distillation_loss(...) gave the same loss for other teacher_scores.",
        "Where does the teacher enter?",
    )


SWAPPED = "It looks as if alpha and 1 - alpha are exchanged: which term does alpha weigh?"
ALPHAS = pytest.mark.parametrize("alpha", [0.2, 0.0, 1.0], ids=["alpha 0.2", "alpha 0", "alpha 1"])


@pytest.mark.check(weight=1)
@ALPHAS
def test_alpha_weighs_the_soft_term(student, batches, alpha):
    """alpha weighs the soft term"""
    even = batches["even"]
    terms = replace(even, alpha=alpha)
    expect_alive(student, "distillation_loss_ex", even)
    evenly, soft = soft_of(student, even), soft_of(student, terms)
    if close(soft, 2 * alpha * evenly):
        return
    if not close(soft, evenly) and is_right_or_of_its_kind(student, terms, replace(batches["several"], alpha=alpha)):
        return  # a weight within the divergence, which another check has named
    with steps_of_the_loss(student, "distillation_loss_ex", terms, even):
        expect_close(
            f"distillation_loss_ex(...) with alpha = {alpha}",
            soft,
            2 * alpha * evenly,
            **LOSS,
            mistakes=[
                Mistake(
                    evenly, "It looks as if alpha is missing in distillation_loss_ex: which value of alpha changes the result?"
                ),
                Mistake(2 * (1 - alpha) * evenly, SWAPPED),
            ],
            hint="How does the soft term depend on alpha?",
        )


@pytest.mark.check(weight=1)
@ALPHAS
def test_one_minus_alpha_weighs_the_hard_term(student, batches, alpha):
    """1 - alpha weighs the hard term"""
    even = batches["even"]
    terms = replace(even, alpha=alpha)
    added, loss, soft = added_to_soft(student, terms)
    if close(loss, terms.loss()) and not close(loss, 0.0):
        return
    evenly, whole, softly = added_to_soft(student, even)
    other = value_of(student, "distillation_loss", replace(even, labels=(even.labels + 1) % even.y.shape[1]))
    expect(
        bool((other - whole).abs() > 1e-6),
        "distillation_loss(...) gave the same loss for other labels.",
        "What do the labels enter, and what is its weight?",
    )
    own = evenly / (1 - even.alpha)
    with steps_of_the_loss(student, "distillation_loss", terms, terms):
        expect_close(
            f"distillation_loss(...) - distillation_loss_ex(...), which is the hard term, with alpha = {alpha}",
            added,
            (1 - alpha) * own,
            **LOSS,
            hint="What do the two weights add up to?",
            mistakes=[
                Mistake(evenly, "It looks as if the hard term is not weighted by 1 - alpha. What do the two weights add up to?"),
                Mistake(alpha * own, SWAPPED),
                Mistake(
                    (1 - alpha) * even.hard() - (1 - alpha) * soft,
                    "The soft term is multiplied by alpha twice: which function does it?",
                ),
            ],
        )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("name", BOTH)
def test_gradient_reaches_the_student_scores(student, batches, name):
    """The gradient of the loss with respect to y is right, for both terms"""
    terms, function = batches["even"], getattr(student.distillation, name)
    arguments, want, words = {
        "distillation_loss": (terms.for_loss, terms.gradient(), "the loss has no graph"),
        "distillation_loss_ex": (terms.for_ex, terms.soft_gradient(), "no gradient flows through the soft term"),
    }[name]
    reply = student.probe("call_with_leaves", function.fetch(), list(arguments), [0])
    result, (gradient,) = reply["result"], reply["gradients"]
    if isinstance(result, torch.Tensor) and not close(result.double().cpu().mean(), terms.loss()):
        expect_alive(student, name, terms)
    if not isinstance(result, torch.Tensor):
        fail(f"{name}(...) returned {in_words(result)}, a plain number, not a tensor; nothing can be differentiated.", NO_GRAPH)
    if not reply["graph"] or gradient is None:
        fail(f"{name}(...): {words}, so `backward()` cannot reach the student's scores.", NO_GRAPH)
    if gradient.shape == want.shape and follows_own_values(function, arguments, gradient, want, GRADIENT):
        return
    cut = "It looks as if no gradient flows through the {} term: is y detached there?"
    expect_close(
        f"The gradient of {name}(...) for y",
        gradient,
        want,
        **GRADIENT,
        hint=NO_GRAPH,
        mistakes=[Mistake(terms.hard_gradient(), cut.format("soft")), Mistake(terms.soft_gradient(), cut.format("hard"))],
    )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("name", BOTH)
def test_no_gradient_reaches_the_teacher(student, batches, name):
    """No gradient flows into teacher_scores, even when they require one"""
    expect_alive(student, name, batches["even"])
    arguments = arguments_of(batches["even"], name)
    place_of_teacher = len(arguments) - 3
    reply = student.probe("call_with_leaves", getattr(student.distillation, name).fetch(), list(arguments), [0, place_of_teacher])
    gradient = reply["gradients"][1]
    expect(
        gradient is None or not gradient.any(),
        f"{name}(...): a gradient reached the teacher's scores.",
        "Only the student should learn. What cuts a tensor off from the graph?",
    )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("name", BOTH)
def test_result_is_one_number_in_a_tensor(student, batches, name):
    """The result is a tensor without dimensions, as a loss of torch is"""
    expect_alive(student, name, batches["even"])
    got = getattr(student.distillation, name)(*arguments_of(batches["even"], name))
    if not isinstance(got, torch.Tensor):
        fail(
            f"{name}(...) returned {in_words(got)}, a plain number, not a tensor.",
            "A loss is needed with its graph. What does `.item()` do to it?",
        )
    expect(
        got.ndim == 0,
        f"{name}(...) returned shape {tuple(got.shape)}; it should be (), one number without dimensions.",
        "Where does the dimension come from?",
    )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_dtype_of_the_scores_is_kept(student, batches, dtype):
    """Scores in float32 give a loss in float32, scores in float64 one in float64"""
    terms = replace(batches["even"], y=batches["even"].y.to(dtype), teacher=batches["even"].teacher.to(dtype))
    for name in BOTH:
        expect_alive(student, name, batches["even"])
        got = getattr(student.distillation, name)(*arguments_of(terms, name))
        expect(
            isinstance(got, torch.Tensor),
            f"{name}(...) returned {in_words(got)}, which has no dtype.",
            "Which step makes a plain number of the tensor?",
        )
        expect_dtype(
            f"{name}(...) for scores in {str(dtype).removeprefix('torch.')}",
            got,
            dtype,
            "It looks as if the dtype of the scores is lost: is there a `.float()` or `.double()`?",
        )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("case", LARGE)
def test_soft_term_is_right_for_large_scores(student, batches, pick, case):
    """The soft term is right for float32 scores of +-10,000"""
    terms = large_terms(pick(f"large scores {case}"), case)
    call = f"distillation_loss_ex(...) for float32 scores of +-10,000, where teacher and student {LARGE[case]},"
    got, wants = soft_of(student, terms), weighted_soft(terms)
    expect_finite_numbers(call, got)
    expect_alive(student, "distillation_loss_ex", batches["even"])
    ordinary = soft_of(student, batches["several"])
    if not any(close(ordinary, want) for want in weighted_soft(batches["several"])):
        return  # another divergence: that it stays finite is all that can be asked
    if not any(torch.allclose(got, want, **LARGE_LOSS) for want in wants):
        clipped = "It is too small: it looks as if something was added or clipped inside the logarithm. "
        fail(f"{call} returned {got.item():.6g}, which is not right.", (clipped if bool(got < wants[0]) else "") + ONE_STEP)


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("case", LARGE)
def test_loss_stays_finite_for_large_scores(student, batches, pick, case):
    """Loss and gradient stay finite for float32 scores of +-10,000"""
    expect_alive(student, "distillation_loss", batches["even"])
    terms = large_terms(pick(f"large scores {case}"), case)
    reply = student.probe("call_with_leaves", student.distillation.distillation_loss.fetch(), list(terms.for_loss), [0])
    call = f"distillation_loss(...) for float32 scores of +-10,000, where teacher and student {LARGE[case]},"
    expect_finite_numbers(call, mean_number(call, reply["result"], len(terms.y)))
    if isinstance(reply["gradients"][0], torch.Tensor):
        expect_finite_numbers(f"The gradient of {call}", reply["gradients"][0])


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("name", BOTH)
def test_scores_and_labels_stay_as_they_are(student, batches, name):
    """Scores and labels are not changed"""
    expect_alive(student, name, batches["even"])
    arguments = arguments_of(batches["even"], name)
    _, after = student.probe("call_and_show_inputs", getattr(student.distillation, name).fetch(), *arguments)
    same = [torch.equal(new.cpu(), old.cpu()) for new, old in zip(after, arguments) if isinstance(old, torch.Tensor)]
    expect(
        all(same),
        f"{name}(...) changed the scores it was given.",
        "Is there an operation that ends in `_`, or `/=`, on an argument?",
    )
