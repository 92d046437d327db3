"""Seeds, device and threads: the same settings on the same machine give the same numbers."""

import random

import numpy as np
import torch

from training_kit.errors import RunError

MOST_THREADS = 8


def choose_device(name: str) -> torch.device:
    """The device to train on.

    Args:
        name: `auto` (`cuda` where it is, else `mps`, else `cpu`), `cpu`, `cuda` or `mps` (Apple's graphics).
    Raises:
        RunError: this machine or this PyTorch has no such device.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, is_there in there.items() if is_there))
    if not there[name]:
        raise RunError(f"PyTorch finds no device {name} here; leave out --device, or say --device cpu.")
    return torch.device(name)


def choose_threads(is_small: bool) -> int:
    """Threads for the processor's part of the work.

    Args:
        is_small: whether the model has so little to compute that dividing it would only cost time.
    """
    return 1 if is_small else min(torch.get_num_threads(), MOST_THREADS)


def seed_everything(seed: int, threads: int) -> None:
    """Begin all random numbers anew and choose ways of computing that can be repeated.

    Sums are rounded differently when another number of threads shares them, so that number belongs to the settings.

    Args:
        seed: of Python's, numpy's and PyTorch's random numbers.
        threads: how many PyTorch may use.
    """
    random.seed(seed)
    np.random.seed(seed % (1 << 32))
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(True, warn_only=True)


def random_state(device: torch.device) -> dict[str, torch.Tensor]:
    """Where PyTorch's random numbers stand now, which dropout uses.

    Args:
        device: the device that the network is on.
    """
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        state["mps"] = torch.mps.get_rng_state()
    return state


def set_random_state(state: dict[str, torch.Tensor], device: torch.device) -> None:
    """Go on with random numbers from where `random_state` was called.

    Args:
        state: what it returned.
        device: the device that the network is on.
    """
    torch.set_rng_state(state["cpu"].cpu())
    if "cuda" in state and device.type == "cuda":
        torch.cuda.set_rng_state(state["cuda"].cpu(), device)
    elif "mps" in state and device.type == "mps":
        torch.mps.set_rng_state(state["mps"].cpu())
