"""The public checks of the part: right answers of many kinds pass, and mistakes that cost much are named before the deadline."""

import pytest

from tests.public_checks import Mistake, planted, printed

MISTAKES = {
    "a transferred ReLU": Mistake(
        "resnet_heads.py",
        "return self.head(self.trunk(images))",
        "return self.head(self.trunk(images)).relu()",
        "is there a ReLU, sigmoid or softmax behind the last layer?",
        ("checks/test_transfer.py", "-k", "gives_scores and softmax"),
    ),
}
RIGHT = planted("transfer", "transfer")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each run prints."""
    return printed(
        tmp_path_factory.mktemp("public"), "transfer", MISTAKES, RIGHT, ["checks/test_transfer.py", "-k", "layers_of_the_table"]
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_that_costs_much_is_named(said, name):
    """Before the deadline, by a question that leads to it."""
    assert MISTAKES[name].words in said[name], said[name]


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_of_other_kinds_pass(said, name):
    """No public check asks for more than the handout."""
    assert "public checks passed" in said[name] and "FAILED" not in said[name], said[name]
