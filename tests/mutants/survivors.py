"""Which mutations pass every check: those known as equivalent, each with its reason, those still open, and any other one."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from autograder.course import tomllib
from tests.mutants.mutations import Mutation

FOLDER = Path(__file__).parent
EQUIVALENT = FOLDER / "equivalent.toml"
# Survivors that nobody has killed or explained yet, one `problem: name` a line, with `*` as in the other file; nothing is ever
# added.
OPEN = FOLDER / "open_survivors.txt"


@dataclass(frozen=True)
class Known:
    """By problem: the names of equivalent mutations, and why each is. A name that ends in `*` stands for all that begin so."""

    tables: dict[str, dict[str, str]]

    @classmethod
    def read(cls, path: Path = EQUIVALENT) -> "Known":
        """What the file says."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def reason(self, problem: str, name: str) -> str:
        """Why a mutation is equivalent; empty for one that is not known to be."""
        table = self.tables.get(problem, {})
        return table.get(name) or next((reason for entry, reason in table.items() if stands_for(entry, name)), "")

    def is_exact(self, problem: str, name: str) -> bool:
        """Whether it is named in full."""
        return name in self.tables.get(problem, {})

    def stale(self, problem: str, names: set[str]) -> list[str]:
        """The entries that stand for no mutation of today."""
        return [entry for entry in self.tables.get(problem, {}) if not any(stands_for(entry, name) for name in names)]


def still_open() -> list[str]:
    """What nobody has looked at yet, as the file says it."""
    return OPEN.read_text(encoding="utf-8").splitlines()


def stands_for(entry: str, name: str) -> bool:
    """Whether an entry of one of the lists means this name."""
    return name.startswith(entry[:-1]) if entry.endswith("*") else name == entry


@dataclass(frozen=True)
class Verdict:
    """What became of one mutation: `killed`, `equivalent`, `survived`, or `ours` when grading itself failed."""

    mutation: Mutation
    end: str
    share: float  # of the problem's points that it cost
    reason: str = ""


def verdict(mutation: Mutation, record: dict, known: Known) -> Verdict:
    """What the record of a graded mutation says of it."""
    share = 1 - record["score"] / record["max_score"]
    reason = known.reason(mutation.problem.id, mutation.name)
    if any(check["status"] == "not graded" for check in record["checks"]):
        details = next(check["details"] for check in record["checks"] if check["status"] == "not graded")
        return Verdict(mutation, "ours", share, details)
    if all(check["status"] == "passed" for check in record["checks"]):
        return Verdict(mutation, "equivalent" if reason else "survived", 0.0, reason)
    return Verdict(mutation, "killed", share, reason if known.is_exact(mutation.problem.id, mutation.name) else "")


def unexplained(verdicts: list[Verdict]) -> list[str]:
    """Those that a person has to look at: survivors, faults of ours, and what is called equivalent and is not."""
    words = {
        "survived": "passes every check: kill it with a check, or say in equivalent.toml why it changes nothing",
        "ours": "cannot be graded",
        "killed": "is in equivalent.toml, and is not equivalent: a check sees it",
    }
    return [
        f"{one.mutation.answer.id}\n    line {one.mutation.line} of {one.mutation.file}: it {words[one.end]}"
        f"{f' ({one.reason})' if one.reason else ''}"
        for one in verdicts
        if one.end in ("survived", "ours") or (one.end == "killed" and one.reason)
    ]


def table(verdicts: list[Verdict]) -> list[str]:
    """One line a problem and one for all: how many were killed, are equivalent, survive, and what a killed one costs."""
    groups = {
        name: [one for one in verdicts if one.mutation.problem.id == name]
        for name in dict.fromkeys(one.mutation.problem.id for one in verdicts)
    }
    rows = [f"{'problem':20}{'mutants':>8}{'killed':>8}{'equivalent':>12}{'survive':>9}{'ours':>6}{'median cost':>13}"]
    for name, group in [*groups.items(), ("all", verdicts)]:
        counted = {end: sum(one.end == end for one in group) for end in ("killed", "equivalent", "survived", "ours")}
        cost = median([one.share for one in group if one.end == "killed"] or [0.0])
        rows.append(
            f"{name:20}{len(group):8}{counted['killed']:8}{counted['equivalent']:12}{counted['survived']:9}{counted['ours']:6}"
            f"{cost:13.0%}"
        )
    return rows
