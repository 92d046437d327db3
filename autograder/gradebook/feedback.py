"""`feedback.zip`: the students' pages in the layout that each platform takes back.

Moodle ("Upload multiple feedback files in a zip"): a folder `Full Name_ID_assignsubmission_file_` for each student, whose second part between
underscores is the participant's number (moodle/moodle, `mod/assign/feedback/file/importziplib.php`).

Canvas ("Upload Submissions" of an assignment): files that are called as Canvas called what was handed in: the first two whole numbers between
underscores are those of the student and of the file, which must belong to the submission, and students see the result under the name of that
file (instructure/canvas-lms, `app/models/abstract_assignment.rb`, `infer_comment_context_from_filename`). So an archive comes back as an archive
that holds the page, and anything else as text.

Gradescope takes no files back: its students read `results.json`. Everybody else gets a folder for each student.
"""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..classes.uploads import Upload, canvas
from ..decisions.marks import ClassMarks
from ..results import markdown, stored
from .platforms import Form, number_in
from .sheet import Sheet

NEVER = (1980, 1, 1, 0, 0, 0)  # the same pages give the same archive
PAGE = "feedback.html"


def feedback(
    sheet: Sheet, form: Form, students: Mapping[int, str], out: Path, folder: Path, found: ClassMarks, remarks: list[str]
) -> dict[str, bytes] | None:
    """The files of the archive by name; None where the platform takes none.

    Args:
        sheet, form, students: the export, and who stands in which row.
        out: of the class run.
        folder: of the submissions, as the platform made it.
        found: the class's final marks.
        remarks: are added to.
    """
    if form.platform == "gradescope":
        return None
    pages = {
        (row, student): path
        for row, student in sorted(students.items(), key=lambda one: (one[1], one[0]))
        if (path := out / "feedback" / f"{student}.html").is_file()
    }
    uploads = _newest(folder) if form.platform == "canvas" else {}
    files: dict[str, bytes] = {}
    without = []
    for (row, student), path in pages.items():
        number = number_in(sheet.get(row, form.number).strip()) if form.number is not None else ""
        if form.platform == "canvas":
            if upload := uploads.get(number):
                files[upload.path.name] = _as(upload, path, student, out, found)
            else:
                without.append(student)
        elif form.platform == "moodle":
            name = sheet.get(row, form.name).strip() if form.name is not None else student
            files[f"{_plain(name)}_{number}_assignsubmission_file_/{PAGE}"] = path.read_bytes()
        else:
            files[f"{student}/{PAGE}"] = path.read_bytes()
    if without:
        remarks.append(f"{len(without)} have no file of Canvas's in {folder}, so their pages are not in the archive.")
    return files


def _newest(folder: Path) -> dict[str, Upload]:
    """What to answer to, by the student's number: an archive where there is one, else the newest file."""
    found: dict[str, Upload] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        upload = canvas(path)
        if upload is None or not upload.name or upload.who.startswith("anon_"):
            continue
        number = upload.who.rpartition("_")[2]
        other = found.get(number)
        if other is None or (_kind(path.name) != "text", upload.order) > (_kind(other.path.name) != "text", other.order):
            found[number] = upload
    return found


def _as(upload: Upload, page: Path, student: str, out: Path, found: ClassMarks) -> bytes:
    """The page in the form of the file that it answers to."""
    kind = _kind(upload.path.name)
    if kind == "zip":
        return archive({PAGE: page.read_bytes()})
    if kind == "tar":
        content, data = io.BytesIO(), page.read_bytes()
        with tarfile.open(fileobj=content, mode="w:gz") as packed:
            about = tarfile.TarInfo(PAGE)
            about.size = len(data)
            packed.addfile(about, io.BytesIO(data))
        return content.getvalue()
    result = stored.read(out / "records" / f"{found.chosen.get(student, student)}.json")
    result.name = student  # whichever hand-in counts
    return markdown.page(result, found.marks.get(student)).encode()


def _kind(name: str) -> str:
    lower = name.lower()
    return "zip" if lower.endswith(".zip") else "tar" if lower.endswith((".tar.gz", ".tgz")) else "text"


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files, the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, NEVER)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    return content.getvalue()


def _plain(name: str) -> str:
    """A name that keeps the number behind it the second part between underscores."""
    return "".join(char if char.isalnum() or char in " .-'" else " " for char in name).strip(" .") or "student"
