"""Images per second in training: `train.py`'s batches against the customary loop, in one run.

    python -m tests.benchmarks.training_speed [--root data] [--seconds 10] [--rounds 3] [--models softmax convnet]

Both train the same model with the same `train_step` on the same pictures with the same kinds of random change (mirror
image, shift by up to 4 pixels). The customary loop is `torchvision.datasets.CIFAR10` with PIL transforms behind a
`DataLoader` with workers; the kit keeps all images in one uint8 tensor. CIFAR-10 is read below `--root` as
`python -m data_scripts cifar10` leaves it; where it is not, synthetic images in CIFAR-10's layout stand in for it. The
loops take turns, `--rounds` times, and the median counts, since other programs may be running: the table says how
busy the machine was. Processor time, workers included, is less disturbed by them: what a loop needs of it for 1,000
images is the second figure (on Linux).
"""

import argparse
import multiprocessing
import os
import pickle
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions"
sys.path[:0] = [str(SOLUTIONS), str(SOLUTIONS / "classifiers")]

import training_kit  # noqa: E402, F401, I001   first: it chooses how PyTorch's threads wait
import torch  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402
from torchvision import transforms  # noqa: E402
from torchvision.datasets import CIFAR10  # noqa: E402

from data_scripts import DataError, Dataset, load  # noqa: E402
from models.convnet import CNN  # noqa: E402
from models.softmax import Softmax  # noqa: E402
from training import make_optimizer, train_step  # noqa: E402
from training_kit.batches import Augmentation, TrainingBatches  # noqa: E402
from training_kit.reproducible import choose_threads  # noqa: E402
from training_kit.splits import Splits  # noqa: E402

SHIFT_PX = 4
BATCH_SIZE = 128
WORKERS = 2
THREADS = torch.get_num_threads()
MODELS = {"softmax": lambda: Softmax((3, 32, 32), 10), "convnet": lambda: CNN((3, 32, 32), 16, 5, 10)}
Batches = Iterator[tuple[torch.Tensor, torch.Tensor]]


class Speed(NamedTuple):
    """One measurement; the processor time is NaN where the system does not tell that of the workers."""

    images_per_s: float
    cpu_s_per_1000: float


class Pictures(CIFAR10):
    """The customary data set, without the comparison with CIFAR-10's own checksums."""

    def _check_integrity(self) -> bool:
        return True

    def _load_meta(self) -> None:
        """Class names are not needed."""


def write_cifar_layout(dataset: Dataset, folder: Path) -> None:
    """Write the training images as CIFAR-10's publisher does: five pickles of rows of pixels."""
    home = folder / CIFAR10.base_folder
    home.mkdir(parents=True)
    parts = np.array_split(np.arange(len(dataset.train_labels)), 5)
    for number, part in enumerate(parts, start=1):
        batch = {"data": dataset.train_images[part].reshape(len(part), -1), "labels": dataset.train_labels[part].tolist()}
        (home / f"data_batch_{number}").write_bytes(pickle.dumps(batch))


def customary(folder: Path, dataset: Dataset) -> DataLoader:
    """PIL images, one at a time, in worker processes."""
    steps = [
        transforms.RandomCrop(32, SHIFT_PX),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(dataset.mean.tolist(), dataset.std.tolist()),
    ]
    pictures = Pictures(str(folder), train=True, transform=transforms.Compose(steps))
    return DataLoader(pictures, BATCH_SIZE, shuffle=True, num_workers=WORKERS, drop_last=True, persistent_workers=True)


def on_the_device(dataset: Dataset, device: torch.device, channels_last: bool) -> TrainingBatches:
    """All images in one tensor, batches changed at once."""
    splits = Splits(dataset, device, validation=0.0)
    preparation = splits.preparation.changed(channels_last=channels_last)
    return TrainingBatches(splits.train.images, splits.train.labels, preparation, Augmentation(True, SHIFT_PX), BATCH_SIZE, 0)


def endless(batches: DataLoader | TrainingBatches) -> Batches:
    """Epoch after epoch."""
    while True:
        yield from batches


