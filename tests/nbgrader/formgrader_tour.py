"""Opens the formgrader in headless Chromium, looks at a class's marks, enters a grade by hand through the page, takes pictures.

python tests/nbgrader/formgrader_tour.py docs          writes formgrader.png, formgrader-feedback.png and formgrader-grading.png there
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from collections.abc import Iterator

KIT = Path(__file__).parents[2]
PART, PROBLEM = "distillation", "distillation_loss"
PLANTS = KIT / "tests" / "plants" / PART / PROBLEM
# Student: the file handed in as distillation.py (None: the untouched stub), and the answer to the first question.
CLASS = {
    "ada": (
        KIT / "solutions" / PART / "distillation.py",
        "Accuracy is piecewise constant, so its gradient is zero almost everywhere.",
    ),
    "bo": (
        PLANTS / "mistake_kl_reversed.py",
        "Because the loss is **smooth** and the accuracy is not. <script>document.title = 'forged'</script>",
    ),
    "cleo": (PLANTS / "mistake_t_squared_missing.py", "The loss falls whenever the right class gains."),
    "dan": (None, ""),
}
PEOPLE = "id,first_name,last_name\nada,Ada,Lovelace\nbo,Bo,Peep\ncleo,Cleo,Patra\ndan,Dan,Druff\n"
GRADED, QUESTION, POINTS = "bo", "answer_2_5", 4.5
WAIT_S = 60


def missing() -> str:
    """Why there can be no tour here; empty when there can."""
    if chromium() is None:
        return "Chromium is not installed (Debian: apt-get install chromium)"
    return "" if find_spec("websocket") else "websocket-client is not installed"


def chromium() -> str | None:
    """The program, by whatever name the system has it."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


