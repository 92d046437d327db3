"""Promises under attack: marks exactly as deserved, neighbours undisturbed, nothing touched, nothing left, nothing hostile shown."""

import csv
import html.parser
import io
import json
import unicodedata

import pytest

from tests.shares import points_of

from . import archives, suite
from .table import FACING_LAYERS

ATTACKS = suite.manifest()
KINDS = {
    "reading",
    "writing",
    "filling",
    "network",
    "ending",
    "loops",
    "patching",
    "shadowing",
    "lying",
    "frames",
    "inspection",
    "state",
    "guessing",
    "texts",
}
NEIGHBOURS = ("aaa_honest_before", "m_honest_between", "zzz_honest_after")
MISTAKEN = ("aab_mistaken_before", "zzy_mistaken_after")  # honest, with mistakes: they have messages to be disturbed
HOSTILE_NAMES = ("=HYPERLINK(1)", "<script>alert(1)<", "\x1b[31mred", "\u202eevil", "@SUM(1)", "name with\nlines")
FILE_LIMIT_BYTES = 4000
RESULT_LIMIT_BYTES = 60_000
TAGS_OF_STUDENTS = {"script", "img", "b"}  # what the hostile texts try to open
SPEED_S = 60  # for one submission, on a machine with much else to do


@pytest.fixture(scope="module")
def attacks(request: pytest.FixtureRequest) -> list[str]:
    """Those that this run asks for; where it asks for none of them by name, all."""
    asked = {
        item.callspec.params["name"]
        for item in request.session.items
        if "class_of_all" in item.fixturenames and hasattr(item, "callspec")
    }
    return [name for name in ATTACKS if name in asked] or list(ATTACKS)


@pytest.fixture(scope="module")
def class_of_all(tmp_path_factory, attacks) -> suite.Outcome:
    """The attacks of the day and every archive among honest submissions, graded in one session."""
    if not suite.full_isolation_is_offered():
        pytest.skip("this machine does not offer full isolation; autograder doctor says why")
    grounds = suite.Grounds(tmp_path_factory.mktemp("attacks"))
    with grounds.server():
        for name in NEIGHBOURS:
            grounds.add_honest(name)
        for name in HOSTILE_NAMES:
            grounds.add_honest(name)
        for name in MISTAKEN:
            suite.write_files(
                grounds.folder / name,
                {"models/softmax.py": (suite.KIT_ROOT / "samples/classifiers/dana_probabilities/models/softmax.py").read_bytes()},
            )
        for name in attacks:
            grounds.add_attack(name)
        archives.build(grounds.folder)
        (grounds.folder / "links" / "models").mkdir(parents=True)
        (grounds.folder / "links" / "models" / "softmax.py").symlink_to(suite.KIT_ROOT / "solutions/classifiers/models/softmax.py")
        (grounds.folder / "links" / "training.py").write_bytes(suite.honest_files()["training.py"])
        return grounds.grade()


def said_on(result: dict, problem: str) -> str:
    """Everything that the result says of a problem, and its remarks."""
    return "\n".join([test["output"] for test in result["tests"] if test["tags"][0] == problem] + result["extra_data"]["remarks"])


def without_times(result: dict) -> dict:
    """What must not depend on who was graded before."""
    extra = {key: value for key, value in result["extra_data"].items() if key != "submission"}
    return {key: value for key, value in result.items() if key != "execution_time"} | {"extra_data": extra}


