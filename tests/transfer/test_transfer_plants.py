"""The heads on ResNet-18 and their plants: sizes, freezing, batch norm, head, trunk; small images, random weights."""

import functools

import pytest
import torch
from torch import nn
from torchvision.models import resnet18

PROBLEM, FILE = "transfer", "resnet_heads.py"
HEADS = ("softmax", "twolayernn", "convnet", "mymodel", "finetune")
STAGES = {"softmax": 4, "twolayernn": 4, "convnet": 3, "mymodel": 1, "finetune": 4}


def trunk_sizes(head) -> dict[tuple, int]:
    """How many convolution weights of each shape the trunk of a head has."""
    with torch.device("meta"):
        resnet = resnet18()
    stages = [resnet.layer1, resnet.layer2, resnet.layer3, resnet.layer4][: STAGES[head]]
    counts = {}
    for layer in nn.ModuleList([resnet.conv1, *stages]).modules():
        if isinstance(layer, nn.Conv2d):
            counts[tuple(layer.weight.shape)] = counts.get(tuple(layer.weight.shape), 0) + 1
    return counts


def norms(model) -> list[nn.Module]:
    """Batch norms whose weights do not train, frozen kinds included."""
    layers = [layer for layer in model.modules() if hasattr(layer, "running_mean")]
    return [layer for layer in layers if not (layer.weight.requires_grad or layer.bias.requires_grad)]


class Judge:
    """The facts about one head, frozen and updatable."""

    def __init__(self, module, head):
        self.module, self.head = module, head
        self.images = torch.rand(4, 3, 40, 40)
        self.labels = torch.tensor([0, 1, 2, 5])

    @functools.cached_property
    def frozen(self) -> nn.Module:
        """The network whose trunk stays as it is."""
        return self.module.build(self.head, 6)

    @functools.cached_property
    def free(self) -> nn.Module:
        """The network that trains whole."""
        return self.module.build(self.head, 6, frozen=False)

    def step(self, model) -> dict[str, torch.Tensor]:
        """Train once and give the state before."""
        before = {name: value.clone() for name, value in model.state_dict().items()}
        model.train()
        optimizer = torch.optim.SGD([value for value in model.parameters() if value.requires_grad], lr=0.1)
        nn.functional.cross_entropy(model(self.images), self.labels).backward()
        optimizer.step()
        return before

    def trunk_kept(self) -> bool:
        """After a step no weight of a trunk's shape moved, no frozen batch norm, and something did."""
        before = self.step(self.frozen)
        names = {name for name, value in self.frozen.named_parameters() if value.requires_grad}
        moved = {name for name, old in before.items() if not torch.equal(old, self.frozen.state_dict()[name])}
        buffers = {name for name in moved - names if "running" in name or "tracked" in name}
        head_norms = {name.rpartition(".")[0] for name in names}
        return bool(moved & names) and all(name.rpartition(".")[0] in head_norms for name in buffers)

    def trainable(self) -> bool:
        """Every convolution that the trunk has is there, and does not train."""
        left = trunk_sizes(self.head)
        for value in self.frozen.parameters():
            shape = tuple(value.shape)
            if left.get(shape) and not value.requires_grad:
                left[shape] -= 1
        return not any(left.values())

    def frozen_norms(self) -> bool:
        """As many batch norms are frozen as the trunk has."""
        return len(norms(self.frozen)) == sum(trunk_sizes(self.head).values())

    def extra(self) -> int:
        """Trainable parameters of the frozen network."""
        return sum(value.numel() for value in self.frozen.parameters() if value.requires_grad)

    def head_size(self) -> bool:
        """The head is neither empty nor hides parts of the trunk; two heads have exact sizes."""
        sizes = {"softmax": self.extra() == 513 * 6, "finetune": self.extra() == 1001 * 6}
        return sizes.get(self.head, 6 < self.extra() < 2_000_000)

    def rows_apart(self) -> bool:
        """In train mode the frozen trunk of a head without batch norm treats each image alone."""
        if self.head == "mymodel":
            return True
        self.frozen.train()
        drop = [layer for layer in self.frozen.modules() if isinstance(layer, nn.Dropout)]
        for layer in drop:
            layer.eval()
        with torch.no_grad():
            return torch.allclose(self.frozen(self.images)[:2], self.frozen(self.images[:2]), atol=1e-4)

    def seen(self, wanted) -> list[tuple]:
        """What enters and leaves, in eval mode, each layer that is wanted."""
        found, hooks = [], []
        for layer in self.frozen.eval().modules():
            if wanted(layer):
                hooks.append(layer.register_forward_hook(lambda _, given, result: found.append((given[0].clone(), result.clone()))))
        with torch.no_grad():
            self.frozen(self.images)
        for hook in hooks:
            hook.remove()
        return found

    def stem(self) -> bool:
        """Between the first batch norm and the second convolution stand a ReLU and a max-pool of 3x3 px in steps of 2."""
        found = self.seen(lambda layer: isinstance(layer, nn.Conv2d) or hasattr(layer, "running_mean"))
        return torch.allclose(found[2][0], nn.functional.max_pool2d(found[1][1].relu(), 3, 2, 1), atol=1e-5)

    def bends(self) -> bool:
        """Between the two layers of the head twolayernn stands a ReLU."""
        if self.head != "twolayernn":
            return True
        (_, first), (second, _) = self.seen(lambda layer: isinstance(layer, nn.Linear))
        return torch.allclose(first.relu(), second)

    def pooled(self) -> bool:
        """In the head convnet each number of the linear layer is the largest of four pixels, or 0: there are 3x3."""
        if self.head != "convnet":
            return True
        maps = self.seen(lambda layer: isinstance(layer, nn.Conv2d))[-1][1]
        given, largest = self.seen(lambda layer: isinstance(layer, nn.Linear))[0][0], maps[..., :2, :2].amax((2, 3)).relu()
        return torch.allclose(given.unflatten(1, (maps.shape[1], -1)), largest[..., None], atol=1e-5)

    def as_built(self) -> bool:
        """As it comes from build, the network is in train mode and its frozen trunk is not."""
        if self.head != "mymodel":
            return True
        model = self.module.build(self.head, 6)
        return model.training and not any(layer.training for layer in norms(model) if isinstance(layer, nn.BatchNorm2d))

    def free_trains(self) -> bool:
        """Updatable: everything has a gradient, every batch norm follows the data."""
        before = self.step(self.free)
        means = [name for name in before if name.endswith("running_mean")]
        gradients = [value.grad for value in self.free.parameters()]
        state = self.free.state_dict()
        return all(g is not None for g in gradients) and all(not torch.equal(before[n], state[n]) for n in means)

    def facts(self) -> dict:
        """What holds for every right function, by name."""
        return {
            "shape": lambda: tuple(self.frozen.eval()(self.images).shape) == (4, 6),
            "other size": lambda: tuple(self.frozen.eval()(torch.rand(1, 3, 33, 40)).shape) == (1, 6),
            "raw scores": lambda: (self.frozen.eval()(self.images).sum(1) - 1).abs().max() > 1e-4,
            "trunk kept": self.trunk_kept,
            "trunk frozen": self.trainable,
            "norms frozen": self.frozen_norms,
            "head size": self.head_size,
            "rows apart": self.rows_apart,
            "train mode": lambda: self.frozen.train().training and not self.frozen.eval().training,
            "eval mode": lambda: torch.equal(self.frozen.eval()(self.images), self.frozen(self.images)),
            "stem": self.stem,
            "bends": self.bends,
            "pooled": self.pooled,
            "as built": self.as_built,
            "free trains": self.free_trains,
        }