def cpu_seconds() -> float:
    """Processor time of this process and of its workers so far."""
    try:
        fields = [
            Path(f"/proc/{child.pid}/stat").read_text().rsplit(")", 1)[1].split() for child in multiprocessing.active_children()
        ]
    except OSError:
        return float("nan")
    return time.process_time() + sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def speed(stream: Batches, step: Callable, device: torch.device, seconds: float) -> Speed:
    """Train for a while, after the first batches have warmed everything up."""
    for _, (images, labels) in zip(range(5), stream):
        step(images.to(device), labels.to(device))
    seen, started, cpu = 0, time.perf_counter(), cpu_seconds()
    while time.perf_counter() - started < seconds:
        images, labels = next(stream)
        step(images.to(device), labels.to(device))
        seen += len(labels)
    return Speed(seen / (time.perf_counter() - started), 1000 * (cpu_seconds() - cpu) / seen)


def new_step(model_name: str, device: torch.device, fast: bool) -> Callable:
    """A fresh model and its `train_step`; `fast` multiplies in bfloat16."""
    torch.manual_seed(0)
    model = MODELS[model_name]().to(device)
    if fast:
        model = model.to(memory_format=torch.channels_last)
    model.train()
    optimizer = make_optimizer(model, 0.001, 0.9, 0.0005)

    def step(images: torch.Tensor, labels: torch.Tensor) -> float:
        with torch.autocast(device.type, torch.bfloat16, enabled=fast, cache_enabled=False):
            return train_step(model, images, labels, optimizer)

    return step


def measure(dataset: Dataset, folder: Path, options: argparse.Namespace) -> dict[str, dict[str, list[Speed]]]:
    """The speed of each loop, by model and loop, one measurement a round."""
    device = torch.device(options.device)
    streams = {
        "customary": endless(customary(folder, dataset)),
        "train.py": endless(on_the_device(dataset, device, False)),
        "train.py, bfloat16": endless(on_the_device(dataset, device, True)),
    }
    found = {model: {loop: [] for loop in streams} for model in options.models}
    for _ in range(options.rounds):
        for model, loops in found.items():
            for loop, measured in loops.items():
                torch.set_num_threads(THREADS if loop == "customary" else choose_threads(is_small=model == "softmax"))
                step = new_step(model, device, fast=loop.endswith("bfloat16"))
                measured.append(speed(streams[loop], step, device, options.seconds))
    return found


def table(found: dict[str, dict[str, list[Speed]]]) -> str:
    """One line a model and loop: medians, range, and how many times better than the customary loop."""
    lines = [f"{'model':<9}{'loop':<20}{'images/s':>10}{'lowest':>9}{'highest':>9}{'times':>7}{'CPU s per 1,000':>18}{'times':>7}"]
    for model, loops in found.items():
        base = medians(loops["customary"])
        for loop, measured in loops.items():
            middle, rates = medians(measured), [one.images_per_s for one in measured]
            lines.append(
                f"{model:<9}{loop:<20}{middle.images_per_s:>10,.0f}{min(rates):>9,.0f}{max(rates):>9,.0f}"
                f"{middle.images_per_s / base.images_per_s:>7.1f}{middle.cpu_s_per_1000:>18.3f}"
                f"{base.cpu_s_per_1000 / middle.cpu_s_per_1000:>7.1f}"
            )
    return "\n".join(lines)


def medians(measured: list[Speed]) -> Speed:
    """The median of each figure."""
    return Speed(*(statistics.median(column) for column in zip(*measured)))


def read_data(root: str) -> tuple[str, Dataset]:
    """CIFAR-10 where it is there, else what can always be drawn."""
    try:
        return "CIFAR-10", load("cifar10", root)
    except DataError:
        return "synthetic images in CIFAR-10's layout", load("synthetic", root)


def busy() -> str:
    """How many programs want to run, where the system tells."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Images per second in training, against the customary loop.")
    parser.add_argument("--root", default="data", help="folder of the data sets")
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each loop")
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--device", default="cpu", help="where to train")
    options = parser.parse_args()
    title, dataset = read_data(options.root)
    before = busy()
    with tempfile.TemporaryDirectory() as folder:
        write_cifar_layout(dataset, Path(folder))
        found = measure(dataset, Path(folder), options)
    print(
        f"{title}; {options.device}, {os.cpu_count()} cores, {THREADS} threads, {WORKERS} workers, "
        f"batches of {BATCH_SIZE}; {before} before, {busy()} after"
    )
    print(table(found))


if __name__ == "__main__":
    main()
