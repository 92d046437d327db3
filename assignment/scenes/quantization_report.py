"""What quantization changes: size, speed and accuracy before and after (given; part 3, scenes).

python quantization_report.py ../data/scenes15 runs/simple_net/checkpoint.pt
python quantization_report.py ../data/scenes15 runs/simple_net_dropout/checkpoint.pt --model simple_net_dropout
"""

import argparse
import io
import itertools
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # training_kit lies beside the part's folder

from training_kit.session import run_command  # noqa: I001   first: it chooses how PyTorch's threads wait
import torch
from torch import nn

from data_transforms import get_fundamental_transforms
from dl_utils import predict_labels
from my_alexnet import MyAlexNet
from quantization import quantize
from simple_net import SimpleNet
from simple_net_dropout import SimpleNetDropout
from stats_helper import compute_mean_and_std
from trainer import scene_batches
from training_kit.errors import RunError

MODELS = {"simple_net": SimpleNet, "simple_net_dropout": SimpleNetDropout, "my_alexnet": MyAlexNet}
SIDE_PX = {"simple_net": 64, "simple_net_dropout": 64, "my_alexnet": 224}
CALIBRATION_BATCHES = 4


@dataclass(frozen=True)
class Measurement:
    """One network, measured.

    Attributes:
        size_bytes: of its `state_dict`, written by `torch.save`.
        time_per_image_s: best of several runs over one batch, divided by the batch size.
        predictions: (N,) int64, for every image.
        accuracy: share of right predictions, in [0, 1].
    """

    size_bytes: int
    time_per_image_s: float
    predictions: torch.Tensor
    accuracy: float


def measure(model: nn.Module, batches: Iterable, repeats: int = 5) -> Measurement:
    """Measure a network on the CPU, in eval mode.

    Args:
        model: takes the images of the batches.
        batches: of (images, labels).
        repeats: timed runs over the first batch.
    Returns:
        its size, time and predictions.
    """
    model.eval()
    batches = list(batches)
    first = batches[0][0]
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        predict_labels(model, first)
        times.append(time.perf_counter() - start)
    predictions = torch.cat([predict_labels(model, images) for images, _ in batches])
    labels = torch.cat([torch.as_tensor(labels) for _, labels in batches])
    accuracy = (predictions == labels).double().mean().item()
    return Measurement(saved_bytes(model), min(times) / len(first), predictions, accuracy)


def saved_bytes(model: nn.Module) -> int:
    """Size of a network's checkpoint.

    Args:
        model: any network.
    Returns:
        bytes of its `state_dict`, written by `torch.save`.
    """
    memory = io.BytesIO()
    torch.save(model.state_dict(), memory)
    return memory.tell()


def report(before: Measurement, after: Measurement) -> str:
    """Put two measurements side by side.

    Args:
        before: the float32 network.
        after: the quantized one.
    Returns:
        a table of four lines and the share of equal predictions.
    """
    same = (before.predictions == after.predictions).double().mean().item()
    lines = [f"{'':<22}{'float32':>12}{'int8':>12}{'int8 / float32':>16}"]
    rows = [
        ("size (kB)", before.size_bytes / 1e3, after.size_bytes / 1e3),
        ("time per image (us)", before.time_per_image_s * 1e6, after.time_per_image_s * 1e6),
        ("accuracy (%)", before.accuracy * 100, after.accuracy * 100),
    ]
    for name, old, new in rows:
        ratio = f"{new / old:.2f}" if old else "-"
        lines.append(f"{name:<22}{old:>12.1f}{new:>12.1f}{ratio:>16}")
    return "\n".join([*lines, f"same prediction for {same:.1%} of {len(before.predictions)} images"])


def figures(before: Measurement, after: Measurement) -> dict[str, float]:
    """The same for programs.

    Args:
        before: the float32 network.
        after: the quantized one.
    Returns:
        numbers that JSON knows, by name.
    """
    found: dict[str, float] = {"same_predictions": (before.predictions == after.predictions).double().mean().item()}
    for name, one in (("float32", before), ("int8", after)):
        found |= {f"{name}_size_bytes": one.size_bytes, f"{name}_time_per_image_s": one.time_per_image_s}
        found[f"{name}_accuracy"] = one.accuracy
    return found


def trained_model(name: str, checkpoint: Path) -> nn.Module:
    """A network with the weights that a training left.

    Args:
        name: which one.
        checkpoint: `checkpoint.pt` of a Trainer.
    Raises:
        RunError: there is no such file, or it is of another network.
    """
    if not checkpoint.is_file():
        raise RunError(f"There is no file {checkpoint}; `python train.py` writes runs/MODEL/checkpoint.pt.")
    model = MODELS[name]()
    try:
        model.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=True)["model"])
    except Exception:  # a damaged file can make the unpickler raise anything
        raise RunError(f"{checkpoint} is not of {name} as it is now: name its network with --model, or train again.") from None
    return model


def main() -> None:
    """Quantize a trained network and print the report."""
    parser = argparse.ArgumentParser(description="Size, speed and accuracy of a network before and after int8.")
    parser.add_argument("root", type=Path, help="folder that holds train and test")
    parser.add_argument("checkpoint", type=Path, help="checkpoint.pt of a training")
    parser.add_argument("--model", choices=sorted(MODELS), default="simple_net", help="which network it is of (%(default)s)")
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="write the figures here as well")
    options = parser.parse_args()

    model = trained_model(options.model, options.checkpoint)
    if not (options.root / "train").is_dir():
        raise RunError(f"{options.root} has no folder train; give the folder that the network was trained on.")
    side = SIDE_PX[options.model]
    transform = get_fundamental_transforms((side, side), *compute_mean_and_std(options.root / "train"))
    train = scene_batches(options.root, "train", transform, batch_size=50, shuffle=True)
    test = list(scene_batches(options.root, "test", transform, batch_size=100))
    quantized = quantize(model, itertools.islice(train, CALIBRATION_BATCHES))
    before, after = measure(model, test), measure(quantized, test)
    print(report(before, after))
    if options.json:
        options.json.write_text(json.dumps(figures(before, after), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run_command(main)
