"""New heads on torchvision's ResNet-18: part 4, task 4.1.

The *trunk* is the part of ResNet-18 that is kept, the *head* what is put on it. ResNet-18 is a stem (a convolution
of stride 2 and a max-pool of stride 2), four stages `layer1` to `layer4`, an average pool and the 1000-way `fc`.
For images of H x W px the maps are H/4 x W/4 px after the stem and `layer1` (64 channels), H/8 after `layer2` (128),
H/16 after `layer3` (256), H/32 after `layer4` (512), each rounded up.
"""

import torch
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18

HEADS = ("softmax", "twolayernn", "convnet", "mymodel", "finetune")


class TransferNet(nn.Module):
    """A trunk, a head on it, and the trunk's freezing.

    A frozen trunk is a fixed function of the image. Two things would change it: gradients, and the running mean and
    variance of its batch norms, which move at every forward pass in train mode, even without gradients.

    Attributes:
        trunk: the kept part of ResNet-18.
        head: takes what the trunk gives, gives scores.
        frozen: whether the trunk stays as it is.
    """

    def __init__(self, trunk: nn.Module, head: nn.Module, frozen: bool):
        super().__init__()
        self.trunk, self.head, self.frozen = trunk, head, frozen
        # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
        raise NotImplementedError("Task 4.1: TransferNet.__init__ is not written yet")

    def train(self, mode: bool = True) -> "TransferNet":
        """Put the network in train or eval mode; `eval()` calls this too.

        Args:
            mode: True for train mode. A frozen trunk is in eval mode in any case.
        Returns:
            this network.
        """
        # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
        raise NotImplementedError("Task 4.1: TransferNet.train is not written yet")

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Score images.

        Args:
            images: (N, 3, H, W), normalised as the trunk's weights want it, at least 32x32 px.
        Returns:
            (N, n_classes) scores: raw, no softmax.
        """
        # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
        raise NotImplementedError("Task 4.1: TransferNet.forward is not written yet")


def build(head: str, n_classes: int, frozen: bool = True, pretrained: bool = False) -> nn.Module:
    """ResNet-18 with a new head.

    | head         | the trunk ends after       | the head                                                    |
    |--------------|----------------------------|-------------------------------------------------------------|
    | `softmax`    | the average pool, no `fc`  | one linear layer                                            |
    | `twolayernn` | the average pool, no `fc`  | linear, ReLU, linear                                        |
    | `convnet`    | `layer3`                   | convolution, ReLU, 2x2 max-pool, linear                     |
    | `mymodel`    | `layer1`                   | anything of yours                                           |
    | `finetune`   | nowhere: all, `fc` as well | one extra linear layer, from the 1000 scores to `n_classes` |

    What a trunk leaves out is not in the network at all: no parameter may lie unused.

    Args:
        head: one of the five.
        n_classes: width of the last layer.
        frozen: whether the trunk stays as it is: neither gradients nor batch-norm statistics change it. The head
            trains in any case. False trains everything.
        pretrained: whether the trunk starts from ImageNet's weights; else nothing is downloaded and it is random.
    Returns:
        a network in train mode, from images (N, 3, H, W), any size from 32x32 px, to scores (N, n_classes).
    Raises:
        ValueError: there is no such head.
        RuntimeError: the weights cannot be downloaded.
    Source: He et al. 2016; Yosinski et al. 2014, "How transferable are features in deep neural networks?".
    """
    if head not in HEADS:
        raise ValueError(f"head is one of {', '.join(HEADS)}, not {head!r}")
    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: build is not written yet")


def cut(resnet: nn.Module, depth: int) -> nn.Sequential:
    """The front part of a ResNet.

    Args:
        resnet: torchvision's ResNet-18.
        depth: number of stages to keep, 1 to 4; after all four the average pool follows, flattened.
    Returns:
        the trunk; gives (N, channels, H', W'), or (N, 512) for depth 4.
    """
    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: cut is not written yet")


def softmax_head(n_classes: int) -> nn.Module:
    """One linear layer.

    Args:
        n_classes: number of scores.
    Returns:
        a module from (N, 512) to (N, n_classes).
    """
    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: softmax_head is not written yet")


def twolayernn_head(n_classes: int) -> nn.Module:
    """Linear, ReLU, linear; 256 hidden nodes are plenty.

    Args:
        n_classes: number of scores.
    Returns:
        a module from (N, 512) to (N, n_classes).
    """
    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: twolayernn_head is not written yet")


def convnet_head(n_classes: int) -> nn.Module:
    """Convolution, ReLU, 2x2 max-pool, linear.

    The maps after `layer3` are 14x14 px for images of 224 px, but 2x2 px for 32 px and any other size in between:
    an adaptive pool brings them to one size in front of the linear layer.

    Args:
        n_classes: number of scores.
    Returns:
        a module from (N, 256, H/16, W/16) to (N, n_classes).
    """
    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: convnet_head is not written yet")


def mymodel_head(n_classes: int) -> nn.Module:
    """A network of your own on the features of `layer1`: edges, colours, small textures.

    Args:
        n_classes: number of scores.
    Returns:
        a module from (N, 64, H/4, W/4) to (N, n_classes).
    """

    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: mymodel_head is not written yet")


def finetune_head(n_classes: int) -> nn.Module:
    """The one extra layer on the whole network.

    Args:
        n_classes: number of scores.
    Returns:
        a module from (N, 1000) to (N, n_classes).
    """
    # Task 4.1: Heads on ResNet-18, 20 points, about 32 lines. Check it with: pytest checks/test_transfer.py
    raise NotImplementedError("Task 4.1: finetune_head is not written yet")


HEAD_MAKERS = {
    "softmax": softmax_head,
    "twolayernn": twolayernn_head,
    "convnet": convnet_head,
    "mymodel": mymodel_head,
    "finetune": finetune_head,
}


def load_resnet18(pretrained: bool) -> nn.Module:
    """torchvision's ResNet-18, with ImageNet's weights when asked.

    Images for pretrained weights go through `ResNet18_Weights.DEFAULT.transforms()`, or at least through the same
    normalisation.

    Args:
        pretrained: whether to download the weights (45 MB, once), or take them from torch's cache.
    Returns:
        the network, 1000 classes, everything trainable.
    Raises:
        RuntimeError: the weights cannot be downloaded; says what to do.
    """
    if not pretrained:
        return resnet18(weights=None)
    weights = ResNet18_Weights.DEFAULT
    try:
        return resnet18(weights=weights)
    except (OSError, RuntimeError) as error:
        raise RuntimeError(
            f"ResNet-18's weights could not be downloaded ({error}): fetch {weights.url} elsewhere and put the file "
            f"into {torch.hub.get_dir()}/checkpoints, or begin without them: pretrained=False, and no --pretrained for train.py."
        ) from None
