"""What errors of a device mean, in words for the student whose code caused them.

A grader that sees one of them proves itself again before it hands the result on (`autograder/grading/suspicion.py`), so these words reach
only somebody whose own code it was. After some of them the device is of no use any more to the process that caused them.
"""

import re

_MEANINGS = (
    (
        re.compile(r"device-side assert"),
        "An index was out of range on the device: a position or a class number that does not exist. "
        "The line above may be a later one, because the GPU reports it late.",
    ),
    (
        re.compile(r"CUDA out of memory|CUDA error: out of memory"),
        "Your code asked for more of the GPU's memory than a problem has; does it build something much "
        "larger than the images, or keep the graph of every step?",
    ),
    (re.compile(r"illegal memory access|misaligned address"), "Your code made the device read or write where nothing is its own."),
    (
        re.compile(
            r"Expected all tensors to be on the same device|(found|but got) .*at least two devices|to be on the same device, but |"
            r"indices should be either on cpu or|type \(torch\.(cuda\.\w+\) and weight type \(torch\.[A-Z]|[A-Z]\w+\) and weight type \(torch\.cuda)"
        ),
        "One tensor was made on the processor, the other came on the GPU; make yours with device=x.device.",
    ),
    (
        re.compile(r"device type tensor to numpy"),
        "numpy works on the processor only; take x.detach().cpu() before it, and bring what you return back to x.device.",
    ),
    (
        re.compile(r"Expected a '?\w+'? device type for generator"),
        "A generator draws on its own device only: draw there, then bring the numbers to x.device.",
    ),
    (
        re.compile(r"_cuda\w*\"? not implemented for '(Bool|Byte|Char|Short|Int|Long)'"),
        "A GPU does not compute this for whole numbers; turn them into float32 before.",
    ),
    (
        re.compile(r"Found no NVIDIA driver|No CUDA GPUs are available|not compiled with CUDA enabled"),
        "This grader computes on the processor; make tensors with device=x.device, and do not ask for a GPU by name.",
    ),
    (re.compile(r"No space left on device"), "The disk of a problem is small, and nothing of it is needed; write less."),
)
_BROKEN_AFTERWARDS = re.compile(r"CUDA error|device-side assert")


def meaning(text: str) -> str:
    """What the text of an exception means, empty for one that is not of a device."""
    return next((words for pattern, words in _MEANINGS if pattern.search(text)), "")


def breaks_the_process(text: str) -> bool:
    """Whether every later call on the device fails in the process that raised this, whatever it asks for."""
    return bool(_BROKEN_AFTERWARDS.search(text))
