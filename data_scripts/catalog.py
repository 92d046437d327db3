"""All data sets of the course by name."""

from __future__ import annotations

from data_scripts import cifar10, scenes15, svhn, synthetic, tiny_imagenet
from data_scripts.spec import DataSpec

DATASETS: dict[str, DataSpec] = {module.SPEC.name: module.SPEC for module in (cifar10, svhn, tiny_imagenet, scenes15, synthetic)}
