"""The public checks of the part: right answers of many kinds pass, and mistakes that cost much are named before the deadline."""

import pytest

from tests.public_checks import Mistake, planted, printed

MISTAKES = {
    "a head's ReLU": Mistake(
        "networks.py",
        "layers.append(nn.Linear(spec.fc_nodes, spec.n_classes))",
        "layers += [nn.Linear(spec.fc_nodes, spec.n_classes), nn.ReLU()]",
        "is there a ReLU behind the output layer? Scores are raw.",
        ("checks/test_networks.py",),
    ),
    "softmax in a head": Mistake(
        "networks.py",
        "layers.append(nn.Linear(spec.fc_nodes, spec.n_classes))",
        "layers += [nn.Linear(spec.fc_nodes, spec.n_classes), nn.Softmax(dim=1)]",
        "was softmax applied? The loss does that",
        ("checks/test_networks.py",),
    ),
    "other kernels": Mistake(
        "networks.py",
        "kernel_size=3, padding=1",
        "kernel_size=5, padding=2",
        "the five kernels should be 3x3; they are [(5, 5), ",
        ("checks/test_networks.py",),
    ),
    "the other pool": Mistake(
        "networks.py",
        '"average": nn.AvgPool2d',
        '"average": nn.MaxPool2d',
        "`spec.pooling` is `average`: 2.5.",
        ("checks/test_networks.py",),
    ),
    "a pool too many": Mistake(
        "networks.py",
        "if position in pooled_after:",
        "for _ in range(2 * (position in pooled_after)):",
        "the linear layers should go 192 -> 7 -> 5",
        ("checks/test_networks.py",),
    ),
    "no hidden ReLU": Mistake(
        "networks.py",
        "spec.fc_nodes), nn.ReLU()]",
        "spec.fc_nodes)]",
        "Is there a ReLU behind the hidden layer?",
        ("checks/test_networks.py",),
    ),
    "a target of logarithms": Mistake(
        "distillation.py",
        ", log_target=True",
        "",
        "`kl_div` takes its target as probabilities, unless `log_target=True`",
        ("checks/test_distillation_loss.py",),
    ),
    "T not squared": Mistake(
        "distillation.py",
        "return alpha * T**2 *",
        "return alpha * T *",
        "Half of it: is the factor T instead of T squared, or was the sum divided by the number of classes as well?",
        ("checks/test_distillation_loss.py",),
    ),
}
RIGHT = planted("distillation", "networks")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each run prints."""
    return printed(tmp_path_factory.mktemp("public"), "distillation", MISTAKES, RIGHT, ["checks/test_networks.py"])


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_that_costs_much_is_named(said, name):
    """Before the deadline, by a question that leads to it."""
    assert MISTAKES[name].words in said[name], said[name]


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_of_other_kinds_pass(said, name):
    """No public check asks for more than the handout."""
    assert "public checks passed" in said[name] and "FAILED" not in said[name], said[name]
