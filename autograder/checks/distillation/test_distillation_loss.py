"""Hidden checks of problem 2.1, the distillation loss.

Each check looks at one thing and takes the rest as the student has it, so that one misconception costs its points once: the
first checks accept any weight of the soft term, the hard term is what the loss adds to the student's own soft term, and
gradients may be those of the student's own values.
"""
from dataclasses import replace

import pytest
import torch

from autograder.judge import CheckFailed, Mistake, expect, expect_close, expect_dtype
from autograder.judge.expect import fail, in_words
from autograder.judge.finite_differences import follows_own_values
from autograder.sandbox.faults import StudentFault

from .distillation_terms import (
    LOSS,
    divergence_mistakes,
    draw_terms,
    hard_mistakes,
    one_number,
    temperature_mistakes,
    weighted_soft,
)
from .large_scores import LARGE, LARGE_LOSS, ONE_STEP, expect_finite_numbers, large_terms

BOTH = ["distillation_loss", "distillation_loss_ex"]
ONE_TERM = "test_one_of_the_two_terms_is_right"
SOFT = "test_soft_term_is_the_kl_divergence"
HARD = "test_hard_term_is_the_weighted_cross_entropy"
NO_GRAPH = "Is there a `detach()`, `.item()`, `.data`, `no_grad()` or numpy on the way from y to the result?"
# Right versions in float64 stay within 4e-16, those that compute in float32 within 2e-7; mistakes change more than 1e-2.
GRADIENT = {"rtol": 0.0, "atol": 1e-4}


@pytest.fixture(scope="module")
def batches(pick, draw):
    """One batch for each question: several samples at T = 1, one sample, an int and a float temperature, equal weights."""
    chance = pick("batches of the distillation loss")
    n, classes, alpha = chance.choice([5, 6]), chance.choice([7, 8]), chance.choice([0.3, 0.35])
    whole, broken = chance.choice([3, 4]), chance.choice([1.5, 2.5, 3.5])
    return {
        "several": draw_terms(chance, draw, "several samples", n, classes, 1, alpha),
        "single": draw_terms(chance, draw, "one sample", 1, classes - 4, 1, alpha),
        "int": draw_terms(chance, draw, "T is an int", n, classes, whole, alpha),
        "float": draw_terms(chance, draw, "T is a float", n, classes, broken, alpha),
        "even": draw_terms(chance, draw, "equal weights", n, classes, broken, 0.5),
    }


def loss_of(student, terms):
    """The student's loss of a batch."""
    return one_number("distillation_loss(...)", student.distillation.distillation_loss(*terms.for_loss), len(terms.y))


def soft_of(student, terms):
    """The student's soft term of a batch."""
    return one_number("distillation_loss_ex(...)", student.distillation.distillation_loss_ex(*terms.for_ex), len(terms.y))


def expect_soft(student, terms, mistakes):
    """distillation_loss_ex gives the soft term, weighted by alpha or as a student takes alpha to be meant."""
    got, wants = soft_of(student, terms), weighted_soft(terms)
    if not any(torch.allclose(got, value, **LOSS) for value in wants):
        expect_close(f"distillation_loss_ex(...) with T = {terms.T} for {len(terms.y)} samples", got, wants[0], **LOSS,
                     mistakes=mistakes(terms), hint="What is softmax taken of, and in which order do the two enter KL?")


def hard_of(student, terms):
    """What a student's loss adds to the student's own soft term, and that loss."""
    loss = loss_of(student, terms)
    if torch.allclose(loss, terms.loss(), **LOSS):
        return (1 - terms.alpha) * terms.hard(), loss
    return loss - soft_of(student, terms), loss


def expect_hard(student, terms):
    """distillation_loss adds the weighted cross-entropy to a soft term that depends on the teacher's scores."""
    added, loss = hard_of(student, terms)
    expect_close("distillation_loss(...) - distillation_loss_ex(...), which is the hard term,", added,
                 (1 - terms.alpha) * terms.hard(), **LOSS, mistakes=hard_mistakes(terms),
                 hint="Which scores and labels does the cross-entropy get, and what is its weight?")
    other = loss_of(student, replace(terms, teacher=terms.teacher.roll(1, 0)))
    expect(bool((other - loss).abs() > 1e-6), "distillation_loss(...) gave the same loss for other teacher_scores.",
           "Where does the teacher enter?")


