"""Public check of task 1.1."""


def test_finds_the_longest():
    """Of two words the longer one."""
    from longest_word import longest_word

    found = longest_word("a bee")
    assert found == "bee", f"longest_word('a bee') returned {found!r}; it should be 'bee'."
