"""The story of part 1, Image classifiers; `autograder.nbgrader.notebook` makes the notebook of it."""

from notebook_boxes import task  # in the notebook its first cell does this

# %% [markdown]
# You write the models and the training step in files (`models/softmax.py` and so on). This notebook calls them: it runs the
# public checks of each task, trains your models on small made-up pictures, and shows what they learned. Code that is not
# written yet ends in a yellow box, and the notebook goes on. Files that you save are loaded again by themselves.
#
# First some pictures to learn from: three classes of 16x16 colour images, stripes across, stripes down and a checkerboard, with
# random colours and a lot of noise. Each is cheap enough that everything below takes seconds.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

CLASSES = ["stripes across", "stripes down", "checkerboard"]


def draw_pictures(n_images: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Made-up pictures (N, 3, 16, 16) around 0 and their classes (N,)."""
    random = np.random.default_rng(seed)
    targets = random.integers(len(CLASSES), size=n_images)
    rows, columns = np.mgrid[:16, :16]
    patterns = np.stack([rows // 2 % 2, columns // 2 % 2, (rows // 2 + columns // 2) % 2]) - 0.5
    shifts = random.integers(4, size=(n_images, 2))
    images = np.stack([np.roll(patterns[target], shift, (0, 1)) for target, shift in zip(targets, shifts)])
    colours = random.uniform(0.5, 1.5, (n_images, 3, 1, 1))
    images = images[:, None] * colours + random.normal(0, 0.5, (n_images, 3, 16, 16))
    return torch.tensor(images, dtype=torch.float32), torch.tensor(targets)


train_images, train_targets = draw_pictures(600, seed=0)
test_images, test_targets = draw_pictures(200, seed=1)
# %%
figure, axes = plt.subplots(1, 6, figsize=(10, 2))
for axis, image, target in zip(axes, train_images, train_targets):
    axis.imshow((image.permute(1, 2, 0) / 4 + 0.5).clip(0, 1))
    axis.set_title(CLASSES[target], fontsize=9)
    axis.axis("off")
plt.show()


# %% problem softmax
# The simplest classifier: one weight for each pixel and class. Row `k` of its matrix is a picture of class `k`.
# %% problem twolayernn
# A hidden layer looks for several patterns first, and a second layer scores the classes from the patterns that it found.
# %% problem convnet
# A convolution slides the same small filters over the whole image, so that a stripe is a stripe wherever it stands.
# %% problem mymodel
# Now something better. In evaluation mode it must give the same answer twice, and an image's scores must not depend on the
# other images of the batch.
# %% problem training
# What happens for each batch: the loss, its gradient, one step of the optimizer.
# %% [markdown]
# ## Train what you wrote
#
# Every model below trains on the same 600 pictures with your `make_optimizer` and `train_step`. Which of them can tell the
# classes apart although the stripes are shifted, and why?
# %% needs training
def train(model: torch.nn.Module, n_epochs: int = 8, lr: float = 0.05) -> list[float]:
    """Train with your own functions; the loss of each batch."""
    from training import make_optimizer, train_step

    optimizer = make_optimizer(model, lr, 0.9, 1e-4)
    losses = []
    model.train()
    for epoch in range(n_epochs):
        order = torch.randperm(len(train_images), generator=torch.Generator().manual_seed(epoch))
        for chosen in order.split(50):
            losses.append(train_step(model, train_images[chosen], train_targets[chosen], optimizer))
    return losses


@torch.no_grad()
def accuracy(model: torch.nn.Module) -> float:
    """Share of the test pictures whose class is predicted."""
    model.eval()
    return (model(test_images).argmax(1) == test_targets).float().mean().item()


curves, accuracies = {}, {}
# %% needs softmax training
with task("Train the softmax classifier"):
    from models.softmax import Softmax

    torch.manual_seed(0)
    softmax = Softmax((3, 16, 16), len(CLASSES))
    curves["softmax"] = train(softmax)
    accuracies["softmax"] = accuracy(softmax)
# %% needs twolayernn training
with task("Train the two-layer network"):
    from models.twolayernn import TwoLayerNN

    torch.manual_seed(0)
    two_layers = TwoLayerNN((3, 16, 16), 64, len(CLASSES))
    curves["two layers"] = train(two_layers)
    accuracies["two layers"] = accuracy(two_layers)
# %% needs convnet training
with task("Train the convolutional network"):
    from models.convnet import CNN

    torch.manual_seed(0)
    cnn = CNN((3, 16, 16), 8, 5, len(CLASSES))
    curves["convolution"] = train(cnn)
    accuracies["convolution"] = accuracy(cnn)
# %% needs mymodel training
with task("Train your own model"):
    from models.mymodel import MyModel

    torch.manual_seed(0)
    mymodel = MyModel((3, 16, 16), 16, 3, len(CLASSES))
    curves["your own"] = train(mymodel)
    accuracies["your own"] = accuracy(mymodel)
# %% needs training
with task("Draw the losses"):
    if not curves:
        raise NotImplementedError("no model has been trained yet")
    for name, losses in curves.items():
        plt.plot(np.convolve(losses, np.ones(8) / 8, "valid"), label=f"{name}: {accuracies[name]:.0%} of test pictures right")
    plt.xlabel("batch")
    plt.ylabel("loss, mean of 8 batches")
    plt.legend()
    plt.show()
# %% needs softmax training
with task("Draw what the softmax classifier looks for"):
    weights = next(p for p in softmax.parameters() if p.ndim == 2).detach()
    if weights.shape[0] != len(CLASSES):
        weights = weights.T
    figure, axes = plt.subplots(1, len(CLASSES), figsize=(7, 2.5))
    for axis, row, name in zip(axes, weights.reshape(len(CLASSES), 3, 16, 16), CLASSES):
        row = row.permute(1, 2, 0)
        axis.imshow((row - row.min()) / (row.max() - row.min()))
        axis.set_title(name)
        axis.axis("off")
    plt.show()
# %% [markdown]
# ## Real pictures
#
# The handout tells how to train on CIFAR-10 and other data sets; the code of your models stays the same, because they take images
# of any size.
# %% questions
