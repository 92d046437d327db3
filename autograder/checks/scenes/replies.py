"""What the services of part 3 in the child answer when nobody has tampered with them; see `probe_replies.py` of the sandbox."""

from autograder.sandbox.probe_replies import ANY, MAYBE, TENSOR, Either, declare

declare(
    {
        "steps_with_gradients": [{str: TENSOR}],
        "write_files": str,
        "link_folders": None,
        "build_scorer": ANY,
        "call_with_cpu_tensors": ANY,
        "call_with_path": ANY,
        "make_loader": ANY,
        "traced_peak": int,
        "loader_items": {"length": int, "items": [ANY]},
        "apply_to_picture": [ANY],
        "load_pictures": [ANY],
        "ends_at": bool,
        "count_layers": {str: Either((None, {"nn.Conv2d": int, "nn.Linear": int, "nn.ReLU": int}))},
        "scores_of_runs": {"scores": TENSOR, "bias": MAYBE},
        "quantized": {
            "runs": [ANY],
            "scores": ANY,
            "bytes": (int, int),
            "argument": {"names": bool, "modes": bool, "values": bool},
        },
    },
    {
        "apply_to_picture": lambda reply, _, picture, runs: [(reply, runs)],
        "load_pictures": lambda reply, _, root, names: [(reply, 2 * len(names))],
        "steps_with_gradients": lambda reply, _, model, gradients: [(reply, len(gradients))],
    },
)
