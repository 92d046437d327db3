"""What the front page shows is true: its first look at a network runs, and says what it promises."""

import re

SNIPPET = re.compile(r"^```python\n(import torch\n.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_first_look_at_a_network_runs(course, tmp_path):
    """The shape, a first loss near ln 10, a gradient for each parameter, and a batch learned by heart."""
    [snippet] = SNIPPET.findall((course.top / "README.md").read_text(encoding="utf-8"))
    (course.top / "classifiers" / "first_look.py").write_text(snippet, encoding="utf-8")
    ended = course.run(tmp_path, "classifiers/first_look.py")
    (course.top / "classifiers" / "first_look.py").unlink()
    assert ended.status == 0, ended.output
    shape, first, *gradients, last = ended.output.splitlines()
    assert shape == "torch.Size([16, 10])" and abs(float(first) - 2.30) < 0.3 and float(last) < 0.05
    assert len(gradients) == 4 and all(float(line.split()[-1]) > 0 for line in gradients)


def test_the_message_that_is_explained_is_one_that_the_checks_print(course):
    """Its title and its hint stand in the check, word for word."""
    page = (course.top / "README.md").read_text(encoding="utf-8")
    check = (course.top / "classifiers" / "checks" / "test_softmax.py").read_text(encoding="utf-8")
    title = re.search(r"^  FAILED  (.*)$", page, re.MULTILINE)[1]
    assert (
        f'"""{title}."""' in check
        and "10 is the sum of the pixels: is the bias added?" in page
        and "10 is the sum of the pixels: is the bias added?" in check
    )
