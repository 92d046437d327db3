"""Proof for the distillation loss: right versions agree with numpy, each planted mistake has its own value.

`FORMULAS` says what each misconception computes; hidden checks recognise misconceptions by these values.
"""

from pathlib import Path

import numpy
import pytest
import torch

PROBLEM = Path(__file__).resolve().parents[1] / "plants" / "distillation" / "distillation_loss"
RIGHT = sorted(path.stem for path in PROBLEM.glob("right_*.py"))
MISTAKES = sorted(path.stem for path in PROBLEM.glob("mistake_*.py"))
CASES = [  # samples, classes, temperature, alpha, spread of the scores, dtype
    (6, 5, 3, 0.7, 2.0, torch.float64),
    (4, 10, 2.5, 0.3, 3.0, torch.float32),
    (3, 4, 2, 0.6, 1e4, torch.float32),
    (1, 3, 1, 1.0, 1.0, torch.float64),
]


def make_case(samples, classes, temperature, alpha, spread, dtype, seed=1):
    """Scores, labels and settings of one call."""
    random = numpy.random.default_rng(seed)
    y, teacher = (torch.tensor(random.normal(size=(samples, classes)) * spread, dtype=dtype) for _ in range(2))
    if spread > 1e3:
        y, teacher = y.sign() * spread, teacher.sign() * spread
    labels = torch.tensor(random.integers(classes, size=samples))
    return y, labels, teacher, temperature, alpha


def log_softmax(scores, axis=1):
    """In float64 numpy."""
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(axis=axis, keepdims=True))


def softmax(scores, axis=1):
    """In float64 numpy."""
    return numpy.exp(log_softmax(scores, axis))


def kl(log_p, log_q):
    """Divergence of each sample."""
    return (numpy.exp(log_p) * (log_p - log_q)).sum(axis=1)


class Oracle:
    """The parts of the loss in float64 numpy, from which right and wrong values are put together."""

    def __init__(self, y, labels, teacher, temperature, alpha):
        self.y, self.t, self.labels = y.double().numpy(), teacher.double().numpy(), labels.numpy()
        self.n, self.c = self.y.shape
        self.T, self.a = temperature, alpha
        self.ls, self.lt = log_softmax(self.y / temperature), log_softmax(self.t / temperature)
        self.kl = kl(self.lt, self.ls).mean()
        self.ce = self.cross_entropy(self.y)

    def cross_entropy(self, scores):
        """Mean negative log-probability of the labels."""
        return -log_softmax(scores)[numpy.arange(self.n), self.labels].mean()

    def soft(self, divergence):
        """The soft term with some divergence."""
        return self.a * self.T**2 * divergence

    def loss(self, soft=None, hard=None):
        """The whole loss with one term replaced."""
        soft = self.soft(self.kl) if soft is None else soft
        return soft + (1 - self.a) * (self.ce if hard is None else hard)

    def entropy(self):
        """Mean entropy of the teacher's distribution."""
        return -(numpy.exp(self.lt) * self.lt).sum(axis=1).mean()

    def gradient(self):
        """Of the whole loss to y."""
        right = numpy.eye(self.c)[self.labels]
        soft = self.a * self.T * (numpy.exp(self.ls) - numpy.exp(self.lt))
        return (soft + (1 - self.a) * (softmax(self.y) - right)) / self.n


# What each misconception gives for distillation_loss, o being the Oracle of the case.
FORMULAS = {
    "mean_reduction": lambda o: o.loss(o.soft(o.kl / o.c)),
    "sum_reduction": lambda o: o.loss(o.soft(o.kl * o.n)),
    "t_squared_missing": lambda o: o.loss(o.a * o.kl),
    "t_not_squared": lambda o: o.loss(o.a * o.T * o.kl),
    "t_squared_divides": lambda o: o.loss(o.a * o.kl / o.T**2),
    "factor_two": lambda o: o.loss(2 * o.soft(o.kl)),
    "kl_reversed": lambda o: o.loss(o.soft(kl(o.ls, o.lt).mean())),
    "alpha_swapped": lambda o: (1 - o.a) * o.T**2 * o.kl + o.a * o.ce,
    "temperature_on_hard_term": lambda o: o.loss(hard=o.cross_entropy(o.y / o.T)),
    "probabilities_in_hard_term": lambda o: o.loss(hard=o.cross_entropy(softmax(o.y))),
    "probabilities_in_soft_term": lambda o: o.loss(
        o.soft(kl(log_softmax(softmax(o.t) / o.T), log_softmax(softmax(o.y) / o.T)).mean())
    ),
    "log_missing": lambda o: o.loss(o.soft((numpy.exp(o.lt) * (o.lt - numpy.exp(o.ls))).sum(axis=1).mean())),
    "epsilon_in_logarithm": lambda o: o.loss(
        o.soft((numpy.exp(o.lt) * (numpy.log(numpy.exp(o.lt) + 1e-8) - numpy.log(numpy.exp(o.ls) + 1e-8))).sum(axis=1).mean())
    ),
    "softmax_over_batch": lambda o: o.loss(o.soft(kl(log_softmax(o.t / o.T, 0), log_softmax(o.y / o.T, 0)).mean())),
    "hard_term_unweighted": lambda o: o.soft(o.kl) + o.ce,
    "hard_term_missing": lambda o: o.soft(o.kl),
    "hard_term_summed": lambda o: o.loss(hard=o.ce * o.n),
    "student_not_softened": lambda o: o.loss(o.soft(kl(o.lt, log_softmax(o.y)).mean())),
    "teacher_not_softened": lambda o: o.loss(o.soft(kl(log_softmax(o.t), o.ls).mean())),
    "temperature_ignored": lambda o: o.loss(o.soft(kl(log_softmax(o.t), log_softmax(o.y)).mean())),
    "temperature_multiplies": lambda o: o.loss(o.soft(kl(log_softmax(o.t * o.T), log_softmax(o.y * o.T)).mean())),
    "cross_entropy_for_kl": lambda o: o.loss(o.soft(o.kl + o.entropy())),
    "teacher_made_hard": lambda o: o.loss(o.soft(-o.ls[numpy.arange(o.n), o.t.argmax(axis=1)].mean())),
    "alpha_twice": lambda o: o.loss(o.a * o.soft(o.kl)),
    "both_directions": lambda o: o.loss(o.soft(o.kl + kl(o.ls, o.lt).mean())),
    "divided_twice": lambda o: o.loss(o.soft(o.kl / o.n)),
    "result_always_zero": lambda o: 0.0,
    "squared_error_of_scores": lambda o: o.loss(o.soft(((o.y - o.t) ** 2).mean() / o.T**2)),
    "t_squared_twice": lambda o: o.loss(o.a * o.T**4 * o.kl),
    "weights_inside_target": lambda o: o.loss(o.soft(o.kl) + o.a * o.T**2 * numpy.log(o.a * o.T**2)),
    "squared_error": lambda o: o.loss(o.soft(((numpy.exp(o.ls) - numpy.exp(o.lt)) ** 2).mean())),
}
NO_VALUE = {"log_target_missing"}  # a target with negative numbers: not finite
SAME_VALUE = {  # the loss is right, something else is not
    "alpha_missing_in_ex",
    "categorical_infinite",
    "detached_result",
    "exponential_overflow",
    "float32_always",
    "log_of_softmax",
    "one_value_a_sample",
    "plain_number",
    "scores_changed",
    "shape_of_one",
    "student_detached",
    "teacher_gradient",
    "temperature_made_integer",
}


