"""What often goes wrong in the two terms of the distillation loss, and batches on which no two of these mistakes look alike."""

import random
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F

from autograder.judge.mistakes import Mistake

from .distillation_terms import NAN, Terms, kl

APART = 1e-3


def divergence_mistakes(terms: Terms) -> list[Mistake]:
    """What goes wrong inside the divergence and shows at any temperature; always in the same order."""
    soft = terms.soft()
    found = [*((factor * soft, words) for factor, words in _factors(terms)), *_kinds(terms)]
    return [
        *(Mistake(terms.alpha * value, words) for value, words in found),
        Mistake(_weights_inside(terms), WEIGHTS_INSIDE),
        Mistake(soft * float("nan"), NAN),
    ]


def combined_mistakes(terms: Terms) -> Iterator[Mistake]:
    """Two of these mistakes at once: two factors, or another divergence and a factor."""
    factors, soft = _factors(terms), terms.soft()
    for place, (factor, words) in enumerate(factors):
        for other, more in factors[place + 1 :]:
            yield Mistake(terms.alpha * soft * factor * other, f"{words}\n{more}")
        for value, kind in _kinds(terms):
            yield Mistake(terms.alpha * value * factor, f"{kind}\n{words}")


def _factors(terms: Terms) -> list[tuple[float, str]]:
    n, classes = terms.y.shape
    return [
        (
            1 / classes,
            'It is divided by the number of classes too: `reduction="mean"` of kl_div averages over all numbers. Which reduction '
            "divides by the number of samples only?",
        ),
        (n, "It is summed over the batch; it should be the mean. Which reduction divides by the number of samples?"),
        (n / classes, "It is summed over the batch and averaged over the classes: which of the two should it be?"),
        (1 / n, "It is divided by the number of samples twice: which reduction of kl_div divides by it already?"),
        (2, "There is a factor 2 too much. Some published code has one; does the handout's formula?"),
        (1 / 2, "There is a factor of one half too much: does the handout's formula have one?"),
        (-1, "The sign is wrong: which of the two logarithms is subtracted?"),
    ]


def _kinds(terms: Terms) -> list[tuple[torch.Tensor, str]]:
    """What is computed in the place of the divergence, times T squared."""
    y, teacher = terms.wide()
    t2 = terms.T**2
    q, p = (y / terms.T).softmax(1), (teacher / terms.T).softmax(1)
    again_p, again_q = ((scores.softmax(1) / terms.T).log_softmax(1) for scores in (teacher, y))
    over_batch_p, over_batch_q = ((scores / terms.T).log_softmax(0) for scores in (teacher, y))
    middle = (p + q) / 2
    return [
        (
            t2 * kl(q.log(), p.log()),
            "It looks as if student and teacher are exchanged inside the KL divergence: over whose distribution is the mean taken? "
            "Which argument of kl_div is the target?",
        ),
        (
            t2 * kl(again_p, again_q),
            "It looks as if softmax was applied twice in the soft term. The scores come in raw: what is taken of scores / T?",
        ),
        (
            t2 * (p * (p.log() - q)).sum(1).mean(),
            "It looks as if kl_div was given probabilities, not their logarithm, as its first argument. Which function gives the "
            "logarithm of a softmax?",
        ),
        (
            -t2 * (p * q.log()).sum(1).mean(),
            "This is a cross-entropy, not a KL divergence: which part does the teacher's own distribution add?",
        ),
        (
            t2 * F.cross_entropy(y / terms.T, teacher.argmax(1)),
            "Only the teacher's best class enters; the soft term compares whole distributions. What is lost by `argmax`?",
        ),
        (t2 * F.mse_loss(q, p), "This is a squared error, not a KL divergence. Which formula does the handout give?"),
        (
            t2 * F.mse_loss(y / terms.T, teacher / terms.T),
            "This is a squared error of the scores, not a KL divergence of distributions. Which formula does the handout give?",
        ),
        (
            t2 * (kl(p.log(), q.log()) + kl(q.log(), p.log())),
            "Both directions of the KL divergence are added: which one does the handout's formula have?",
        ),
        (
            t2 * (kl(p.log(), middle.log()) + kl(q.log(), middle.log())) / 2,
            "This is the Jensen-Shannon divergence, not the KL divergence. Which formula does the handout give?",
        ),
        (t2 * kl(over_batch_p, over_batch_q), "It looks as if softmax ran over the batch: which dimension holds the classes?"),
    ]


WEIGHTS_INSIDE = (
    "It looks as if alpha and T squared multiply the target that kl_div gets, so that they stand inside the logarithm, too. "
    "What do they multiply in the formula?"
)


def _weights_inside(terms: Terms) -> torch.Tensor:
    """The divergence from weight * p, weight being alpha * T**2."""
    weight = torch.tensor(terms.alpha * terms.T**2, dtype=torch.float64)
    return weight * terms.soft() / terms.T**2 + torch.xlogy(weight, weight)


Soft = Callable[[float, float], torch.Tensor]


