"""What is fuzzed: each target takes bytes, and anything but the declared exception is a fault of ours.

Each also checks what its reader promises: plain values only, no more bytes than were sent, limits kept.
"""

import contextlib
import json
import os
import struct
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from autograder.classes.entries import Entry
from autograder.classes.journal import Journal
from autograder.classes.outputs import Graded, Outputs
from autograder.grading.variants import read_variants
from autograder.nbgrader.execution import outputs_from
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from autograder.results.stored import to_json
from autograder.sandbox.confined import wire
from autograder.sandbox.faults import StudentFault
from autograder.sandbox.plain_text import harmless
from autograder.sandbox.probe_replies import KINDS, fits
from autograder.sandbox.reports import fault_from
from autograder.submission.reader import Unreadable, read
from autograder.submission.rosters import RosterError
from tests.made_up import PROBLEMS

DECLARED = ("models/softmax.py", "training.py", "mymodel.pt")
KEPT_LIMIT_BYTES = 100 << 20  # what the reader's limits for each kind of file add up to
PLAIN = (
    int,
    float,
    str,
    bool,
    type(None),
    list,
    tuple,
    dict,
    bytes,
    torch.Tensor,
    np.ndarray,
    torch.dtype,
    wire.Remote,
    wire.Opaque,
)


def frame(data: bytes) -> None:
    """A frame from a child: two bytes for the length of the header, header, body."""
    length = struct.unpack("!H", data[:2].ljust(2, b"\0"))[0]
    header, body = data[2 : 2 + length], bytearray(data[2 + length :])
    try:
        message = wire.unpack(header, body)
    except wire.WireError:
        return
    assert body_bytes(message) <= len(body) * 2, "a frame made more than it held"
    for reply in message.values():
        for kind in KINDS.values():
            fits(reply, kind)
        assert isinstance(fault_from(reply, "f()", "work.f", {"work.py": b""}), StudentFault)


def body_bytes(value: object) -> int:
    """The bytes of all tensors and arrays of a value; whatever is no plain value is an error."""
    assert type(value) in PLAIN, type(value)
    if isinstance(value, torch.Tensor):
        return value.numel() * value.element_size()
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return sum(map(body_bytes, value.values()))
    return sum(map(body_bytes, value)) if isinstance(value, (list, tuple)) else 0


def memory() -> str | None:
    """Where files are in memory, which is faster; None where there is no such place."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else None


@contextlib.contextmanager
def on_disk(data: bytes, name: str):
    """A file with these bytes."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def archive(data: bytes) -> None:
    """A submission that says it is an archive."""
    with on_disk(data, "hand-in.zip") as path:
        try:
            contents = read(path, DECLARED)
        except Unreadable as error:
            assert str(error)
            return
    assert sum(map(len, contents.files.values())) <= KEPT_LIMIT_BYTES
    for name in contents.files:
        assert not name.startswith("/") and ".." not in name.split("/") and "\0" not in name


def result(data: bytes) -> None:
    """A result file of an earlier run, and its journal."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        outputs = Outputs(Path(folder))
        try:
            (outputs.records / "ann.json").write_bytes(data)
            (Path(folder) / "run.json").write_bytes(data)
            (Path(folder) / "journal.jsonl").write_bytes(data)
            assert isinstance(outputs.settings(), dict)
            earlier = outputs.earlier(Entry("ann", Path(folder)))
            assert earlier is None or isinstance(earlier[1], Graded)
            Journal(Path(folder) / "journal.jsonl").close()
        finally:
            outputs.close()


def roster(data: bytes) -> None:
    """A roster as a spreadsheet might have written it."""
    with on_disk(data, "roster.csv") as path:
        try:
            rows = read_variants(path)
        except RosterError as error:
            assert "roster" in str(error)
            return
    assert all(all(row) for part in rows.values() for row in part.values())


def text(data: bytes) -> None:
    """Whatever a student's code prints."""
    clean = harmless(data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace") if valid(data) else repr(data), 500)
    assert len(clean) <= 500 and "\x1b" not in clean and "\u202e" not in clean and "\x9b" not in clean


def notebook(data: bytes) -> None:
    """What a child says that a notebook's cell printed and drew."""
    for output in outputs_from([data.decode("utf-8", "replace"), 7, None]):
        assert output.output_type in ("stream", "error", "display_data")
        assert not {"text/html", "application/javascript", "image/svg+xml"} & set(output.get("data", {}))
        assert "\x1b" not in output.get("text", "") + output.get("evalue", "")


def valid(data: bytes) -> bool:
    """Whether the bytes are text, half characters allowed."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


TARGETS: dict[str, Callable[[bytes], None]] = {
    "frame": frame,
    "archive": archive,
    "result": result,
    "roster": roster,
    "text": text,
    "notebook": notebook,
}


def seeds() -> dict[str, list[bytes]]:
    """Honest inputs of each target, for a fuzzer to change."""
    from tests.attacks.archives import tar_of, zip_of

    values = {
        "id": "0" * 16,
        "value": {
            "a": torch.ones(2, 3),
            "b": [1, 2.5, None, True, "x", (1,)],
            "c": np.arange(3),
            "d": b"bytes",
            "e": 1 << 80,
            "f": torch.float32,
            "g": float("nan"),
            1: torch.zeros(0, 5),
            "h": torch.tensor([True]),
        },
    }
    buffers = b"".join(bytes(part) for part in wire.pack(values))
    length = struct.unpack("!I", buffers[:4])[0]
    checks = [CheckResult("test_a", "A", 1, 15.0, [Case("", "failed", "f() returned 3.")])]
    handed_in = {"models/softmax.py": b"class Softmax: pass\n", "training.py": b"lr = 1\n"}
    record = to_json(SubmissionResult("ann", [ProblemResult(PROBLEMS["softmax"], checks)], 1, "cpu", "full", {}, fingerprint="x"))
    return {
        "frame": [struct.pack("!H", length) + buffers[8:]],
        "archive": [
            zip_of(list(handed_in.items())),
            tar_of([(*file, tarfile.REGTYPE, "") for file in handed_in.items()], honest=False),
        ],
        "result": [record.encode(), b'{"event": "started", "student": "ann"}\n'],
        "roster": [b"student,roll_number,birth_date\nann,B21001,2001-05-14\n"],
        "notebook": [
            json.dumps(
                [
                    {"stream": "stdout", "text": "hello"},
                    {"error": "ValueError", "text": "no"},
                    {"data": {"text/plain": "7", "image/png": "iVBORw0KGgo=", "text/html": "<b>"}},
                ]
            ).encode()
        ],
        "text": ["\x1b[31mred\x1b]0;t\x07\u202e\ud800 plain\n".encode("utf-8", "surrogatepass")],
    }
