"""The story of part 3, Scene recognition; `autograder.nbgrader.notebook` makes the notebook of it."""

from notebook_boxes import task  # in the notebook its first cell does this

# %% [markdown]
# From a folder of pictures to a network that recognises scenes. You write the steps in files; this notebook calls them, runs the
# public checks of each task, and tries everything on a small folder of drawn pictures. Code that is not written yet ends in
# a yellow box, and the notebook goes on. Files that you save are loaded again by themselves.
# %%
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from made_up_scenes import write_made_up_scenes

PICTURES = Path("data/made_up_small")
if not PICTURES.exists():
    write_made_up_scenes(PICTURES, train_per_class=12, test_per_class=6)
random = torch.manual_seed(0)
# %% problem standard_scaler
# Measure the pictures before learning from them: mean and spread, in one pass, whatever the batches.
# %% needs standard_scaler
with task("Measure the pictures"):
    from stats_helper import compute_mean_and_std

    mean, std = compute_mean_and_std(str(PICTURES))
    print(f"mean {mean[0]:.4f}, standard deviation {std[0]:.4f}")
# %% problem data_transforms
# Pictures come in all sizes; a network wants tensors of one size, around zero.
# %% problem image_loader
# A data set is a list that opens its pictures when they are asked for.
# %% needs standard_scaler data_transforms image_loader
with task("Look at six pictures as the network will see them"):
    from data_transforms import get_fundamental_transforms
    from image_loader import ImageLoader

    transform = get_fundamental_transforms((64, 64), mean, std)
    data = ImageLoader(str(PICTURES), "train", transform)
    names = {number: name for name, number in data.class_dict.items()}
    figure, axes = plt.subplots(1, 6, figsize=(10, 2))
    for axis, index in zip(axes, range(0, len(data), max(1, len(data) // 6))):
        image, label = data[index]
        axis.imshow(image[0], cmap="gray")
        axis.set_title(names[int(label)], fontsize=8)
        axis.axis("off")
    plt.show()
# %% problem dl_utils
# Two helpers that every training loop needs.
# %% problem simple_net
# %% problem simple_net_dropout
# %% problem my_alexnet
# %% problem optimizer
# %% needs standard_scaler data_transforms image_loader dl_utils simple_net optimizer confusion_matrix
with task("Train the small network for four epochs"):
    from optimizer import get_optimizer
    from simple_net import SimpleNet
    from trainer import Trainer, scene_batches

    torch.manual_seed(0)
    train_batches = scene_batches(str(PICTURES), "train", transform, batch_size=30, shuffle=True)
    test_batches = scene_batches(str(PICTURES), "test", transform, batch_size=90)
    net = SimpleNet()
    trainer = Trainer(
        net,
        get_optimizer(net, {"optimizer_type": "adam", "lr": 2e-3, "weight_decay": 1e-4}),
        train_batches,
        test_batches,
        "runs/notebook",
    )
    trainer.run(n_epochs=4)
    for name in ("train_loss", "validation_loss"):
        plt.plot(trainer.histories[name], marker="o", label=name.replace("_", " "))
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.legend()
    plt.show()
# %% problem quantization
# %% problem confusion_matrix
# Which scenes are taken for which? Rows are the true classes.
# %% needs standard_scaler data_transforms image_loader dl_utils simple_net optimizer confusion_matrix
with task("Draw what the network confuses"):
    plt.imshow(trainer.confusion(test_batches), cmap="Blues")
    plt.xlabel("predicted class")
    plt.ylabel("true class")
    plt.colorbar(label="share of the true class")
    plt.show()
# %% [markdown]
# ## The real scenes
#
# `python -m data_scripts scenes15 --root data` fetches the 15 scenes; put their folder in the place of `PICTURES` above.
# %% questions
