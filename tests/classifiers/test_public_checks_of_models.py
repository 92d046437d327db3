"""The public checks of the part: right models of many kinds pass, and the usual mistake of each problem is named before the deadline."""

import textwrap

import pytest

from tests.public_checks import ALL_PASSED, Mistake, messages, printed

MISTAKES = {
    "softmax": Mistake(
        "models/softmax.py",
        "images.flatten(1))",
        "images.flatten(1)).softmax(1)",
        "They sum to 1: was softmax applied?",
        ("checks/test_softmax.py",),
    ),
    "twolayernn": Mistake(
        "models/twolayernn.py",
        "torch.relu(self.hidden(images.flatten(1)))",
        "self.hidden(images.flatten(1))",
        "11 = 3 * 4 - 1: the hidden units were -4. Is there a ReLU between the layers?",
        ("checks/test_twolayernn.py",),
    ),
    "convnet": Mistake(
        "models/convnet.py",
        "nn.MaxPool2d(2)",
        "nn.AvgPool2d(2)",
        "3.5 is the mean of 2, 3, 4, 5. The pool takes the largest.",
        ("checks/test_convnet.py",),
    ),
    "mymodel": Mistake(
        "models/mymodel.py",
        "self.trunk(images)",
        "torch.dropout(self.trunk(images), 0.5, True)",
        "MyModel in eval mode gave two answers for the same images.",
        ("checks/test_mymodel.py",),
    ),
    "training": Mistake(
        "training.py", "    optimizer.zero_grad()\n", "", "The first step's gradient was still there", ("checks/test_training.py",)
    ),
}
# Mistakes that leave a single image's scores, or the sizes of a single network, as they should be.
HIDDEN_IN_ONE = {
    "images mixed": Mistake(
        "models/softmax.py",
        "images.flatten(1)",
        "images.T.reshape(len(images), -1)",
        "Are pixels of different images mixed where the batch is flattened?",
        ("checks/test_softmax.py",),
    ),
    "images mixed in two layers": Mistake(
        "models/twolayernn.py",
        "images.flatten(1)",
        "images.T.reshape(len(images), -1)",
        "gave an image other scores alone than among others.",
        ("checks/test_twolayernn.py",),
    ),
    "the mean of the batch taken off": Mistake(
        "models/mymodel.py",
        "self.trunk(images)",
        "self.trunk(images) - self.trunk(images).mean(0)",
        "MyModel in eval mode gave an image other scores alone than among others.",
        ("checks/test_mymodel.py",),
    ),
    "no pool": Mistake(
        "models/convnet.py",
        "nn.MaxPool2d(2)\n        self.affine = nn.Linear(hidden_dim * ((height + grown) // 2) * ((width + grown) // 2), n_classes)",
        "nn.Identity()\n        self.affine = nn.Linear(hidden_dim * (height + grown) * (width + grown), n_classes)",
        "Does the pool halve height and width, once?",
        ("checks/test_convnet.py",),
    ),
    "cleared in between": Mistake(
        "training.py",
        "    loss.backward()\n",
        "    loss.backward()\n    optimizer.zero_grad()\n",
        "and is nothing cleared between them?",
        ("checks/test_training.py",),
    ),
    "softmax twice": Mistake(
        "training.py",
        "F.cross_entropy(model(images), ",
        "F.cross_entropy(model(images).softmax(1), ",
        "cross-entropy applies softmax itself; was it applied before?",
        ("checks/test_training.py",),
    ),
}
# Weights the other way round, layers that find out their size, more padding, a plain model of one's own.
OTHER_KINDS = {
    "models/softmax.py": """
        import torch

        class Softmax(torch.nn.Module):
            def __init__(self, im_size, n_classes):
                super().__init__()
                size = torch.Size(im_size).numel()
                self.bias = torch.nn.Parameter(torch.zeros(n_classes))
                self.weight = torch.nn.Parameter(torch.randn(size, n_classes) * 0.01)

            def forward(self, images):
                return images.permute(0, 2, 3, 1).reshape(len(images), -1) @ self.weight + self.bias
    """,
    "models/twolayernn.py": """
        from torch import nn

        class TwoLayerNN(nn.Sequential):
            def __init__(self, im_size, hidden_dim, n_classes):
                super().__init__(nn.Flatten(), nn.LazyLinear(hidden_dim), nn.ReLU(), nn.LazyLinear(n_classes))
    """,
    "models/convnet.py": """
        from torch import nn

        class CNN(nn.Sequential):
            def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
                convolution = nn.Conv2d(im_size[0], hidden_dim, kernel_size, padding=kernel_size // 2 + 1)
                super().__init__(convolution, nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(n_classes))
    """,
    "models/mymodel.py": """
        from torch import nn

        class MyModel(nn.Sequential):
            def __init__(self, im_size, hidden_dim, kernel_size, n_classes):
                super().__init__(nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, n_classes))
    """,
    "training.py": """
        import torch

        def make_optimizer(model, lr, momentum, weight_decay):
            groups = [{"params": [value], "lr": lr} for value in model.parameters() if value.requires_grad]
            return torch.optim.SGD(groups, lr, momentum, weight_decay=weight_decay)

        def train_step(model, images, targets, optimizer):
            model.zero_grad()
            value = -model(images).log_softmax(1)[range(len(targets)), targets].mean()
            value.backward()
            optimizer.step()
            return float(value)
    """,
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each run prints."""
    other = {name: textwrap.dedent(text) for name, text in OTHER_KINDS.items()}
    right = {
        "other kinds": other,
        "wide padding": {"models/convnet.py": other["models/convnet.py"].replace("kernel_size // 2 + 1", "3")},
    }
    return printed(tmp_path_factory.mktemp("models"), "classifiers", MISTAKES | HIDDEN_IN_ONE, right)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_usual_mistake_is_named(said, name):
    """A hint says what such a number means."""
    assert MISTAKES[name].words in messages(said[name])[name]


@pytest.mark.parametrize("name", HIDDEN_IN_ONE)
def test_a_mistake_that_one_image_or_one_step_does_not_show_is_named(said, name):
    """It is looked for among other images, in networks of two sizes, and by the number that it gives."""
    assert HIDDEN_IN_ONE[name].words in said[name], said[name]


def test_what_a_question_asks_fits_the_numbers(said):
    """Whether images are mixed is not asked where each score is that of its own image after softmax."""
    assert "returned [[1.0], [1.0]]; it should be [[11.0], [1.0]]." in said["softmax"], said["softmax"]
    assert HIDDEN_IN_ONE["images mixed"].words not in said["softmax"]


@pytest.mark.parametrize("name", ["other kinds", "wide padding"])
def test_right_models_of_other_kinds_pass(said, name):
    """No public check asks for more than the handout."""
    assert ALL_PASSED.search(said[name]), said[name]