@pytest.mark.check(weight=1)
def test_one_of_the_two_terms_is_right(student, batches):
    """At least one of the two terms of the loss is right"""
    try:
        expect_soft(student, batches["several"], divergence_mistakes)
    except (CheckFailed, StudentFault) as fault:
        try:
            expect_hard(student, batches["even"])
        except (CheckFailed, StudentFault):
            raise fault from None


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("case", ["several", "single"], ids=["several samples", "one sample"])
def test_soft_term_is_the_kl_divergence(student, batches, case):
    """With T = 1 the soft term is the KL divergence of the student from the teacher, averaged over the samples"""
    expect_soft(student, batches[case], divergence_mistakes)


@pytest.mark.check(weight=3, needs=SOFT)
@pytest.mark.parametrize("case", ["int", "float"], ids=["T an int", "T a float"])
def test_temperature_softens_and_t_squared_makes_up(student, batches, case):
    """T divides both scores, and T squared multiplies the divergence"""
    expect_soft(student, batches[case], lambda terms: temperature_mistakes(terms) + divergence_mistakes(terms))


@pytest.mark.check(weight=2)
def test_hard_term_is_the_weighted_cross_entropy(student, batches):
    """The hard term is the mean cross-entropy of the scores themselves, times 1 - alpha"""
    expect_hard(student, batches["even"])


@pytest.mark.check(weight=2, needs=HARD)
@pytest.mark.parametrize("alpha", [0.0, 0.2, 1.0], ids=["alpha 0", "alpha 0.2", "alpha 1"])
def test_alpha_weighs_the_two_terms(student, batches, alpha):
    """alpha weighs the soft term, in both functions, and 1 - alpha the hard one"""
    even = batches["even"]
    terms = replace(even, alpha=alpha)
    swapped = "It looks as if alpha and 1 - alpha are exchanged: which term does alpha weigh?"
    evenly, soft, hard = soft_of(student, even), soft_of(student, terms), terms.hard()
    expect_close(f"distillation_loss_ex(...) with alpha = {alpha}", soft, 2 * alpha * evenly, **LOSS, mistakes=[
        Mistake(evenly, "It looks as if alpha is missing in distillation_loss_ex: which value of alpha changes the result?"),
        Mistake(2 * (1 - alpha) * evenly, swapped)], hint="How does the soft term depend on alpha?")
    want = soft + (1 - alpha) * hard
    expect_close(f"distillation_loss(...) with alpha = {alpha}", loss_of(student, terms), want, **LOSS, mistakes=[
        Mistake(2 * (1 - alpha) * evenly + alpha * hard, swapped), Mistake(soft + alpha * hard, swapped),
        Mistake(alpha * soft + (1 - alpha) * hard, "The soft term is multiplied by alpha twice: which function does it?")],
        hint="What do the two weights add up to?")


@pytest.mark.check(weight=2, needs=ONE_TERM)
@pytest.mark.parametrize("name", BOTH)
def test_gradient_reaches_the_student_scores(student, batches, name):
    """The gradient of the loss with respect to y is right, for both terms"""
    terms, function = batches["even"], getattr(student.distillation, name)
    arguments, want, words = {
        "distillation_loss": (terms.for_loss, terms.gradient(), "the loss has no graph"),
        "distillation_loss_ex": (terms.for_ex, terms.soft_gradient(), "no gradient flows through the soft term")}[name]
    reply = student.probe("call_with_leaves", function.fetch(), list(arguments), [0])
    result, (gradient,) = reply["result"], reply["gradients"]
    if not isinstance(result, torch.Tensor):
        fail(f"{name}(...) returned {in_words(result)}, a plain number, not a tensor; nothing can be differentiated.", NO_GRAPH)
    if not reply["graph"] or gradient is None:
        fail(f"{name}(...): {words}, so `backward()` cannot reach the student's scores.", NO_GRAPH)
    if gradient.shape == want.shape and follows_own_values(function, arguments, gradient, want, GRADIENT):
        return
    cut = "It looks as if no gradient flows through the {} term: is y detached there?"
    expect_close(f"The gradient of {name}(...) for y", gradient, want, **GRADIENT, hint=NO_GRAPH, mistakes=[
        Mistake(terms.hard_gradient(), cut.format("soft")), Mistake(terms.soft_gradient(), cut.format("hard"))])


def arguments_of(terms, name):
    """The arguments of one of the two functions."""
    return terms.for_loss if name == "distillation_loss" else terms.for_ex


