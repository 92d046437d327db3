"""The HTML feedback page: self-contained, the same for the same record, and harmless whatever a student wrote."""

import base64
import copy
import hashlib
import re
from html.parser import HTMLParser

import pytest

from autograder.results import html
from autograder.results.statuses import STATUSES

VOID_TAGS = {"meta", "rect"}
EXPECTED_TAGS = set(
    "html head meta title style body header main nav section footer h1 h2 p div span b bdi em strong "
    "ul li table thead tbody tr th td a pre code svg rect".split()
)
CONTRAST_OF_TEXT = 4.5  # WCAG 2.2, level AA, criterion 1.4.3


class Page(HTMLParser):
    """Reads a page: its tags with attributes in order, its visible text, and whether every tag is closed."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text, self.style, self.open = "", "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID_TAGS:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text += data


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_score_comes_first(result):
    """Before anything else the page says name and score."""
    text = Page(html.page(result)).text.split("Feedback for dana", 2)[-1]
    assert text.split()[:5] == ["9", "of", "100", "points", "Isolation"]


def test_failures_come_before_what_was_not_run_and_passes(result):
    """Within a problem: failed, then not run with its reason, then passed."""
    text = Page(html.page(result)).text
    section = text[text.index("Every image gets") :]
    order = ("Every image gets", "Scores match", "Gradients are right", "Weight and bias")
    places = [section.index(words) for words in order]
    assert places == sorted(places)


def test_a_shared_reason_is_said_once(result):
    """Checks stopped by the same thing stand together under one sentence."""
    text = Page(html.page(result)).text
    assert text.count("Not run, because it needs: Scores match.") == 1
    assert text.count("Task 1.4: MyModel is not written yet") == 1


def test_cases_fold_into_one_line(result):
    """A check that fails in some of its cases says in which, and in which it is right."""
    assert "It happened for 4 images; right for 1 image." in Page(html.page(result)).text


def test_source_line_stands_in_monospace(result):
    """The message's first line, the student's own line as code, the hint."""
    page = html.page(result)
    assert "<pre><code>x = self.first(x)</code></pre>" in page
    assert '<p class="text">Where?</p>' in page


def test_every_status_is_said_in_words(result, ungraded):
    """Colour is never alone."""
    text = Page(html.page(result)).text + Page(html.page(ungraded)).text
    assert all(status.word in text for status in STATUSES.values())


def test_notes_and_reduced_isolation_stand_at_the_top(result):
    """They are said before the first problem, and full isolation is not a note."""
    text = Page(html.page(result)).text
    assert max(text.index("a.link is a link"), text.index("no namespaces here")) < text.index("1.1")
    result.isolation = "full"
    assert "Isolation was not full" not in html.page(result)


def test_what_nobody_can_read_is_said_once(unusable):
    """The reason stands above the list of problems; no link leads nowhere."""
    everything, unusable.problems = html.page(unusable), unusable.problems[:1]
    for text in (everything, html.page(unusable)):
        assert text.count("dana.zip is empty") == 1 and unusable.problems[0].problem.title in text
        assert "Every image gets" not in text and "<section" not in text and 'href="#' not in text


def test_our_fault_is_said_loudly_and_costs_nothing(ungraded):
    """The total is not final, and the problem's points are open rather than zero."""
    text = Page(html.page(ungraded)).text
    assert "Not final." in text and "1.5 Optimizer and training step" in text
    assert "points are open" in text and "so far" in text


def test_students_see_neither_output_nor_details(result):
    """What the code printed and exception texts are for staff only."""
    assert "secret" not in html.page(result)
    for_staff = Page(html.page(result, for_staff=True)).text
    assert "secret output" in for_staff and "secret details" in for_staff


@pytest.mark.parametrize("for_staff", [False, True])
def test_hostile_texts_stay_texts(hostile, for_staff):
    """Nothing a student wrote becomes a tag, an attribute, a template or a control character."""
    text = html.page(hostile, for_staff)
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= EXPECTED_TAGS
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert(1)</script>" in page.text and "{{ 7 * 7 }}" in page.text
    assert not page.open
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    text.encode("utf-8")


def test_nothing_is_fetched(result):
    """No address leads out of the page, and no script is needed."""
    page = Page(html.page(result, for_staff=True))
    targets = {attributes["href"] for tag, attributes in page.tags if "href" in attributes}
    assert targets and all(target.startswith("#") for target in targets)
    assert {target[1:] for target in targets} <= {attributes.get("id") for _, attributes in page.tags}
    fetching = {"src", "srcset", "data", "action", "style"}
    assert not any(fetching & set(attributes) for _, attributes in page.tags)
    assert not re.search(r"url\(|@import|https?:|//[a-z]", page.style)


def test_policy_allows_this_style_and_nothing_else(result):
    """The content security policy names the hash of the page's own style."""
    page = Page(html.page(result))
    name = "Content-Security-Policy"
    policy = next(attributes["content"] for _, attributes in page.tags if attributes.get("http-equiv") == name)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_same_record_gives_the_same_bytes(result):
    """Neither the clock nor the time that grading took shows on the page."""
    slower = copy.deepcopy(result)
    slower.seconds = 99.0
    slower.problems[0].checks[0].cases[0].seconds = 42.0
    assert html.page(result) == html.page(slower)


def test_headings_and_language_help_a_screen_reader(result):
    """One first heading, one second heading a problem, a language, labelled sections."""
    tags = Page(html.page(result)).tags
    names = [tag for tag, _ in tags]
    assert (names.count("h1"), names.count("h2")) == (1, len(result.problems))
    assert tags[0] == ("html", {"lang": "en"})
    ids = {attributes.get("id") for _, attributes in tags}
    assert all(attributes["aria-labelledby"] in ids for tag, attributes in tags if tag == "section")


def test_colours_are_readable_in_light_dark_and_print(result):
    """Every text colour has the contrast that WCAG asks for, on each of its backgrounds."""
    themes = re.findall(r":root \{(.*?)\}", Page(html.page(result)).style, re.DOTALL)
    assert len(themes) == 3
    for theme in themes:
        colours = {
            name: value if len(value) == 7 else "#" + "".join(2 * char for char in value[1:])
            for name, value in re.findall(r"--([\w-]+): (#\w+);", theme)
        }
        pairs = [(kind, f"{kind}-back") for kind in ("bad", "good", "wait", "ours")]
        pairs += [("ink", f"{kind}-back") for kind in ("wait", "ours")]
        pairs += [(text, back) for text in ("ink", "soft") for back in ("back", "card", "code")]
        pairs += [("link", "card"), ("ours", "back")]
        poor = {pair: contrast(*(colours[name] for name in pair)) for pair in pairs}
        assert not {pair: ratio for pair, ratio in poor.items() if ratio < CONTRAST_OF_TEXT}
