"""The story of part 4, Transfer learning; `autograder.nbgrader.notebook` makes the notebook of it."""

from notebook_boxes import task  # in the notebook its first cell does this

# %% [markdown]
# A network that others trained on a million pictures, and a head of your own on it. You write `resnet_heads.py`; this notebook
# runs its public checks and looks at what trains and what stays. Code that is not written yet ends in a yellow box, and
# the notebook goes on. Everything here works without downloaded weights.
# %%
import matplotlib.pyplot as plt
import torch

random = torch.manual_seed(0)
# %% problem transfer
# Frozen means: no gradient reaches the trunk, and its batch norms keep their statistics.
# %% needs transfer
with task("Count what trains under each head"):
    from resnet_heads import HEADS, build

    for head in HEADS:
        model = build(head, 5)
        trains = sum(p.numel() for p in model.parameters() if p.requires_grad)
        every = sum(p.numel() for p in model.parameters())
        print(f"{head:12} {trains:>10,} of {every:>10,} parameters train")
# %% needs transfer
with task("A few steps with a frozen trunk"):
    model = build("softmax", 3).train()
    colours = torch.eye(3)[:, :, None, None]
    labels = torch.arange(30) % 3
    images = colours[labels] + 0.3 * torch.randn(30, 3, 64, 64)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.05, momentum=0.9)
    losses = []
    for _ in range(15):
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    plt.plot(losses, marker="o")
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.show()
# %% questions
