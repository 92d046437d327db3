"""Promises of everything that reads what a student could have written: an answer or the declared exception, whatever the bytes."""

import importlib.util
import json
import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fuzz.targets import TARGETS, seeds  # noqa: E402   the path above has to be there first

SEEDS = seeds()
QUICK = settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
NAMES = st.sampled_from(
    [
        "kind",
        "value",
        "id",
        "error",
        "tensor",
        "array",
        "tuple",
        "dict",
        "bytes",
        "remote",
        "opaque",
        "dtype",
        "int",
        "float",
        "dtype",
        "shape",
        "items",
        "size",
        "handle",
        "type",
        "what",
        "name",
        "digits",
        "text",
        "float32",
        "bool",
        "inf",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-2, 1 << 41) | st.floats() | NAMES | st.text(max_size=5)
HEADERS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_give_an_answer_or_the_declared_exception(name):
    """Bytes from nowhere."""

    @QUICK
    @given(st.binary(max_size=300))
    def check(data: bytes) -> None:
        TARGETS[name](data)

    check()


@settings(QUICK, max_examples=300)
@given(HEADERS, st.binary(max_size=40))
def test_any_header_gives_a_message_or_the_declared_exception(header, body):
    """Headers made of the words that the decoder knows, in any order and depth."""
    text = json.dumps({"value": header}).encode()
    TARGETS["frame"](struct.pack("!H", len(text)) + text + body)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_inputs_give_an_answer_or_the_declared_exception(name):
    """Honest inputs with bytes changed, left out and put in; the same damage in every run."""
    chance = random.Random(1)
    for seed in SEEDS[name]:
        TARGETS[name](seed)
        for _ in range(60):
            data = bytearray(seed)
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(len(data))
                data[place : place + chance.choice((0, 1, 1, 4))] = chance.randbytes(chance.choice((0, 1, 1, 4)))
            TARGETS[name](bytes(data))


def test_the_guided_fuzzer_runs_or_says_what_it_needs():
    """A second of coverage-guided fuzzing finds nothing; the long runs are made by hand, with the extra `fuzz`."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "frame", "--seconds", "1"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    if importlib.util.find_spec("atheris"):
        assert done.returncode == 0, done.stderr[-2000:]
    else:
        assert done.returncode == 1 and "pip install atheris" in done.stderr and "Traceback" not in done.stderr
