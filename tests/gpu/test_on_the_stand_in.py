"""Promises that every machine can keep watch over: no tensor of the processor meets one of the device, in our code or in the solutions.

What stands in for a GPU is a device of torch with CUDA's rules, see `device.py`. Children compute on it, the judge on the processor.
"""

import pytest
import torch

from autograder.sandbox import device_words
from autograder.sandbox.faults import Raised
from autograder.sandbox.warm import WarmProcess
from tests.fairness.answers import grade
from tests.fairness.plants import plants, whole

from . import compared

TWO_DEVICES = "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
ITS_OWN = b"""
import torch
from torch import nn

def place(x): return x.device.type
def alike(x, seed):
    torch.manual_seed(seed)
    ours = torch.rand(5, device=x.device).cpu()
    torch.manual_seed(seed)
    return torch.equal(ours, torch.rand(5, device=x.device).cpu()), torch.equal(ours, torch.rand(5))
def keeps_parameters(x):
    layer = nn.Linear(2, 2)
    before = list(layer.parameters())
    layer.to(x.device)
    return all(old is new and new.device == x.device for old, new in zip(before, layer.parameters()))
def trains(x):
    torch.manual_seed(1)
    here = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3))
    there = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3))
    there.load_state_dict(here.state_dict())
    for network, images in ((here, x.cpu()), (there.to(x.device), x)):
        optimizer = torch.optim.Adam(network.parameters())
        for _ in range(2):
            optimizer.zero_grad()
            network(images).square().mean().backward()
            optimizer.step()
    return all(torch.equal(one, other.cpu()) for one, other in zip(here.parameters(), there.parameters()))
"""
ALLOWED = {
    "a number of the processor": "x * torch.tensor(2.0)",
    "numbers of Python": "torch.where(x > 0, x, 0.5) + 1",
    "places on the processor": "x[torch.tensor([1, 0])]",
    "copies": "torch.ones(2, 2).copy_(x)",
    "views": "x.view(4)[1:].reshape(3, 1).expand(3, 2).t()",
    "writing into a view": "x[:, 0].fill_(3)",
    "a new size": "torch.empty(0, device=x.device).resize_(2, 3)",
    "its own generator": "torch.rand(2, device=x.device, generator=torch.Generator(x.device).manual_seed(1))",
    "cuda": "torch.ones(2, 2).cuda() + x",
    "whole numbers in sums": "(x.long() * 2).sum(0)",
}
REFUSED = {
    "torch.ones(2, 2) + x": TWO_DEVICES,
    "x @ torch.ones(2, 2)": TWO_DEVICES,
    "torch.cat([x, torch.ones(2, 2)])": TWO_DEVICES,
    "torch.stack([x[0, 0], torch.tensor(1.0)])": TWO_DEVICES,
    "nn.functional.cross_entropy(x, torch.tensor([0, 1]))": TWO_DEVICES,
    "x.gather(1, torch.tensor([[0], [1]]))": TWO_DEVICES,
    "x.masked_fill(torch.ones(2, 2) > 0, 1.0)": TWO_DEVICES,
    "torch.ones(2, 2).add_(x)": TWO_DEVICES,
    "nn.Linear(2, 2)(x)": TWO_DEVICES,
    "nn.Conv1d(2, 2, 1)(x)": "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same",
    "nn.Conv1d(2, 2, 1).to(x.device)(torch.ones(2, 2))": "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor)",
    "x.numpy()": "can't convert standin:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.",
    "np.asarray(x)": "can't convert standin:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.",
    "torch.ones(2)[x[0].long()]": "indices should be either on cpu or on the same device as the indexed tensor (cpu)",
    "torch.rand(2, device=x.device, generator=torch.Generator())": "Expected a 'cuda' device type for generator but found 'cpu'",
    "x.long() @ x.long()": "\"mm_cuda\" not implemented for 'Long'",
}


@pytest.fixture(scope="module")
def warm(stand_in):
    """A warm process whose children compute on the device."""
    process = WarmProcess(stand_in)
    yield process
    process.close()


@pytest.fixture
def work(warm, hand_in, stand_in):
    """`work("def f(x): ...")`: a submission's module whose tensors arrive on the device."""
    return lambda code: hand_in(warm, code if isinstance(code, bytes) else code.encode(), device=stand_in).work


def test_it_computes_what_the_processor_does(work, stand_in):
    """The same digits, other random numbers, parameters that stay the same objects: what children rely on, on a GPU, too."""
    module, images = work(ITS_OWN), torch.rand(4, 1, 8, 8)
    assert module.place(images) == stand_in
    assert module.alike(images, 3) == (True, False)
    assert module.keeps_parameters(images) and module.trains(images)


def test_it_takes_what_a_gpu_takes(work):
    """Single numbers and places may be the processor's; views, sizes and generators work."""
    lines = [f"def f{number}(x): return ({body}).device.type" for number, body in enumerate(ALLOWED.values())]
    module, given = work("\n".join(["import torch", *lines])), torch.tensor([[1.0, -2.0], [3.0, -4.0]])
    places = {name: getattr(module, f"f{number}")(given) for number, name in enumerate(ALLOWED)}
    assert {name for name, place in places.items() if place == "cpu"} == {"copies"}


def test_it_refuses_what_a_gpu_refuses(work):
    """In CUDA's words, whose meaning the student is told."""
    lines = [f"def f{number}(x): return {body}" for number, body in enumerate(REFUSED)]
    module = work("\n".join(["import numpy as np", "import torch", "from torch import nn", *lines]))
    for number, (body, words) in enumerate(REFUSED.items()):
        assert device_words.meaning(words)
        with pytest.raises(Raised) as caught:
            getattr(module, f"f{number}")(torch.rand(2, 2))
        assert words in caught.value.details and device_words.meaning(words) in caught.value.message, body


def test_the_solutions_have_full_marks_on_it(stand_in):
    """Of every problem: neither what they compute nor the services beside them let a tensor of the processor meet one of the device."""
    lost = [
        (record["id"], check["name"], check["status"], check["message"], check["details"])
        for record in grade([plant.answer for plant in whole("solution")], device=stand_in)
        for check in record["checks"]
        if check["status"] != "passed"
    ]
    assert not lost, lost


@pytest.mark.nightly(30)
@pytest.mark.parametrize("problem", list(dict.fromkeys(plant.problem for plant in plants("mistake"))))
def test_answers_have_the_marks_of_the_processor(stand_in, tmp_path, problem):
    """Of each problem: right answers have full marks on it, or are told that the device is the reason; mistakes have not."""
    right, wrong = ([plant for plant in plants(kind) if plant.problem == problem] for kind in ("right", "mistake"))
    there = compared.on(stand_in, [*right, *wrong], tmp_path / "there")
    lost = [there[plant.id] for plant in right if not compared.full(there[plant.id])]
    assert not [record for record in lost if not compared.is_explained(record)]
    given = [plant.id for plant in wrong if compared.full(there[plant.id])]
    assert given == [plant.id for plant in wrong if compared.needs_a_gpu(plant)]