def found(module, faults) -> list[str]:
    """Faults over all heads."""
    return [f"{head}: {name}" for head in HEADS for name in faults(Judge(module, head).facts())]


def refuses_without_network(module) -> bool:
    """Whether pretrained=True is an error when there are no weights: the alternative is a silently random trunk."""
    try:
        module.build("softmax", 3, pretrained=True)
    except Exception:
        return True
    return False


def test_the_solution_is_right(solution, faults):
    """Every fact holds for every head."""
    assert found(solution, faults) == []


@pytest.mark.nightly(2)
def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert found(right, faults) == []


@pytest.mark.nightly(2)
def test_every_mistake_is_seen(mistake, faults):
    """Some fact fails for each mistake; the heads are tried until one does."""
    cheap_first = ("mymodel", "convnet", "twolayernn", "finetune", "softmax")
    judges = (Judge(mistake, head) for head in cheap_first)
    single = ({name: fact} for judge in judges for name, fact in judge.facts().items())
    assert not refuses_without_network(mistake) or any(faults(fact) for fact in single)


def test_pretrained_weights_are_used(solution, cached_weights):
    """pretrained=True takes the weights of the enum; without them one sentence says what to do."""
    first = next(solution.build("softmax", 3, pretrained=True).parameters())
    assert torch.equal(first, cached_weights())
    cached_weights.forget()
    try:
        solution.build("softmax", 3, pretrained=True)
    except RuntimeError as error:
        assert all(part in str(error) for part in ("could not be downloaded", ".pth", "checkpoints", "pretrained=False"))
    else:
        raise AssertionError("there were no weights, and no error")


def test_right_plants_use_pretrained_weights(right, cached_weights):
    """So do the alternatives."""
    assert any(torch.equal(value, cached_weights()) for value in right.build("mymodel", 3, pretrained=True).parameters())
    cached_weights.forget()
    assert refuses_without_network(right)


def test_an_unknown_head_is_refused(solution):
    """The message names the five."""
    try:
        solution.build("svm", 3)
    except ValueError as error:
        assert "softmax" in str(error) and "svm" in str(error)
    else:
        raise AssertionError("svm was accepted")
