"""Public checks of task 4.1. Run: pytest checks/test_transfer.py

They use images of 64x64 px and random weights: nothing is downloaded.
"""

import copy

import pytest
import torch
from torch import nn

HEADS = ["softmax", "twolayernn", "convnet", "mymodel", "finetune"]


@pytest.fixture
def build():
    """Your function."""
    from resnet_heads import build

    return build


@pytest.mark.parametrize("head", HEADS)
def test_every_head_gives_scores(build, head):
    """Images of any size from 32x32 px give (N, n_classes) raw scores."""
    model = build(head, 40).eval()
    assert model is not None, "model.eval() returned None: it gives back what your `train` returns, the network itself"
    for side in (32, 64):
        with torch.no_grad():
            scores = model(torch.randn(2, 3, side, side))
        shape = tuple(scores.shape)
        assert shape == (2, 40), f"build('{head}', 40) on 2 images of {side} px should give (2, 40); got {shape}"
        assert not torch.allclose(scores.sum(dim=1), torch.ones(2), atol=1e-4), "each row sums to 1: softmax was already applied"
        assert scores.min() < 0, "none of 80 scores is negative: is there a ReLU, sigmoid or softmax behind the last layer?"


@pytest.mark.parametrize("head, layers", [("softmax", 1), ("twolayernn", 2), ("convnet", 2)])
def test_the_head_has_the_layers_of_the_table(build, head, layers):
    """One linear layer; two; a convolution and a linear layer: these train, the trunk is frozen."""
    shapes = [tuple(value.shape) for value in build(head, 7).parameters() if value.requires_grad and value.dim() > 1]
    assert len(shapes) == layers, (
        f"build('{head}', 7) should have {layers} layer{'s' if layers > 1 else ''} with weights to train; found {len(shapes)}: {shapes[:4]}\n"
        "Is all of the trunk frozen, and does the handout's table name each of these layers?"
    )


@pytest.mark.parametrize("head", HEADS)
def test_training_a_frozen_network_moves_only_the_head(build, head):
    """After one step in train mode the head is another, and the trunk is as before, its batch norms too."""
    model = build(head, 4)
    model.train()
    before = copy.deepcopy(model.state_dict())
    trainable = {name: value for name, value in model.named_parameters() if value.requires_grad}
    assert trainable, "nothing is trainable: the head has to learn"
    optimizer = torch.optim.SGD(trainable.values(), lr=0.1)
    nn.functional.cross_entropy(model(torch.randn(4, 3, 64, 64)), torch.arange(4)).backward()
    optimizer.step()
    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert moved & set(trainable), "no trainable parameter changed"
    frozen_norms = {name for name in running_means(model) if name.replace("running_mean", "weight") not in trainable}
    assert frozen_norms, "no batch norm is frozen: is a frozen ResNet-18 in the network?"
    assert not moved & frozen_norms, (
        f"{len(moved & frozen_norms)} running means of frozen batch norms moved: a frozen trunk keeps its batch norm "
        "in eval mode, in train mode too"
    )


def running_means(model):
    """Names of the running means of all batch norms.

    Args:
        model: the network.
    """
    return [name for name in model.state_dict() if name.endswith("running_mean")]


def test_the_frozen_trunk_of_a_linear_head(build):
    """With 4 classes the head `softmax` has 4 * 512 weights and 4 biases to train, and the trunk none."""
    trainable = sum(value.numel() for value in build("softmax", 4).parameters() if value.requires_grad)
    assert trainable == 4 * 512 + 4, f"4 * 512 + 4 = 2052 parameters should be trainable; found {trainable}"


def test_an_updatable_network_trains_everything(build):
    """With frozen=False every parameter is trainable and the batch norms follow the data."""
    model = build("softmax", 4, frozen=False)
    model.train()
    stuck = [name for name, value in model.named_parameters() if not value.requires_grad]
    assert not stuck, f"frozen=False trains everything; not trainable: {stuck[:3]}"
    before = copy.deepcopy(model.state_dict())
    model(torch.randn(4, 3, 64, 64))
    still = [name for name in running_means(model) if torch.equal(model.state_dict()[name], before[name])]
    assert not still, f"in train mode the batch norms should follow the data; these did not: {still[:3]}"
