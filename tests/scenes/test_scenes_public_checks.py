"""The public checks of the part: right answers of many kinds pass, and mistakes that cost much are named before the deadline."""

import pytest

from tests.public_checks import Mistake, planted, printed

MISTAKES = {
    "a scene's ReLU": Mistake(
        "simple_net.py",
        "nn.Linear(100, 15))",
        "nn.Linear(100, 15), nn.ReLU())",
        "is there a ReLU or a sigmoid behind the last layer?",
        ("checks/test_simple_net.py",),
    ),
    "a scene's softmax": Mistake(
        "simple_net_dropout.py",
        "nn.Linear(100, 15))",
        "nn.Linear(100, 15), nn.Softmax(1))",
        "each row sums to 1: softmax was already applied",
        ("checks/test_simple_net_dropout.py",),
    ),
    "a scene's log": Mistake(
        "simple_net.py",
        "nn.Linear(100, 15))",
        "nn.Linear(100, 15), nn.LogSoftmax(1))",
        "each row is the logarithm of a softmax already",
        ("checks/test_simple_net.py",),
    ),
    "classes of the own split": Mistake(
        "image_loader.py",
        'for split in ("train", "test") for folder',
        "for split in (self.split_dir.name,) for folder",
        "Are the folders of both splits looked at, whichever split is asked for?",
        ("checks/test_image_loader.py",),
    ),
    "names from a set": Mistake(
        "image_loader.py",
        "names = sorted({folder.name for folder in folders if folder.is_dir()})",
        "names = {folder.name for folder in folders if folder.is_dir()}",
        "are the names sorted before they are numbered?",
        ("checks/test_image_loader.py",),
    ),
    "a pair for labels": Mistake(
        "dl_utils.py",
        ".argmax(dim=1)",
        ".max(dim=1)",
        "it returned a pair (values, indices)",
        ("checks/test_dl_utils.py",),
    ),
}
RIGHT = {**planted("scenes", "simple_net"), **planted("scenes", "simple_net_dropout"), **planted("scenes", "image_loader")}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each run prints."""
    return printed(
        tmp_path_factory.mktemp("public"),
        "scenes",
        MISTAKES,
        RIGHT,
        ["checks/test_simple_net.py", "checks/test_simple_net_dropout.py", "checks/test_image_loader.py"],
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_that_costs_much_is_named(said, name):
    """Before the deadline, by a question that leads to it."""
    assert MISTAKES[name].words in said[name], said[name]


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_of_other_kinds_pass(said, name):
    """No public check asks for more than the handout."""
    assert "public checks passed" in said[name] and "FAILED" not in said[name], said[name]
