"""torch.ao.quantization on a traced graph, which fuses ReLUs into the layers before them.

replaces: quantization.py
"""

import copy
import itertools
import warnings

import torch

warnings.filterwarnings("ignore", message=".*quantiz.*")
warnings.filterwarnings("ignore", message=".*reduce_range.*")

from torch.ao.quantization import get_default_qconfig_mapping  # noqa: E402
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx  # noqa: E402


def quantize(model, calibration_batches):
    batches = (batch if torch.is_tensor(batch) else batch[0] for batch in calibration_batches)
    first = next(batches)
    mapping = get_default_qconfig_mapping(torch.backends.quantized.engine)
    watched = prepare_fx(copy.deepcopy(model).eval(), mapping, example_inputs=(first,))
    with torch.no_grad():
        for images in itertools.chain([first], batches):
            watched(images)
    return convert_fx(watched)
