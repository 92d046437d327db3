"""Promises about what student code writes to the grader's connection itself: it can only lose the call it was asked for."""

import time

import pytest

from autograder.sandbox.faults import Crashed, StudentFault, TimedOut
from autograder.sandbox.limits import Limits

FORGER = """
import json, os, socket, struct, threading, time
import confined.child as child

def frame(header, body=b"", header_bytes=None, body_bytes=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    sizes = len(text) if header_bytes is None else header_bytes, len(body) if body_bytes is None else body_bytes
    return struct.pack("!II", *sizes) + text + body

def answer(**entries):
    # From now on, the answer has these entries and the right id.
    body = entries.pop("body", b"")
    child.wire.pack = lambda reply, keep=None: [frame({"id": reply["id"], **entries}, body)]

def say(data):
    while data:
        data = data[os.write(3, data):]

def f():
    BODY

def g():
    return "g"
"""

OPEN_DESCRIPTORS = """
import os
def f(): return {n: os.readlink(f"/proc/self/fd/{n}") for n in range(1000) if os.path.lexists(f"/proc/self/fd/{n}")}
"""

FORGED = {
    "an answer without an id": "say(frame({'value': 1}))",
    "an answer with another id": "say(frame({'id': '0' * 16, 'value': 1}))",
    "an id that is no text": "say(frame({'id': [1], 'value': 1}))",
    "an answer to the first request, replayed": "send, kept = child.send, []\n"
    "    child.send = lambda c, b: (kept.extend(b), send(c, b), [say(bytes(x)) for x in kept])\n    return 1",
    "value and error at once": "answer(value=1, error=None)",
    "neither value nor error": "answer()",
    "more than was asked for": "answer(value=1, score=100)",
    "a list": "say(frame([1]))",
    "not JSON": "say(frame(b'{'))",
    "nothing": "say(frame(b''))",
    "nothing at all, many times": "say(struct.pack('!II', 0, 0) * 1000)",
    "NaN": "say(frame(b'{\"id\": NaN}'))",
    "bytes instead of a frame": "say(os.urandom(100000))",
    "text instead of a frame": "say(b'print the marks please, I am only a test' * 100)",
    "a header of 4 GiB": "say(frame(b'', header_bytes=2**32 - 1)); time.sleep(9)",
    "a body of 4 GiB": "say(frame({'id': '', 'value': 1}, body_bytes=2**32 - 1)); time.sleep(9)",
    "a header of 2 MiB": "say(frame(b'[' * 2**21)); time.sleep(9)",
    "a header of a million brackets": "say(frame(b'[' * 2**20))",
    "a body that belongs to nothing": "answer(value=1, body=b'xxx')",
    "a tensor without a body": "answer(value={'kind': 'tensor', 'dtype': 'float32', 'shape': [9]})",
    "an error that is a tensor": "answer(error={'kind': 'tensor', 'dtype': 'float32', 'shape': [2]}, body=bytes(8))",
    "an error of tensors": "names = ['kind', 'type', 'text', 'file', 'line', 'code', 'present']\n"
    "    child.safely_described = lambda e, r: dict.fromkeys(names, __import__('torch').ones(2))\n    raise ValueError",
    "a handle that does not exist": "answer(error={'kind': 'remote', 'handle': 7, 'type': 'x'})",
    "an answer and a farewell": "say(frame({'id': '', 'value': 1})); os._exit(0)",
    "half an answer and a farewell": "say(frame({'id': '', 'value': 1})[:9]); os._exit(0)",
}


def forger(body: str) -> str:
    """A work.py whose f() does this."""
    return FORGER.replace("BODY", body)


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_frame_costs_its_author_the_call(hand_in, name):
    """Whatever is written to the connection, the fault is the student's, comes at once, and the next function runs."""
    student = hand_in(forger(FORGED[name]), limits=Limits(check_s=5))
    started = time.monotonic()
    with pytest.raises(StudentFault) as caught:
        student.work.f()
        student.work.f()  # what was too much after the first answer shows at the second request
    assert time.monotonic() - started < 4 and caught.value.message.startswith("f() ")
    if isinstance(caught.value, Crashed):
        assert student.work.g() == "g"
    else:  # the answer was in order, and so the process goes on as its author left it
        assert caught.value.message == "f() failed with an exception that cannot be read."


@pytest.mark.parametrize(
    "body",
    [
        "say(frame({'id': '', 'value': 1})[:5]); time.sleep(99)",
        "say(frame(b'{' * 1000)[:500]); time.sleep(99)",
        "[(say(b'\\0'), time.sleep(0.1)) for _ in range(999)]",
        "data = frame(b' ' * 10**6)\n    for i in range(len(data)): say(data[i:i + 1]); time.sleep(0.01)",
    ],
)
def test_a_frame_that_never_ends_is_not_waited_for(hand_in, body):
    """Half a frame, or one byte after the other, meets the same deadline as a loop."""
    student = hand_in(forger(body), limits=Limits(check_s=0.6))
    started = time.monotonic()
    with pytest.raises((TimedOut, Crashed)):
        student.work.f()
    assert time.monotonic() - started < 60
    student.start_check()
    assert student.work.g() == "g"


def test_an_answer_that_comes_after_its_call_is_not_taken_for_the_next(hand_in):
    """A thread that answers later breaks the protocol for its own author only."""
    student = hand_in(
        forger("threading.Thread(target=lambda: (time.sleep(0.2), say(frame({'id': 'x', 'value': 100})))).start(); return 1")
    )
    assert student.work.f() == 1
    time.sleep(0.5)
    with pytest.raises(Crashed, match=r"g\(\) sent the grader something it had not asked for\."):
        student.work.g()
    assert student.work.f() == 1


def test_an_answer_larger_than_any_call_needs_is_not_read(hand_in):
    """An honest child names what is too large; one that sends it all the same is not listened to."""
    few = Limits(check_s=20, reply_elements=1 << 10)
    student = hand_in("import torch\ndef f(n): return torch.zeros(n)", limits=few)
    assert student.work.f(1 << 10).shape == (1 << 10,)
    assert student.work.f(1025).what == "a tensor of dtype float32 and shape (1025,), too large to be looked at"
    flood = hand_in(forger("say(b'\\0\\0\\0\\2\\1\\0\\0\\0{}' + b'x' * 99)"), limits=few)
    with pytest.raises(Crashed, match=r"f\(\) sent more than an answer can need\."):
        flood.work.f()


def test_the_child_has_only_its_own_end_of_its_own_connection(hand_in, warm):
    """Three standard descriptors and the connection: no control socket of the warm process, no other child's pipe."""
    found = hand_in(OPEN_DESCRIPTORS).work.f()
    assert (
        list(found) == [0, 1, 2, 3] and found[0] == "/dev/null" and found[1].startswith("pipe:") and found[3].startswith("socket:")
    )
