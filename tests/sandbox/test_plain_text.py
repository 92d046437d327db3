"""Promises of `plain_text`: no text of a student's can do anything to a terminal or a page but stand there."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.plain_text import harmless, one_line

codes = st.sampled_from(
    [
        "\x1b[31m",
        "\x1b[2J",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x1b",
        "\x1b[",
        "\x1b]",
        "\x9b1m",
        "\r",
        "\b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\ue000",
        "\x00",
        "\n",
        "\t",
        "é",
        "分",
        "🙂",
    ]
)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("plain é 分 🙂\n\tx", "plain é 分 🙂\n\tx"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[Hgone?", "gone?"),
        ("\x1b]0;evil title\x07seen", "seen"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;cm0gLXJm\x07", ""),
        ("\x1bcreset", "�creset"),
        ("\x9b31m", "�31m"),
        ("50 %\r100 %", "50 %�100 %"),
        ("a\r\nb", "a\nb"),
        ("pass\u202edeliaf", "pass�deliaf"),
        ("\ud800", "�"),
        ("\x00\x08\x7f", "���"),
        ("a\u200bb\ufeff", "a�b�"),
    ],
)
def test_text_is_shown_without_what_would_act_on_the_screen(text, wanted):
    """Terminal codes vanish, invisible and direction-changing characters become visible, words of any script stay."""
    assert harmless(text) == wanted


@settings(max_examples=200, deadline=None)
@given(st.lists(codes | st.characters(), max_size=30).map("".join), st.integers(1, 50))
def test_whatever_comes_in_only_printable_text_goes_out(text, most):
    """No control, format or surrogate character is left, the length is kept, and the text can be written as UTF-8."""
    clean = harmless(text, most)
    assert len(clean) <= most and clean.encode("utf-8") is not None
    assert all(char in "\n\t" or unicodedata.category(char)[0] != "C" for char in clean)
    assert "\n" not in one_line(text, most) and "\u2028" not in one_line(text, most)


def test_endless_text_is_cut_before_it_is_looked_at():
    """A hundred megabytes cost no more than a page."""
    assert harmless("x" * 100_000_000) == "x" * 1999 + "…"
    assert harmless("\x1b]" * 1_000_000).count("\x1b") == 0
