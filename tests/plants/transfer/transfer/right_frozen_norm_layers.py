"""A frozen trunk gets torchvision's FrozenBatchNorm2d, which has no parameters and no modes.

replaces: resnet_heads.py
"""

from torch import nn
from torchvision.models import resnet18
from torchvision.ops import FrozenBatchNorm2d


def fix_norms(module):
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            fixed = FrozenBatchNorm2d(child.num_features, eps=child.eps)
            fixed.load_state_dict(child.state_dict(), strict=False)
            setattr(module, name, fixed)
        else:
            fix_norms(child)


def build(head, n_classes, frozen=True, pretrained=False):
    resnet = resnet18(weights="IMAGENET1K_V1" if pretrained else None)
    layers = list(resnet.children())
    if head in ("softmax", "twolayernn"):
        trunk, width = [*layers[:-1], nn.Flatten()], 512
    elif head == "convnet":
        trunk, width = layers[:7], 256
    elif head == "mymodel":
        trunk, width = layers[:5], 64
    elif head == "finetune":
        trunk, width = [*layers[:-1], nn.Flatten(), layers[-1]], 1000
    else:
        raise ValueError(f"no head called {head}")
    trunk = nn.Sequential(*trunk)
    if frozen:
        fix_norms(trunk)
        trunk.requires_grad_(False)
    return nn.Sequential(trunk, new_head(head, width, n_classes))


def new_head(head, width, n_classes):
    if head in ("softmax", "finetune"):
        return nn.Linear(width, n_classes)
    if head == "twolayernn":
        return nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Linear(128, n_classes))
    pool = nn.MaxPool2d(2) if head == "convnet" else nn.AvgPool2d(2)
    layers = [nn.Conv2d(width, 100, 3, padding="same"), nn.ReLU(), pool, nn.AdaptiveMaxPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(100, n_classes))
