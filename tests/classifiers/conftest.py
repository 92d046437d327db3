"""Training scripts of the part, with settings for a second or two, and what they leave."""

import pytest


@pytest.fixture(scope="session")
def train(course):
    """`train(folder, *arguments)` runs train.py."""
    tiny = ["--train-images", "300", "--epochs", "2", "--batch-size", "32", "--log-every", "3"]
    return course.trainer("classifiers", *tiny)


@pytest.fixture(scope="session")
def trained(train, tmp_path_factory):
    """A folder with finished runs, for pictures."""
    folder = tmp_path_factory.mktemp("trained")
    for arguments in (["--model", "softmax"], ["--model", "convnet", "--hidden-dim", "4"]):
        ended = train(folder, *arguments)
        assert ended.status == 0, ended.output
    return folder