def temperature_mistakes(T: float, soft: Soft) -> Iterator[Mistake]:
    """What goes wrong with the temperature and does not show where it is 1.

    Args:
        soft: the weighted soft term at T = 1 (ours or a student's own) of scores that were divided by the two numbers.
    """
    t2, cut = T**2, float(int(T))
    table: list[tuple[float, float, float, str]] = [
        (1, T, T, "The factor T squared is missing: what happens to the gradient when T rises?"),
        (T, T, T, "The divergence is multiplied by T, not by T squared. How does the gradient shrink when T rises?"),
        (1 / t2, T, T, "The divergence is divided by T squared: should it grow or shrink when T rises?"),
        (T**3, T, T, "The divergence is multiplied by T to the power of 3: where does the third T come from?"),
        (T**4, T, T, "The divergence is multiplied by T squared twice: where is the other one?"),
        (2 * T, T, T, "The divergence is multiplied by 2 T, not by T squared: which operator is a power?"),
        (t2, 1, 1, "Both softmaxes take the scores as they are: the temperature softens nothing. What is divided by T?"),
        (1, 1, 1, "The temperature has no effect at all. What is divided by T, and what is multiplied by its square?"),
        (t2, 1, T, "It looks as if the student's scores are not divided by T. Which of the two is softened?"),
        (t2, T, 1, "It looks as if the teacher's scores are not divided by T. Which of the two is softened?"),
        (t2, 1 / T, 1 / T, "It looks as if the scores are multiplied by T: does that soften them?"),
        (t2, t2, t2, "It looks as if the scores are divided by T squared: what softens them?"),
        (t2, T**0.5, T**0.5, "It looks as if the scores are divided by the square root of T: what softens them?"),
    ]
    if cut != T:
        words = "It looks as if T was made an integer: {}. T may be any number above 0."
        table += [
            (whole**2, whole, whole, words.format("is there an `int(T)` or `//`, or is it rounded"))
            for whole in dict.fromkeys((cut, float(round(T))))
        ]
    for factor, y_by, teacher_by, message in table:
        yield Mistake(lambda factor=factor, y_by=y_by, teacher_by=teacher_by: factor * soft(y_by, teacher_by), message)


def hard_mistakes(terms: Terms) -> list[Mistake]:
    """What goes wrong in the hard term, as values of the weighted term."""
    y, labels, weight, hard = terms.y.double().cpu(), terms.labels.cpu(), 1 - terms.alpha, terms.hard()
    return [
        Mistake(0 * hard, "The labels have no effect: the hard term is missing. What is added to the soft term?"),
        Mistake(hard, "It looks as if the hard term is not weighted by 1 - alpha. What do the two weights add up to?"),
        Mistake(
            weight * F.cross_entropy(y / terms.T, labels),
            "It looks as if the temperature went into the hard term: which scores does the true label judge?",
        ),
        Mistake(
            weight * F.cross_entropy(y.softmax(1), labels),
            "It looks as if cross-entropy was given probabilities: what does it apply itself?",
        ),
        Mistake(
            weight * F.cross_entropy((y / terms.T).softmax(1), labels),
            "It looks as if cross-entropy was given probabilities, and softened ones: what does it apply itself?",
        ),
        Mistake(weight * hard * len(y), "It looks as if the hard term is summed over the batch: what does `reduction` do?"),
        Mistake(
            weight * hard * terms.T**2, "It looks as if T squared multiplies the hard term, too: which term does it belong to?"
        ),
        Mistake(-weight * hard, "The hard term has the wrong sign: is the logarithm of a probability positive?"),
        Mistake(float("nan") * hard, "NaN for ordinary scores: which of the two terms is it?"),
    ]


def weighted_soft(terms: Terms) -> list[torch.Tensor]:
    """The soft term with the weights that another check asks about: alpha, 1 - alpha, none."""
    return [weight * terms.soft() for weight in (terms.alpha, 1 - terms.alpha, 1.0)]


def draw_terms(
    chance: random.Random,
    draw: Callable[..., torch.Tensor],
    label: str,
    n: int,
    classes: int,
    T: float,
    alpha: float,
    spread: float = 2.0,
) -> Terms:
    """A batch on which no two mistakes look alike, and the teacher is sometimes wrong.

    Args:
        chance: for the labels.
        draw: for the scores.
        spread: standard deviation of the scores.
    """
    for attempt in range(500):
        y, teacher = (spread * draw(f"{label} {who} {attempt}", n, classes).double() for who in ("y", "teacher"))
        labels = torch.tensor([chance.randrange(classes) for _ in range(n)])
        terms = Terms(y, labels, teacher, T, alpha)
        if n == 1 or _telling(terms):
            return terms
    raise ValueError(f"{label}: no batch was found on which all mistakes differ; choose other sizes, T or alpha")


def _telling(terms: Terms) -> bool:
    """Whether the teacher is sometimes wrong, and all mistakes of the term that this batch is for can be told apart."""
    if terms.alpha == 0.5:  # equal weights are for the hard term, others for the soft one
        right, mistakes = [terms.hard() / 2], hard_mistakes(terms)
    else:
        mistakes = divergence_mistakes(terms)
        if terms.T != 1:
            mistakes += temperature_mistakes(terms.T, lambda y_by, teacher_by: terms.alpha * terms.divergence(y_by, teacher_by))
        right = weighted_soft(terms)
    disagrees = bool((terms.teacher.argmax(1) != terms.labels).any())
    return disagrees and _apart([*right, *(mistake.value() if callable(mistake.value) else mistake.value for mistake in mistakes)])


def _apart(values: list) -> bool:
    ordered = sorted(value for value in map(float, values) if value == value)
    return all(b - a > APART * max(abs(a), abs(b), 1.0) for a, b in zip(ordered, ordered[1:]))
