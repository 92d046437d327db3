"""The network comes back as it was.

replaces: quantization.py
message: as many bytes as before
"""

import copy


def quantize(model, calibration_batches):
    return copy.deepcopy(model).eval()
