"""Public checks of task 2.2. Run: pytest checks/test_ema.py"""

import copy

import pytest
import torch
from torch import nn


@pytest.fixture
def ema():
    """Your module."""
    import ema

    return ema


def network(value):
    """A linear layer with every parameter equal to `value`, then batch norm.

    Args:
        value: the number.
    """
    layers = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    with torch.no_grad():
        for parameter in layers.parameters():
            parameter.fill_(value)
    return layers


def test_parameters_move_towards_the_model(ema):
    """An average of 4 and a model of 8 give 0.75 * 4 + 0.25 * 8 = 5 with decay 0.75."""
    average, model = network(4.0), network(8.0)
    ema.update_ema(average, model, 0.75)
    for name, parameter in average.named_parameters():
        assert torch.allclose(parameter, torch.tensor(5.0)), (
            f"{name}: average 4, model 8, decay 0.75 should give 0.75 * 4 + 0.25 * 8 = 5; got {parameter.flatten()[0]}"
        )


def test_the_parameters_stay_the_same_objects(ema):
    """The update is in place and records no graph."""
    average = network(4.0).requires_grad_(False)
    before = list(average.parameters())
    ema.update_ema(average, network(8.0), 0.5)
    assert all(old is new for old, new in zip(before, average.parameters(), strict=True)), (
        "ema_model has new parameter objects; change the old ones in place"
    )
    assert not any(parameter.requires_grad for parameter in before), "the update recorded a graph for the parameters"
    assert before[0][0, 0] == 6.0, "ema_model did not change: average 4, model 8, decay 0.5 should give 6"


def test_the_model_stays_as_it_was(ema):
    """Nothing in `model` changes."""
    model = network(8.0)
    before = copy.deepcopy(model.state_dict())
    ema.update_ema(network(4.0), model, 0.5)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), f"{name} of the model changed"


def test_buffers_are_copied(ema):
    """Batch norm's running mean and its counter come from the model as they are."""
    average, model = network(4.0), network(8.0)
    model[1].running_mean.fill_(3.0)
    model[1].num_batches_tracked.fill_(7)
    ema.update_ema(average, model, 0.5)
    assert average[1].running_mean.tolist() == [3.0] * 3, f"running_mean should be 3: {average[1].running_mean}"
    counter = average[1].num_batches_tracked
    assert counter.item() == 7, f"num_batches_tracked should be 7, like the model's; got {counter}"
    assert counter.dtype == torch.int64, f"num_batches_tracked should stay int64; got {counter.dtype}"


def test_training_updates_student_then_teacher(ema):
    """Two batches: the student takes a step on each, the teacher follows after each."""
    torch.manual_seed(0)
    student = nn.Linear(2, 2)
    teacher = copy.deepcopy(student)
    batches = [(torch.randn(4, 2), torch.tensor([0, 1, 0, 1])) for _ in range(2)]
    start = student.weight.detach().clone()
    optimizer = torch.optim.SGD(student.parameters(), lr=0.5)
    losses = ema.train_with_ema(student, teacher, batches, optimizer, T=2.0, alpha=0.5, decay=0.0)
    assert len(losses) == 2 and all(type(loss) is float for loss in losses), f"give one float a batch; got {losses}"
    assert not torch.equal(student.weight, start), "the student did not change"
    assert torch.allclose(teacher.weight, student.weight), "with decay 0 the teacher ends as a copy of the student"
    modes = [
        f"the {name} is in {'train' if model.training else 'eval'} mode"
        for name, model in (("student", student), ("teacher", teacher))
    ]
    assert student.training and not teacher.training, (
        f"the student should be in train mode and the teacher in eval mode; after the pass {' and '.join(modes)}"
    )