@pytest.mark.check(weight=1, needs=ONE_TERM)
@pytest.mark.parametrize("name", BOTH)
def test_no_gradient_reaches_the_teacher(student, batches, name):
    """No gradient flows into teacher_scores, even when they require one"""
    arguments = arguments_of(batches["even"], name)
    place_of_teacher = len(arguments) - 3
    reply = student.probe("call_with_leaves", getattr(student.distillation, name).fetch(), list(arguments), [0, place_of_teacher])
    gradient = reply["gradients"][1]
    expect(gradient is None or not gradient.any(), f"{name}(...): a gradient reached the teacher's scores.",
           "Only the student should learn. What cuts a tensor off from the graph?")


@pytest.mark.check(weight=1, needs=ONE_TERM)
@pytest.mark.parametrize("name", BOTH)
def test_result_is_one_number_in_a_tensor(student, batches, name):
    """The result is a tensor without dimensions, as a loss of torch is"""
    got = getattr(student.distillation, name)(*arguments_of(batches["even"], name))
    if not isinstance(got, torch.Tensor):
        fail(f"{name}(...) returned {in_words(got)}, a plain number, not a tensor.",
             "A loss is needed with its graph. What does `.item()` do to it?")
    expect(got.ndim == 0, f"{name}(...) returned shape {tuple(got.shape)}; it should be (), one number without dimensions.",
           "Where does the dimension come from?")


@pytest.mark.check(weight=1, needs=ONE_TERM)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_dtype_of_the_scores_is_kept(student, batches, dtype):
    """Scores in float32 give a loss in float32, scores in float64 one in float64"""
    terms = replace(batches["even"], y=batches["even"].y.to(dtype), teacher=batches["even"].teacher.to(dtype))
    for name in BOTH:
        got = getattr(student.distillation, name)(*arguments_of(terms, name))
        expect(isinstance(got, torch.Tensor), f"{name}(...) returned {in_words(got)}, which has no dtype.",
               "Which step makes a plain number of the tensor?")
        expect_dtype(f"{name}(...) for scores in {str(dtype).removeprefix('torch.')}", got, dtype,
                     "It looks as if the dtype of the scores is lost: is there a `.float()` or `.double()`?")


@pytest.mark.check(weight=1, needs=SOFT)
@pytest.mark.parametrize("case", LARGE)
def test_soft_term_is_right_for_large_scores(student, pick, device, case):
    """The soft term is right for float32 scores of +-10,000"""
    terms = large_terms(pick(f"large scores {case}"), case, device)
    call = f"distillation_loss_ex(...) for float32 scores of +-10,000, where teacher and student {LARGE[case]},"
    got, wants = soft_of(student, terms), weighted_soft(terms)
    expect_finite_numbers(call, got)
    if not any(torch.allclose(got, want, **LARGE_LOSS) for want in wants):
        clipped = "It is too small: it looks as if something was added or clipped inside the logarithm. "
        fail(f"{call} returned {got.item():.6g}, which is not right.", (clipped if bool(got < wants[0]) else "") + ONE_STEP)


@pytest.mark.check(weight=1, needs=ONE_TERM)
@pytest.mark.parametrize("case", LARGE)
def test_loss_stays_finite_for_large_scores(student, pick, device, case):
    """Loss and gradient stay finite for float32 scores of +-10,000"""
    terms = large_terms(pick(f"large scores {case}"), case, device)
    reply = student.probe("call_with_leaves", student.distillation.distillation_loss.fetch(), list(terms.for_loss), [0])
    call = f"distillation_loss(...) for float32 scores of +-10,000, where teacher and student {LARGE[case]},"
    expect_finite_numbers(call, one_number(call, reply["result"], len(terms.y)))
    if isinstance(reply["gradients"][0], torch.Tensor):
        expect_finite_numbers(f"The gradient of {call}", reply["gradients"][0])


@pytest.mark.check(weight=1, needs=ONE_TERM)
@pytest.mark.parametrize("name", BOTH)
def test_scores_and_labels_stay_as_they_are(student, batches, name):
    """Scores and labels are not changed"""
    arguments = arguments_of(batches["even"], name)
    _, after = student.probe("call_and_show_inputs", getattr(student.distillation, name).fetch(), *arguments)
    same = [torch.equal(new.cpu(), old.cpu()) for new, old in zip(after, arguments) if isinstance(old, torch.Tensor)]
    expect(all(same), f"{name}(...) changed the scores it was given.",
           "Is there an operation that ends in `_`, or `/=`, on an argument?")
