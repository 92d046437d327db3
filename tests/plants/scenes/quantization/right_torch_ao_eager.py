"""torch.ao.quantization in eager mode: stubs around the network, prepare, convert.

replaces: quantization.py
"""

import copy
import warnings

import torch

warnings.filterwarnings("ignore", message=".*quantiz.*")
warnings.filterwarnings("ignore", message=".*reduce_range.*")

from torch.ao import quantization as tq  # noqa: E402


def quantize(model, calibration_batches):
    network = tq.QuantWrapper(copy.deepcopy(model)).eval()
    network.qconfig = tq.get_default_qconfig(torch.backends.quantized.engine)
    tq.prepare(network, inplace=True)
    with torch.no_grad():
        for batch in calibration_batches:
            network(batch if isinstance(batch, torch.Tensor) else batch[0])
    return tq.convert(network)
