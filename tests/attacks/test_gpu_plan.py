"""Promises of the plan of a GPU under attack: what its driver needs opens nothing to students. No GPU is needed to see that."""

import datetime
import random
from collections.abc import Iterator

import pytest

from autograder.sandbox.faults import SandboxFault

from . import suite
from .layers import Alone, friends_first
from .suite import Layers
from .table import FACING_LAYERS

# What the openings have to do with, tried every day; the others in turn. `python -m tests.attacks.table --plan gpu` tries all.
ALWAYS = (
    "network_abstract_socket",
    "network_of_every_family",
    "network_by_a_listening_socket",
    "network_datagram_from_a_pair",
    "network_descriptor_sent_away",
    "eat_memory_by_memfd",
    "write_to_proc",
    "read_command_lines",
    "make_a_device",
    "read_devices",
    "inspect_frames",
    "calls_without_need",
    "eat_shared_memory",
    "eat_memory",
    "read_inherited_descriptors",
)
OTHERS_A_DAY = 6
# As on the processor: what a machine without namespaces cannot cap.
OPEN_WHEN_REDUCED = {"fill_the_inodes", "fill_the_disk"}


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Iterator[Alone]:
    """Runs single attacks."""
    found = Alone(tmp_path_factory.mktemp("attacks"))
    with found.grounds.server():
        yield found
    found.close()


def of_today() -> list[str]:
    """Names of attacks that face the layers."""
    facing = [name for name, row in suite.manifest().items() if row["kind"] in FACING_LAYERS and name not in ALWAYS]
    day = datetime.date.today().toordinal()
    return [*ALWAYS, *random.Random(day).sample(facing, OTHERS_A_DAY)]


@pytest.mark.parametrize("level", ["full", "reduced"])
def test_nothing_new_gets_through(alone, level):
    """At full isolation nothing at all; without namespaces what gets through for the processor as well."""
    try:
        through = {name for name, succeeded in friends_first(alone, Layers(level, plan="gpu"), of_today()).items() if succeeded}
    except SandboxFault as fault:
        pytest.skip(f"this machine does not offer the isolation {level}: {fault}")
    assert through <= (OPEN_WHEN_REDUCED if level == "reduced" else set())
