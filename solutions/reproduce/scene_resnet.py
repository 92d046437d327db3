"""ResNet-18 for the scenes of part 3, in the place of AlexNet, whose weights are not everywhere to be had; instructors only.

    python solutions/reproduce/scene_resnet.py train --data data/scenes15 --pretrained --augment    as scenes/train.py
    python solutions/reproduce/scene_resnet.py report data/scenes15 runs/resnet18/checkpoint.pt    as scenes/quantization_report.py

The scripts are those of the part; this one adds a network to their lists. As students do with AlexNet, it keeps what ImageNet's network sees
and trains the end of it: the last stage and a new layer, at a rate that falls to 0. The front never changes, so that each picture goes through it
once, and not in each epoch; with `--augment` its mirror image as well.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

SOLUTIONS = Path(__file__).resolve().parents[1]
# Beside the parts in the assignment, data_scripts is beside the solutions here.
sys.path += [str(SOLUTIONS), str(SOLUTIONS.parent), str(SOLUTIONS / "scenes")]

import training_kit.session as session  # noqa: E402, I001   first: it chooses how PyTorch's threads wait
import quantization_report  # noqa: E402
import torch  # noqa: E402
import train  # noqa: E402
from torch import nn  # noqa: E402
from torch.optim.lr_scheduler import LambdaLR  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402
from torchvision.models import ResNet18_Weights, resnet18  # noqa: E402
from trainer import Trainer  # noqa: E402
from training_kit.reproducible import choose_device, choose_threads, seed_everything  # noqa: E402

SIDE_PX = 160
N_SCENES = 15
WARM_UP = 50  # batches in which the rate rises: Adam's first steps are as long as its rate, whatever the gradient
Batch = tuple[torch.Tensor, torch.Tensor]


class SceneResNet(nn.Module):
    """ResNet-18 for gray pictures.

    Attributes:
        front: up to `layer3`, frozen.
        back: the last stage and a new layer.

    Args:
        pretrained: whether to begin with ImageNet's weights.
    """

    def __init__(self, pretrained: bool = False):
        super().__init__()
        net = resnet18(weights=ResNet18_Weights.DEFAULT if pretrained else None)
        self.front = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool, net.layer1, net.layer2, net.layer3)
        self.back = nn.Sequential(net.layer4, net.avgpool, nn.Flatten(), nn.Linear(net.fc.in_features, N_SCENES))
        self.front.requires_grad_(False)
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def train(self, mode: bool = True) -> "SceneResNet":
        """Train or eval mode; the front is always in eval mode.

        Args:
            mode: True for train mode.
        """
        super().train(mode)
        self.front.eval()
        return self

    def seen(self, pictures: torch.Tensor) -> torch.Tensor:
        """What the front makes of pictures.

        Args:
            pictures: (N, 1, H, W) with mean 0 and standard deviation 1 over the data set, about as ImageNet's have it.
        Returns:
            (N, 256, H/16, W/16).
        """
        return self.front(pictures.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Score the scenes; in training, products are computed in bfloat16.

        Args:
            images: pictures, or what `seen` made of them.
        Returns:
            (N, 15) raw scores.
        """
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.training, cache_enabled=False):
            return self.back(self.seen(images) if images.shape[1] == 1 else images).float()


class Remembered:
    """Batches of what the front makes of pictures.

    Attributes:
        dataset: of the pictures.
    """

    @torch.no_grad()
    def __init__(self, model: SceneResNet, batches: DataLoader, device: torch.device, mirror: bool, shuffle: bool):
        """Compute it.

        Args:
            model: with the front that is used.
            batches: of the pictures as they are.
            device: to compute on.
            mirror: whether to remember mirror images, too, one of which stands for its picture half of the time.
            shuffle: whether each pass has another order.
        """
        self.dataset, self.batch_size, self.shuffle = batches.dataset, batches.batch_size or 1, shuffle
        model.to(device).eval()
        views: list[list[torch.Tensor]] = [[] for _ in range(1 + mirror)]
        labels = []
        for images, numbers in DataLoader(batches.dataset, 64):
            with torch.autocast(device.type, torch.bfloat16, cache_enabled=False):
                for view, pictures in zip(views, (images, images.flip(3))):
                    view.append(model.seen(pictures.to(device)).bfloat16())
            labels.append(numbers)
        self.views, self.labels = [torch.cat(view) for view in views], torch.cat(labels)

    def __len__(self) -> int:
        """Number of batches."""
        return -(-len(self.labels) // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        """One pass; the random numbers are those that the trainer saves and restores."""
        n = len(self.labels)
        order = torch.randperm(n) if self.shuffle else torch.arange(n)
        for rows in order.split(self.batch_size):
            seen = self.views[0][rows]
            if len(self.views) > 1:
                mirrored = torch.rand(len(rows)) < 0.5
                seen[mirrored] = self.views[1][rows[mirrored]]
            yield seen.float(), self.labels[rows]


def train_command() -> None:
    """What `scenes/train.py` does, with a rate that falls and a front that is remembered."""
    options = train.parse(None)
    device = choose_device(options.device)
    seed_everything(options.seed, choose_threads(is_small=False))
    model = SceneResNet(options.pretrained)
    pictures, validation, test = train.three_loaders(argparse.Namespace(**vars(options) | {"augment": False}))
    learned = Remembered(model, pictures, device, options.augment, shuffle=True)
    judged = Remembered(model, validation, device, mirror=False, shuffle=False)
    optimizer = torch.optim.Adam(model.back.parameters(), options.lr, weight_decay=options.weight_decay)
    trainer = Trainer(model, optimizer, learned, judged, options.runs / options.name, device.type)
    train.begin(trainer, options)
    total = options.epochs * len(learned)
    rate = LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / WARM_UP) * max(0, 1 - step / total), trainer.epoch * len(learned) - 1
    )
    optimizer.register_step_post_hook(lambda *_: rate.step())
    print(f"resnet18: {session.size_text(model)}, {len(learned.dataset):,} pictures, {device.type}")
    try:
        trainer.run(options.epochs)
    finally:
        train.write_log(trainer)
    if options.test:
        loss, accuracy = trainer.evaluate(test)
        train.write_log(trainer, test_loss=loss, test_accuracy=accuracy)
        print(f"test: loss {loss:.3f}, accuracy {accuracy:.1%}")
        train.draw(trainer, test, f"ResNet-18 on {options.data.name}, test pictures: {accuracy:.1%} right")


def main(arguments: list[str] | None = None) -> None:
    """Hand over to the script of the part.

    Args:
        arguments: of the command line; None for those of the process.
    """
    command, *rest = sys.argv[1:] if arguments is None else arguments
    for script in (train, quantization_report):
        script.MODELS["resnet18"], script.SIDE_PX["resnet18"] = SceneResNet, SIDE_PX
    train.PRETRAINED.append("resnet18")
    sys.argv[1:] = [*rest, "--model", "resnet18"]
    {"train": train_command, "report": quantization_report.main}[command]()


if __name__ == "__main__":
    session.run_command(main, when_stopped="stopped; the same command goes on after the last whole epoch")
