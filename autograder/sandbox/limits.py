"""What one submission may use while one problem is graded."""

from dataclasses import dataclass

from .confined.bounds import ELEMENT_BYTES, Bounds


@dataclass(frozen=True)
class Limits:
    """Limits of one child process; a problem's table `limits` in `part.toml` overrides single ones."""

    check_s: float = 10.0  # seconds for all calls of one check, less what the child waited for a processor
    problem_s: float = 60.0  # the same for all checks of the problem: sleeping in each of many calls is no way to keep a grader
    cpu_s: int = 60  # processor seconds of one child, over all checks of the problem
    memory_mib: int = 2048
    gpu_memory_mib: int = 4096  # of the GPU's memory, its context included
    disk_mib: int = 64
    threads: int = 64  # torch's and a GPU driver's included
    # One answer. The largest of this kit's own course has 200,000 elements (one network's weights) and 540 values (the parameters of another).
    reply_mib: int = 64
    reply_elements: int = 1 << 20  # of all its tensors; a tensor that does not fit is named instead of sent
    reply_items: int = 1 << 14  # values in its lists, one by one
    reply_characters: int = 1 << 16
    output_kib: int = 64  # of what it prints, kept for the teaching assistant; the rest is thrown away
    timeouts: int = 2  # calls that may run out of time before the rest of the problem is not tried any more

    def bounds(self) -> Bounds:
        """What one answer may hold."""
        return Bounds(self.reply_elements, self.reply_items, self.reply_characters)

    def reply_bytes(self) -> int:
        """How long the body of one answer may be; nothing longer is even read."""
        return int(min(self.reply_mib * (1 << 20), self.reply_elements * ELEMENT_BYTES))

    def plan(self) -> dict:
        """The part of the limits that the child itself sets up."""
        return {"cpu_s": self.cpu_s, "memory_mib": self.memory_mib, "disk_mib": self.disk_mib, "threads": self.threads}