def observe(module, case):
    """What a version of distillation.py does on one case."""
    y, labels, teacher, temperature, alpha = case
    y, teacher = (scores.clone().requires_grad_() for scores in (y, teacher))
    loss = module.distillation_loss(y, labels, teacher, temperature, alpha)
    soft = module.distillation_loss_ex(y, teacher, temperature, alpha)
    seen = {"type": type(loss).__name__, "kept": torch.equal(y, case[0]) and torch.equal(teacher, case[2])}
    if isinstance(loss, torch.Tensor):
        seen |= {"shape": list(loss.shape), "dtype": str(loss.dtype), "soft dtype": str(soft.dtype)}
        seen |= {"loss": loss.detach().tolist(), "soft": soft.detach().tolist()}
        if loss.requires_grad:
            loss.sum().backward()
            seen |= {"gradient": y.grad.tolist(), "teacher's gradient": teacher.grad is not None}
    return seen


def expected(case):
    """What a right version does."""
    oracle, dtype = Oracle(*case), str(case[0].dtype)
    return {
        "type": "Tensor",
        "kept": True,
        "shape": [],
        "dtype": dtype,
        "soft dtype": dtype,
        "loss": float(oracle.loss()),
        "soft": float(oracle.soft(oracle.kl)),
        "gradient": oracle.gradient().tolist(),
        "teacher's gradient": False,
    }


@pytest.mark.parametrize("name", ["solution", *RIGHT])
def test_right_versions_agree_with_numpy(solution, planted, compare, name):
    """Values, gradients, dtype and shape, also for scores of +-10000."""
    module = solution("distillation") if name == "solution" else planted("distillation_loss", name)
    for case in [make_case(*settings) for settings in CASES]:
        assert compare(observe(module, case), expected(case)) == []


@pytest.mark.filterwarnings("ignore:reduction")
@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_shows(planted, compare, name):
    """A planted mistake differs from the truth in at least one observation."""
    module = planted("distillation_loss", name)
    assert any(compare(observe(module, case), expected(case)) for case in [make_case(*settings) for settings in CASES])


@pytest.mark.filterwarnings("ignore:reduction")
@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_give_the_value_of_their_formula(planted, name):
    """FORMULAS tells what a planted mistake computes."""
    case, kind = make_case(*CASES[0]), name.removeprefix("mistake_")
    assert (kind in FORMULAS) + (kind in SAME_VALUE) + (kind in NO_VALUE) == 1
    oracle = Oracle(*(part.clone() if isinstance(part, torch.Tensor) else part for part in case))
    got = planted("distillation_loss", name).distillation_loss(*case)
    got = float(torch.as_tensor(got).mean())
    if kind in NO_VALUE:
        assert not numpy.isfinite(got)
    else:
        assert got == pytest.approx(FORMULAS.get(kind, Oracle.loss)(oracle), rel=1e-6)


def test_no_two_misconceptions_give_the_same_value():
    """On an ordinary case each misconception can be told from the truth and from every other one."""
    oracle = Oracle(*make_case(*CASES[0]))
    ordinary = set(FORMULAS) - {"epsilon_in_logarithm"}  # that one shows for large scores only
    values = sorted([oracle.loss(), *(FORMULAS[name](oracle) for name in ordinary)])
    assert min(numpy.diff(values) / numpy.maximum(numpy.abs(values[1:]), 1e-9)) > 1e-4
    large = Oracle(*make_case(*CASES[2]))
    assert FORMULAS["epsilon_in_logarithm"](large) != pytest.approx(large.loss(), rel=0.1)
