"""The heads on ResNet-18 and their plants: sizes, freezing, batch norm, head, trunk; small images, random weights."""

import functools

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
        sizes = {"softmax": self.extra() == 513 * 6, "finetune": self.extra() != 513 * 6 and self.extra() > 0}
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

    def bends(self) -> bool:
        """The head twolayernn is not affine in its 512 inputs: its hidden layer has a ReLU."""
        if self.head != "twolayernn":
            return True
        layers = [
            layer for layer in self.frozen.modules() if isinstance(layer, nn.Linear) and layer.weight.requires_grad
        ]
        captured = []
        hook = layers[-1].register_forward_pre_hook(lambda layer, inputs: captured.append(inputs[0]))
        self.frozen.eval()(self.images)
        hook.remove()
        return (captured[0] >= 0).all()

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
            "bends": self.bends,
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


def test_every_right_plant_is_right(right, faults):
    """Every fact holds for the alternatives."""
    assert found(right, faults) == []


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
        assert all(
            part in str(error) for part in ("could not be downloaded", ".pth", "checkpoints", "pretrained=False")
        )
    else:
        raise AssertionError("there were no weights, and no error")


def test_right_plants_use_pretrained_weights(right, cached_weights):
    """So do the alternatives."""
    assert any(
        torch.equal(value, cached_weights()) for value in right.build("mymodel", 3, pretrained=True).parameters()
    )
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