def test_every_attack_is_documented():
    """The manifest names every folder and nothing else, says what each tries, and every kind occurs."""
    assert sorted(ATTACKS) == sorted(path.name for path in suite.SUBMISSIONS.iterdir() if path.is_dir())
    facing = sum(row["kind"] in FACING_LAYERS for row in ATTACKS.values())
    page = " ".join((suite.KIT_ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    assert f"{len(ATTACKS)} small hostile submissions" in page and f"and {len(archives.ARCHIVES)} archives" in page
    assert f"Of the {facing} attacks that face the layers" in page
    assert len(ATTACKS) >= 80 and {row["kind"] for row in ATTACKS.values()} == KINDS
    for row in ATTACKS.values():
        assert row["tries"].endswith(".")
        assert all(row[problem]["why"] for problem in suite.PROBLEMS if problem in row)


def test_attacks_are_small():
    """An attack is read in a minute."""
    assert not [path for path in suite.SUBMISSIONS.rglob("*") if path.is_file() and path.stat().st_size > FILE_LIMIT_BYTES]


@pytest.mark.nightly(8)
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_what_its_honest_part_deserves(class_of_all, name):
    """Points and status of every problem are the documented ones, the reason stands on the result, and nothing got through."""
    result, row = class_of_all.results[name], ATTACKS[name]
    for problem, (points, statuses) in suite.deserved(row, name).items():
        score, status = suite.marks_of(result)[problem]
        assert (score, status in statuses) == (points, True), said_on(result, problem)
        if problem in row:
            assert any(why in said_on(result, problem) for why in row[problem]["why"].split("|"))
    assert suite.claims(result) == []
    assert result["execution_time"] < SPEED_S


@pytest.mark.parametrize("name", archives.ARCHIVES)
def test_an_archive_gets_what_can_be_read_of_it(class_of_all, name):
    """What is safe in it is graded, and what is not is said in words."""
    result = class_of_all.results[archives.student_of(name)]
    _, (share, status), words = archives.ARCHIVES[name]
    assert suite.marks_of(result)["softmax"] == (points_of("softmax", share), status)
    assert words in said_on(result, "softmax")
    assert result["execution_time"] < SPEED_S


def test_a_link_to_the_solution_is_no_solution(class_of_all):
    """A link in a folder is left out, and said; the file beside it is graded."""
    result = class_of_all.results["links"]
    assert suite.marks_of(result) == {"softmax": (0.0, "missing"), "training": (points_of("training"), "passed")}
    assert "models/softmax.py is a link and was left out" in said_on(result, "softmax")


def test_neighbours_are_undisturbed(class_of_all):
    """Before, between and after the attacks, the same submission gets the same marks and the same messages."""
    first, *others = (without_times(class_of_all.results[name]) for name in NEIGHBOURS)
    assert first["score"] == suite.everything() and all(other == first for other in others)
    before, after = (without_times(class_of_all.results[name]) for name in MISTAKEN)
    assert before == after and 0 < before["score"] < points_of("softmax") and "softmax was already applied" in json.dumps(before)


def test_everybody_is_graded_whatever_their_name(class_of_all, attacks):
    """Nobody is `not graded`, and six students with hostile names have their marks."""
    statuses = {status for result in class_of_all.results.values() for _, status in suite.marks_of(result).values()}
    assert "not graded" not in statuses
    assert (
        len(class_of_all.results)
        == len(attacks) + len(archives.ARCHIVES) + len(NEIGHBOURS) + len(MISTAKEN) + len(HOSTILE_NAMES) + 1
    )
    assert sum(result["score"] == suite.everything() for result in class_of_all.results.values()) >= len(NEIGHBOURS) + len(
        HOSTILE_NAMES
    )


def test_nothing_outside_is_touched_and_no_process_is_left(class_of_all):
    """Private files, the kit, the packages, the results, /tmp and /dev are as they were; every process has ended."""
    assert class_of_all.traces == []
    assert class_of_all.left_running == []


def hostile_characters(text: str) -> set[str]:
    """Terminal codes, and characters that are invisible or turn the line around."""
    return {char for char in text if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co")}


def test_no_result_carries_anything_hostile(class_of_all):
    """Result files hold no terminal codes and no direction marks, and 50 MB of output leave kilobytes."""
    for name, result in class_of_all.results.items():
        text = json.dumps(result, ensure_ascii=False)
        assert hostile_characters("".join(strings_of(result))) == set(), name
        assert len(text) < RESULT_LIMIT_BYTES, name


def strings_of(value) -> list[str]:
    """Every text in a document, names included."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in strings_of(part)]
    if isinstance(value, list):
        return [text for item in value for text in strings_of(item)]
    return [value] if isinstance(value, str) else []


class Tags(html.parser.HTMLParser):
    """Collects the tags of a page, and attributes that would run something."""

    def __init__(self):
        super().__init__()
        self.found: set[str] = set()
        self.active: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.found.add(tag)
        self.active += [key for key, value in attrs if key.startswith("on") or "javascript:" in (value or "")]


def test_no_page_carries_anything_hostile(class_of_all):
    """Feedback pages have the tags of the page of an honest submission with a mistake, and no more."""
    usual = Tags()
    usual.feed(class_of_all.pages[MISTAKEN[0]])
    for name, page in class_of_all.pages.items():
        tags = Tags()
        tags.feed(page)
        assert not tags.active and not tags.found & TAGS_OF_STUDENTS - usual.found, name
        assert hostile_characters(page) == set() and len(page) < 4 * RESULT_LIMIT_BYTES, name


def test_the_table_of_grades_carries_no_formula(class_of_all):
    """No cell of grades.csv is taken for a formula, and the table of the class run holds no terminal codes."""
    rows = list(csv.reader(io.StringIO(class_of_all.grades)))
    assert len(rows) == len(class_of_all.results) + 1 and len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert hostile_characters(class_of_all.grades) == set() and hostile_characters(class_of_all.screen) == set()
