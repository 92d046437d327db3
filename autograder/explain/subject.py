"""What is to be explained: a stored record, and the submission that it was made of, as far as it is still the same."""

import difflib
import json
from dataclasses import dataclass, field
from pathlib import Path

from ..classes.entries import ClassError, Entry, find_entries
from ..classes.fingerprint import fingerprint, kit_hash
from ..classes.gathering import gather
from ..classes.roll import read_roll
from ..decisions.class_marks import chosen_among, names_shown
from ..decisions.file import NAME as DECISIONS
from ..decisions.marking import Marking
from ..grading.options import Options
from ..results.record import SubmissionResult
from ..results.stored import read


@dataclass
class Subject:
    """A stored result with the place of its submission; `remarks` are what may keep it from being reproduced."""

    stored: SubmissionResult
    path: Path
    remarks: list[str] = field(default_factory=list)


def record_of(out: Path, student: str) -> Path:
    """The record of a student in the folder of a class run, also by the name that the platform has for the student.

    Raises:
        ClassError: there is none; the nearest name is said.
    """
    records = out / "records"
    if not records.is_dir():
        raise ClassError(f"{out} holds no results of a class run; give the folder that was its --out, or a record.")
    if student and Path(student).name == student and (records / f"{student}.json").is_file():
        return records / f"{student}.json"
    known = sorted(path.stem for path in records.glob("*.json") if not path.name.startswith("."))
    folded = [name for name in known if name.casefold() == student.casefold()]
    if len(folded) == 1:
        return records / f"{folded[0]}.json"
    try:
        meant = [entry.student for entry in _entries(out, _settings(out)) if student in (*entry.names, *entry.places)]
    except ClassError:
        meant = []
    if len(meant) == 1 and meant[0] in known:
        return records / f"{meant[0]}.json"
    near = difflib.get_close_matches(student, known, 1) or [name for name in known if student.casefold() in name.casefold()][:1]
    raise ClassError(f"{student}: {out} has no result of that name{f'; did you mean {near[0]}?' if near else '.'}")


def counting(out: Path, record: Path) -> tuple[Path, str]:
    """The record that counts for a student, and what is to be said of it: another one's where somebody has decided so.

    Args:
        out: the folder of the class run.
        record: the student's own.
    Raises:
        ClassError: the decisions are not as they should be.
    """
    if not (out / DECISIONS).exists():
        return record, ""
    marking = Marking(out, read_roll(out))
    chosen = chosen_among(marking.decisions, marking.roll).get(record.stem, record.stem)
    other = record.with_name(f"{chosen}.json")
    if chosen == record.stem or not other.is_file():
        return record, ""
    name = names_shown(marking.roll).get(chosen, chosen)
    return other, f"{name} counts for {record.stem} by decision, and is what is explained; for the other hand-in name {record}."


def subject_of(record: Path, submission: Path | None, scratch: Path) -> Subject:
    """The record with its submission.

    Args:
        record: its file.
        submission: where the submission stands, if it is no longer where it was graded.
        scratch: an empty folder for a submission that has to be gathered from single files.
    Raises:
        RecordError: it is no record.
        ClassError: the submission cannot be found; the sentence says where it was.
    """
    stored = read(record)
    if submission is not None:
        if not submission.exists():
            raise ClassError(f"--submission {submission}: there is no such file or folder.")
        return Subject(stored, submission, ["The submission is the one that was named, which may not be the one that was graded."])
    out = record.absolute().parent.parent
    settings = _settings(out)
    entry = next((entry for entry in _entries(out, settings) if entry.student == record.stem), None)
    if entry is None:
        raise ClassError(
            f"the submission of {record.stem} is no longer in {settings['folder']}; say where it is now with --submission PATH."
        )
    remarks = _differences(entry, stored, settings)
    return Subject(stored, gather(entry, scratch).absolute(), remarks)


def _settings(out: Path) -> dict:
    try:
        found = json.loads((out / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    if not isinstance(found, dict) or not isinstance(found.get("folder"), str):
        raise ClassError(f"{out / 'run.json'} does not say where the submissions were; say it with --submission PATH.")
    return found


def _entries(out: Path, settings: dict) -> list[Entry]:
    folder = Path(settings["folder"])
    if not folder.is_dir():
        raise ClassError(f"the submissions were in {folder}, which is not there any more; say where with --submission PATH.")
    return find_entries(folder, settings.get("assignment", ""), out, settings.get("layout", "")).entries


def _differences(entry: Entry, stored: SubmissionResult, settings: dict) -> list[str]:
    """What is not as it was when the record was made."""
    now, then = kit_hash(), str(settings.get("kit", ""))
    problems = tuple(settings.get("problems", ()))

    def same(kit: str) -> bool:
        return any(
            fingerprint(entry, Options(entry.path, problems, str(settings.get("device")), 0, require_full=full), kit)
            == stored.fingerprint
            for full in (False, True)
        )

    try:
        if same(now):
            return []
        if same(then):
            return ["The kit has changed since this was graded: checks, solutions or libraries are other ones now."]
    except OSError as error:
        raise ClassError(f"the submission of {entry.student} cannot be read: {error.strerror or error}.") from None
    return ["The submission has changed since it was graded, or the kit and the settings of the run have."]