def make_class(course: Path, roster: Path) -> None:
    """A course with four graded submissions; its gradebook waits for grades by hand."""
    sys.path.insert(0, str(KIT))
    from autograder.nbgrader.class_run import autograde_class
    from autograder.nbgrader.initialise import CoursePlan, initialise

    roster.write_text(PEOPLE)
    exchange = course.parent / "exchange"
    exchange.mkdir()
    initialise(CoursePlan(course, "dl101", (PART,), (PROBLEM,), roster, exchange=exchange))
    for student, (source, answer) in CLASS.items():
        folder = course / "submitted" / student / PART
        shutil.copytree(course / "source" / PART, folder)
        (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")
        if source:
            shutil.copyfile(source, folder / "distillation.py")
        notebook = json.loads((folder / f"{PART}.ipynb").read_text())
        for cell in notebook["cells"]:
            if answer and cell["metadata"].get("nbgrader", {}).get("grade_id") == QUESTION:
                cell["source"] = answer
        (folder / f"{PART}.ipynb").write_text(json.dumps(notebook))
    outcome = autograde_class(course, PART, jobs=1)  # a second grader would take longer to start than these take to grade
    assert sorted(outcome.entered) == sorted(CLASS), outcome


@contextmanager
def server(course: Path) -> Iterator[str]:
    """The Jupyter server with nbgrader's formgrader; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = str(course.parent / "jupyter")
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={course}",
        "--IdentityProvider.token=",
    ]
    extensions = {"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": True}}}
    Path(config).mkdir()
    (Path(config) / "jupyter_server_config.json").write_text(json.dumps(extensions))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": config,
        "JUPYTER_DATA_DIR": config,
        "JUPYTER_RUNTIME_DIR": config,
        "HOME": config,
        "PATH": path,
        "PYTHONPATH": str(KIT),
    }
    with open(course.parent / "server.log", "w") as log:
        process = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: urllib.request.urlopen(f"{address}/api", timeout=5).status == 200, "the server answers")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def until(question, what: str) -> Any:
    """Ask again and again until the answer is true."""
    end, trouble = time.monotonic() + WAIT_S, ""
    while time.monotonic() < end:
        try:
            if answer := question():
                return answer
        except OSError as error:
            trouble = str(error)
        time.sleep(0.2)
    raise AssertionError(f"waited {WAIT_S} s in vain until {what} {trouble}")


class Browser:
    """A page of headless Chromium, told what to do through the DevTools protocol."""

    def __init__(self, profile: Path):
        import websocket

        command = [
            chromium(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--remote-debugging-port=0",
            "--remote-allow-origins=*",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            "about:blank",
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"HOME": str(profile)}
        )
        port = until(lambda: (profile / "DevToolsActivePort").read_text().splitlines()[0], "Chromium has started")
        pages = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10).read())
        address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
        self.socket = websocket.create_connection(address, timeout=WAIT_S)
        self.number = 0
        self.ask("Emulation.setDeviceMetricsOverride", width=1200, height=900, deviceScaleFactor=1, mobile=False)

    def ask(self, method: str, **parameters: Any) -> dict:
        """One command, and its answer."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def value(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def open(self, address: str, script: str) -> None:
        """Open a page and wait until an expression is true there."""
        self.ask("Page.navigate", url=address)
        until(lambda: self.value(script), f"{script} at {address}")

    def picture(self, path: Path) -> None:
        """What the window shows, as a PNG file."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        """End Chromium."""
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)


def tour(scratch: Path, pictures: Path) -> dict[str, Any]:
    """Everything; what was seen and what the gradebook then holds.

    Args:
        scratch: an empty folder.
        pictures: where the three pictures are written.
    """
    from nbgrader.api import Gradebook

    course = scratch / "course"
    make_class(course, scratch / "roster.csv")
    url = f"sqlite:///{course / 'gradebook.db'}"
    with Gradebook(url, "dl101") as book:
        submission = book.find_submission_notebook(PART, PART, GRADED).id
    with server(course) as address:
        browser = Browser(scratch / "profile")
        try:
            browser.open(f"{address}/formgrader/manage_submissions/{PART}", "document.querySelectorAll('tbody tr').length >= 4")
            seen = {"rows": browser.value("[...document.querySelectorAll('tbody tr')].map(row => row.innerText)")}
            browser.picture(pictures / "formgrader.png")
            browser.open(
                f"{address}/formgrader/submissions/{submission}/?index=0",
                f"!!document.querySelector('#{QUESTION}.score') && typeof Backbone !== 'undefined'",
            )
            until(
                lambda: browser.value(f"document.querySelector('#{PROBLEM}.score').placeholder !== ''"),
                "the automatic marks are there",
            )
            browser.value(f"document.querySelector('#{PROBLEM}').scrollIntoView()")
            browser.picture(pictures / "formgrader-feedback.png")
            browser.value(
                f"var box = document.querySelector('#{QUESTION}.score'); box.value = '{POINTS}'; "
                "box.dispatchEvent(new Event('change', {bubbles: true})); "
                "box.scrollIntoView({block: 'center'})"
            )
            until(lambda: manual_score(url) == POINTS, "the grade is in the gradebook")
            time.sleep(1)  # the tick beside the grade fades in and out
            browser.picture(pictures / "formgrader-grading.png")
            seen |= {
                "title": browser.value("document.title"),
                "headings": browser.value("[...document.querySelectorAll('.nbgrader-label')].map(one => one.innerText)"),
                "text": browser.value("document.body.innerText"),
                "scripts": browser.value("[...document.querySelectorAll('#notebook-container script')].length"),
            }
        finally:
            browser.close()
    return seen | {"manual_score": manual_score(url)}


def manual_score(url: str) -> float | None:
    """The grade entered by hand."""
    from nbgrader.api import Gradebook

    with Gradebook(url, "dl101") as book:
        return book.find_grade(QUESTION, PART, PART, GRADED).manual_score


if __name__ == "__main__":
    if reason := missing():
        sys.exit(reason)
    with tempfile.TemporaryDirectory() as folder:
        found = tour(Path(folder), Path(sys.argv[1] if len(sys.argv) > 1 else "."))
        print(f"{PROBLEM}: rows {found['rows']}\nentered by hand for {GRADED}: {found['manual_score']} points")
