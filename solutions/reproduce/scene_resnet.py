"""ResNet-18 for the scenes of part 3, in the place of AlexNet, whose weights are not everywhere to be had; instructors only.

    python solutions/reproduce/scene_resnet.py train --data data/scenes15 --epochs 3          as scenes/train.py
    python solutions/reproduce/scene_resnet.py report data/scenes15 runs/resnet18/checkpoint.pt    as scenes/quantization_report.py

The scripts are those of the part; this one adds a network to their lists. All of the network trains, from ImageNet's weights on.
"""

import sys
from pathlib import Path

SOLUTIONS = Path(__file__).resolve().parents[1]
# Beside the parts in the assignment, data_scripts is beside the solutions here.
sys.path += [str(SOLUTIONS), str(SOLUTIONS.parent), str(SOLUTIONS / "scenes")]

import training_kit.session as session  # noqa: E402, I001   first: it chooses how PyTorch's threads wait
import quantization_report  # noqa: E402
import torch  # noqa: E402
import train  # noqa: E402
from torch import nn  # noqa: E402
from torchvision.models import ResNet18_Weights, resnet18  # noqa: E402

SIDE_PX = 96
N_SCENES = 15


class SceneResNet(nn.Module):
    """ResNet-18 for gray pictures.

    Args:
        pretrained: whether to begin with ImageNet's weights.
    """

    def __init__(self, pretrained: bool = False):
        super().__init__()
        self.resnet = resnet18(weights=ResNet18_Weights.DEFAULT if pretrained else None)
        self.resnet.fc = nn.Linear(self.resnet.fc.in_features, N_SCENES)
        self.loss_criterion = nn.CrossEntropyLoss(reduction="sum")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Score the scenes; in training, products are computed in bfloat16.

        Args:
            images: (N, 1, H, W) with mean 0 and standard deviation 1 over the data set, about as ImageNet's have it.
        Returns:
            (N, 15) raw scores.
        """
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.training, cache_enabled=False):
            colours = images.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
            return self.resnet(colours).float()


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
    {"train": train.main, "report": quantization_report.main}[command]()


if __name__ == "__main__":
    session.run_command(main, when_stopped="stopped; the same command goes on after the last whole epoch")
