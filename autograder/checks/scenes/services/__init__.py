"""What runs inside the sandbox for the checks of part 3; the rules for such modules are in `autograder/sandbox/confined/services.py`."""

from .models import build_scorer, count_layers, scores_of_runs, steps_with_gradients
from .pictures import (
    apply_to_picture,
    call_with_cpu_tensors,
    call_with_path,
    ends_at,
    link_folders,
    load_pictures,
    loader_items,
    make_loader,
    traced_peak,
    write_files,
)
from .quantization import quantized

__all__ = [
    "apply_to_picture",
    "build_scorer",
    "call_with_cpu_tensors",
    "call_with_path",
    "count_layers",
    "ends_at",
    "link_folders",
    "load_pictures",
    "loader_items",
    "make_loader",
    "quantized",
    "scores_of_runs",
    "steps_with_gradients",
    "traced_peak",
    "write_files",
]
