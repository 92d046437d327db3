"""Proof for the moving average: right versions agree with an oracle, each planted mistake differs somewhere."""

import copy
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

PROBLEM = Path(__file__).resolve().parents[1] / "plants" / "distillation" / "ema"
RIGHT = sorted(path.stem for path in PROBLEM.glob("right_*.py"))
MISTAKES = sorted(path.stem for path in PROBLEM.glob("mistake_*.py"))
DECAY = 0.75
SETTINGS = {"T": 2.0, "alpha": 0.6}


class Network(nn.Module):
    """Batch norm, two layers that share their weights, a frozen layer and an integer buffer of its own."""

    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.first = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4)
        self.same = nn.Linear(4, 4)
        self.same.weight = self.first.weight
        self.frozen = nn.Linear(4, 4).requires_grad_(False)
        self.scores = nn.Linear(4, 3)
        self.register_buffer("steps", torch.tensor([seed, 2 * seed + 1]))
        self.norm.running_mean.normal_()
        self.norm.running_var.uniform_(0.5, 2.0)
        self.norm.num_batches_tracked.fill_(10 * seed + 1)
        self.norm.weight.data.uniform_(0.5, 1.5)
        self.double()

    def forward(self, inputs):
        """Scores (N, 3) of inputs (N, 4)."""
        hidden = self.norm(self.first(inputs))
        return self.scores(torch.tanh(self.frozen(self.same(hidden))))


def state(network):
    """Every parameter and buffer as lists, every dtype, and the settings that an update must not touch."""
    seen = {name: tensor.tolist() for name, tensor in network.state_dict().items()}
    seen |= {f"{name} dtype": str(tensor.dtype) for name, tensor in network.state_dict().items()}
    flags = [parameter.requires_grad for parameter in network.parameters()]
    return seen | {"requires_grad": flags, "training": network.training}


def prefixed(prefix, seen):
    """The same observations under longer names."""
    return {f"{prefix} {name}": value for name, value in seen.items()}


def observe_update(module, teacher_requires_grad):
    """One call of update_ema and what it did to both networks."""
    average, model = Network(1), Network(2)
    average.requires_grad_(teacher_requires_grad)
    objects = list(average.parameters())
    try:
        module.update_ema(average, model, DECAY)
    except RuntimeError as error:
        return {"stopped": str(error)}
    seen = prefixed("ema", state(average)) | prefixed("model", state(model))
    seen["same objects"] = all(a is b for a, b in zip(objects, average.parameters(), strict=True))
    seen["graph"] = any(parameter.grad_fn is not None for parameter in average.parameters())
    memory = {tensor.data_ptr() for tensor in model.state_dict().values()}
    seen["own memory"] = memory.isdisjoint(tensor.data_ptr() for tensor in average.state_dict().values())
    return seen


def expected_update(teacher_requires_grad):
    """What a right update does."""
    average, model = Network(1), Network(2)
    average.requires_grad_(teacher_requires_grad)
    model_state, ema_state = state(model), state(average)
    learned = [name for name, _ in model.named_parameters(remove_duplicate=False)]
    for name, new in model.state_dict().items():
        old = average.state_dict()[name]
        ema_state[name] = (old * DECAY + new * (1 - DECAY)).tolist() if name in learned else new.tolist()
    seen = prefixed("ema", ema_state) | prefixed("model", model_state)
    return seen | {"same objects": True, "graph": False, "own memory": True}


def make_pass():
    """Student, teacher, three batches and the optimizer of one pass; old gradients wait in the student."""
    student, teacher = Network(3), Network(4)
    generator = torch.Generator().manual_seed(5)
    inputs = torch.randn(3, 8, 4, generator=generator, dtype=torch.float64)
    labels = torch.randint(3, (3, 8), generator=generator)
    optimizer = torch.optim.SGD((p for p in student.parameters() if p.requires_grad), lr=0.3)
    student(inputs[0]).square().sum().backward()
    student.load_state_dict(Network(3).state_dict())
    student.eval()
    return student, teacher, list(zip(inputs, labels, strict=True)), optimizer


def observe_pass(module):
    """One call of train_with_ema and where both networks end."""
    student, teacher, batches, optimizer = make_pass()
    try:
        losses = module.train_with_ema(student, teacher, batches, optimizer, **SETTINGS, decay=DECAY)
    except RuntimeError as error:
        return {"stopped": str(error)}
    seen = {"losses": losses, "modes": [student.training, teacher.training]}
    seen["teacher's gradients"] = any(p.is_leaf and p.grad is not None for p in teacher.parameters())
    for name, network in (("student", student), ("teacher", teacher)):
        seen |= {f"{name} {key}": tensor.tolist() for key, tensor in network.state_dict().items()}
    return seen


def expected_pass():
    """The same pass with torch.autograd.grad and the loss written out."""
    student, teacher, batches, _ = make_pass()
    student.train()
    teacher.eval()
    temperature, alpha, losses = SETTINGS["T"], SETTINGS["alpha"], []
    for inputs, labels in batches:
        target = teacher(inputs).detach() / temperature
        scores = student(inputs)
        divergence = target.softmax(1) * (target.log_softmax(1) - (scores / temperature).log_softmax(1))
        loss = alpha * temperature**2 * divergence.sum() / 8 + (1 - alpha) * functional.cross_entropy(scores, labels)
        learning = [parameter for parameter in student.parameters() if parameter.requires_grad]
        for parameter, gradient in zip(learning, torch.autograd.grad(loss, learning), strict=True):
            parameter.data -= 0.3 * gradient
        for old, new in zip(teacher.parameters(), student.parameters(), strict=True):
            old.data = DECAY * old.data + (1 - DECAY) * new.data
        for old, new in zip(teacher.buffers(), student.buffers(), strict=True):
            old.data = new.data.clone()
        losses.append(loss.item())
    seen = {"losses": losses, "modes": [True, False], "teacher's gradients": False}
    for name, network in (("student", student), ("teacher", teacher)):
        seen |= {f"{name} {key}": tensor.tolist() for key, tensor in copy.deepcopy(network).state_dict().items()}
    return seen


def all_differences(compare, module):
    """Names of everything in which a version differs from the truth."""
    wrong = compare(observe_update(module, True), expected_update(True), 1e-9)
    wrong += compare(observe_update(module, False), expected_update(False), 1e-9)
    return wrong + compare(observe_pass(module), expected_pass(), 1e-9)


@pytest.mark.parametrize("name", ["solution", *RIGHT])
def test_right_versions_agree_with_the_oracle(solution, planted, compare, name):
    """Parameters, buffers, objects, modes and losses, with shared and frozen parameters."""
    module = solution("ema") if name == "solution" else planted("ema", name)
    assert all_differences(compare, module) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_shows(planted, compare, name):
    """A planted mistake differs from the truth in at least one observation."""
    assert all_differences(compare, planted("ema", name))


@pytest.mark.parametrize("decay", [0.0, 1.0])
def test_the_ends_of_the_range(solution, decay):
    """decay 0 copies the model, decay 1 keeps the average."""
    average, model, start = Network(1), Network(2), Network(1)
    solution("ema").update_ema(average, model, decay)
    for name, parameter in average.named_parameters():
        assert torch.equal(parameter, (model if decay == 0 else start).get_parameter(name))
