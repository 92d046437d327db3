"""The network comes back as it was.

replaces: quantization.py
message: as many bytes as before
nothing works: what comes back is what was given
"""

import copy


def quantize(model, calibration_batches):
    return copy.deepcopy(model).eval()
