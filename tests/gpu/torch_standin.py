"""Makes the device of `device.cpp` known to torch, which calls `load` at the end of its own import.

`device.py` puts this module and the library into a folder of packages with the entry point that torch looks for there.
"""

import contextlib
import ctypes
import os
import types

import torch

NAME = "standin"


def load() -> None:
    """Register device, name, and what torch asks a device's module for; `.cuda()` brings tensors there."""
    library = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "device.so"))
    library.stand_in_seed.argtypes = [ctypes.c_uint64]
    module = types.ModuleType(f"torch.{NAME}")
    module.manual_seed = module.manual_seed_all = lambda seed: library.stand_in_seed(seed % (1 << 64))  # type: ignore[attr-defined]
    module.is_available = module.is_initialized = lambda: True  # type: ignore[attr-defined]
    module._is_in_bad_fork = lambda: False  # type: ignore[attr-defined]
    module.device_count, module.current_device = lambda: 1, lambda: 0  # type: ignore[attr-defined]
    module.device = lambda device: contextlib.nullcontext()  # type: ignore[attr-defined]
    module.get_amp_supported_dtype = lambda: [torch.float16, torch.bfloat16]  # type: ignore[attr-defined]
    torch.utils.rename_privateuse1_backend(NAME)
    torch._register_device_module(NAME, module)
    torch.utils.generate_methods_for_privateuse1_backend()
    torch.Tensor.cuda = lambda tensor, *_, **__: tensor.to(NAME)  # type: ignore[method-assign]
