"""What the processor and another device make of the same planted answers, neither with a second look at the other.

A grader gives full marks for what has them on the GPU, and else what the processor finds (`autograder/grading/processor.py`). So two things
are wrong: full marks only there, and right code that loses marks there without being told that the device is the reason.
"""

from pathlib import Path

from autograder.sandbox import device_words
from tests.fairness.answers import graded
from tests.fairness.plants import Plant

NO_GPU = "there is no GPU"  # what a plant's `nothing works:` says when that is all that is wrong with it
MOST_LETTERS = 400  # of a message


def on(device: str, chosen: list[Plant], folder: Path) -> dict[str, dict]:
    """The record of each plant by its id, as the device alone finds it."""
    folder.mkdir()
    return graded([plant.answer for plant in chosen], folder, device=device)


def needs_a_gpu(plant: Plant) -> bool:
    """Whether its only mistake is that it asks for one."""
    return plant.says("nothing works") == NO_GPU


def full(record: dict) -> bool:
    """Whether nothing was lost."""
    return record["score"] == record["max_score"]


def is_explained(record: dict) -> bool:
    """Whether each check that was lost tells the student that the device is the reason, or repeats one that does."""
    lost = [check for check in record["checks"] if check["status"] not in ("passed", "not run")]
    return bool(lost) and all(device_words.meaning(check["message"]) for check in lost)


def differences(here: dict[str, dict], there: dict[str, dict]) -> list[str]:
    """Every check that ends otherwise, with what both say, for whoever cannot run it again."""
    found = []
    for name, record in here.items():
        for one, other in zip(record["checks"], there[name]["checks"], strict=True):
            if (one["status"], one["score"]) != (other["status"], other["score"]):
                found.append(f"{name}: {one['name']}")
                found += [
                    f"    {place}: {check['status']}, {check['score']:g} of {check['max_score']:g}. {_said(check)}"
                    for place, check in (("here ", one), ("there", other))
                ]
    return found


def _said(check: dict) -> str:
    return " ".join(f"{check['message']} {check['details'] if check['status'] == 'not graded' else ''}".split())[:MOST_LETTERS]
