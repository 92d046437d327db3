"""The story of part 2, Distillation; `autograder.nbgrader.notebook` makes the notebook of it."""

from notebook_boxes import task  # in the notebook its first cell does this

# %% [markdown]
# A small network learns from a large one. You write the loss, the moving average, the networks and the formulas in files; this
# notebook calls them, runs the public checks of each task, and distils on made-up data. Code that is not written yet ends in
# a yellow box, and the notebook goes on. Files that you save are loaded again by themselves.
# %%
import matplotlib.pyplot as plt
import torch
from torch import nn

random = torch.manual_seed(0)
# %% problem distillation_loss
# The soft term compares two whole distributions; the temperature decides how much the unlikely classes count.
# %% needs distillation_loss
with task("Draw how the temperature changes the soft term"):
    from distillation import distillation_loss_ex

    teacher_scores = torch.tensor([[4.0, 2.0, 0.0, -2.0]])
    student_scores = torch.zeros(1, 4)
    temperatures = [1, 2, 3, 4, 6, 8, 12, 16]
    plt.plot(temperatures, [distillation_loss_ex(student_scores, teacher_scores, T, 1.0).item() for T in temperatures], marker="o")
    plt.xlabel("temperature T")
    plt.ylabel("soft term of the loss")
    plt.show()


# %% problem ema
# A teacher that nobody has to train: the moving average of the student itself.
# %% problem networks
# Your roll number and birth date, in `student.cfg`, decide which two networks are yours.
# %% problem parameter_count
# How large is what you built? First on paper, then with functions, then counted.
# %% [markdown]
# ## Distil
#
# Points on a plane in three spirals, a wide teacher that has learned them, and a narrower student, half of whose labels are drawn
# at random. The student learns once from these labels alone and once from the teacher as well.
# %% needs distillation_loss
def draw_spirals(n_points: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Made-up points (N, 2) on three noisy spirals, and which spiral (N,)."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.randint(3, (n_points,), generator=random)
    distance = torch.rand(n_points, generator=random)
    angle = 4 * distance + 2.0944 * labels + 0.2 * torch.randn(n_points, generator=random)
    return torch.stack([distance * angle.cos(), distance * angle.sin()], 1), labels


def network(width: int) -> nn.Module:
    """A network with two hidden layers."""
    return nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 3))


def fit(model: nn.Module, loss_of, n_steps: int = 300) -> list[float]:
    """Train a model on the points; the loss of each step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    history = []
    for _ in range(n_steps):
        loss = loss_of(model(points), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history


def right(model: nn.Module) -> float:
    """Share of new points whose spiral is predicted."""
    with torch.no_grad():
        return (model(test_points).argmax(1) == test_labels).float().mean().item()


points, labels = draw_spirals(600, seed=0)
test_points, test_labels = draw_spirals(1000, seed=1)
teacher = network(64)
fit(teacher, nn.functional.cross_entropy)
print(f"teacher: {right(teacher):.1%} right")
# %% needs distillation_loss
with task("Distil the teacher into a narrow student"):
    from distillation import distillation_loss

    with torch.no_grad():
        teacher_scores = teacher(points)
    torch.manual_seed(1)
    alone, taught = network(32), network(32)
    taught.load_state_dict(alone.state_dict())
    doubtful = torch.where(torch.rand(len(labels)) < 0.5, torch.randint(3, labels.shape), labels)
    fit(alone, lambda y, labels: nn.functional.cross_entropy(y, doubtful))
    history = fit(taught, lambda y, labels: distillation_loss(y, doubtful, teacher_scores, 2.0, 0.9))
    print(f"student alone: {right(alone):.1%} right; student with the teacher: {right(taught):.1%} right")
    plt.plot(history)
    plt.xlabel("step")
    plt.ylabel("distillation loss")
    plt.show()
# %% needs ema distillation_loss
with task("Let the student's moving average teach it"):
    from ema import train_with_ema

    torch.manual_seed(2)
    student, average = network(16), network(16)
    average.load_state_dict(student.state_dict())
    optimizer = torch.optim.SGD(student.parameters(), lr=0.1, momentum=0.9)
    batches = [(points[chosen], labels[chosen]) for _ in range(20) for chosen in torch.randperm(len(points)).split(60)]
    history = train_with_ema(student, average, batches, optimizer, 2.0, 0.3, 0.95)
    print(f"student: {right(student):.1%} right; its moving average: {right(average):.1%} right")
    plt.plot(history)
    plt.xlabel("batch")
    plt.ylabel("loss")
    plt.show()
# %% needs networks parameter_count
with task("Build your networks and count them"):
    from networks import Student, Teacher
    from parameter_count import count_parameters
    from pathlib import Path

    from student_cfg import read_student_cfg
    from variants import variant_for

    identity = read_student_cfg(Path("student.cfg"))
    variant = variant_for(identity.roll_number, identity.birth_date)
    for name, model in (("teacher", Teacher(variant.teacher)), ("student", Student(variant.student))):
        print(f"{name}: {count_parameters(model):,} parameters")
# %% questions
