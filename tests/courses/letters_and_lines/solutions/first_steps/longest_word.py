"""Words of a text."""


def longest_word(text: str) -> str:
    """The longest word of a text, the first of several.

    Args:
        text: words with spaces between them.
    """
    ### BEGIN SOLUTION 1.1 longest_word
    return max(text.split(), key=len)
    ### END SOLUTION
