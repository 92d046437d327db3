"""PyTorch's compiler is imported by whoever compiles, and is then the one that torch has without us."""

import os
import subprocess
import sys
from pathlib import Path

import torch

KIT = Path(__file__).parents[2]

# The steps of a process in which nothing is compiled at first; each line that is printed is a promise that holds.
STEPS = """
import sys
import autograder.sandbox.confined
import torch, torchvision
from torch import nn
layer = nn.Linear(2, 2)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
layer(torch.ones(1, 2)).sum().backward()
optimizer.step()
optimizer.zero_grad()
there = lambda: "torch._dynamo.eval_frame" in sys.modules
print("training needs none of it:", not there())
seen = [hasattr(module, "__file__") for module in list(sys.modules.values())]
print("nor does who looks through all modules:", not there())
import torch._dynamo.config as config
print("a module below brings it:", there())
print("once:", config is torch._dynamo.config is sys.modules["torch._dynamo.config"])
print("from where it is:", config.__spec__.origin == config.__file__ and torch._dynamo is sys.modules["torch._dynamo"])
print("torch asks it again:", "__dynamo_disable" not in vars(torch.optim.Optimizer.zero_grad.__wrapped__))
optimizer.zero_grad()
print("and has its answer:", "_dynamo" in vars(torch.optim.Optimizer.zero_grad.__wrapped__)["__dynamo_disable"].__code__.co_filename)
"""
COMPILES = """
import torch
def total(x):
    return torch.compile(lambda x: x.sin().sum(), backend="eager")(x)
"""


def test_the_compiler_comes_when_it_is_asked_for_and_is_the_real_one():
    """Not for an optimizer or torchvision; whole, once, and from then on torch asks it and nobody else."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(KIT)}
    run = subprocess.run([sys.executable, "-c", STEPS], capture_output=True, text=True, env=environment)
    said = run.stdout.splitlines()
    assert len(said) == 7 and all(line.endswith(" True") for line in said), run.stdout + run.stderr


def test_a_student_who_compiles_is_judged_as_before(hand_in):
    """It is there inside the sandbox, too."""
    numbers = torch.arange(4.0)
    assert torch.equal(hand_in(COMPILES).work.total(numbers), numbers.sin().sum())
