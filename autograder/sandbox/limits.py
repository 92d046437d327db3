"""What one submission may use while one problem is graded."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one child process; a problem's table `limits` in `part.toml` overrides single ones."""

    check_s: float = 10.0       # wall-clock seconds for all calls of one check
    cpu_s: int = 60             # processor seconds of one child, over all checks of the problem
    memory_mib: int = 2048
    gpu_memory_mib: int = 4096  # of the GPU's memory, its context included
    disk_mib: int = 64
    reply_mib: int = 64         # bytes of one answer
    output_kib: int = 64        # of what it prints, kept for the teaching assistant; the rest is thrown away
    timeouts: int = 2           # calls that may run out of time before the rest of the problem is not tried any more

    def plan(self) -> dict:
        """The part of the limits that the child itself sets up."""
        return {"cpu_s": self.cpu_s, "memory_mib": self.memory_mib, "disk_mib": self.disk_mib}
