"""Promises about the given variants.py, variants.json and student.cfg of the distillation part."""

import datetime
import itertools
import json

import pytest

EXAMPLES = {
    ("B00AA250", "2001-05-14"): ("cifar10", "he", "max", (7, 1, 6), (2, 1, 6), 256),
    ("B00AA411", "2001-04-10"): ("svhn", "xavier", "average", (8, 1, 8), (2, 1, 8), 512),
    ("M00AA021", "2000-06-21"): ("tiny-imagenet", "xavier", "average", (12, 1, 12), (4, 1, 12), 512),
    ("B00AA126", "2001-01-31"): ("cifar10", "he", "max", (10, 1, 6), (3, 1, 6), 256),
    ("B00AA999", "2001-12-01"): ("svhn", "xavier", "average", (10, 1, 8), (3, 1, 8), 256),
    ("D00AA112", "1999-11-02"): ("tiny-imagenet", "he", "max", (10, 2, 8), (3, 1, 8), 1024),
}


@pytest.fixture(scope="module")
def variants(solution):
    """The given module."""
    return solution("variants")


@pytest.fixture(scope="module")
def student_cfg(solution):
    """The given module that reads student.cfg."""
    return solution("student_cfg")


def layers(spec):
    """What a spec says about its convolutions."""
    return spec.conv_layers, spec.pool_layers, spec.first_filters


@pytest.mark.parametrize(("identity", "expected"), EXAMPLES.items())
def test_worked_examples(variants, identity, expected):
    """The worked examples of the handout get exactly their networks."""
    variant = variants.variant_for(*identity)
    teacher, student = variant.teacher, variant.student
    got = (variant.dataset, teacher.init, teacher.pooling, layers(teacher), layers(student), teacher.fc_nodes)
    assert got == expected
    assert (student.init, student.pooling, student.fc_nodes) == (teacher.init, teacher.pooling, teacher.fc_nodes)


def test_images_and_classes_follow_the_data_set(variants):
    """CIFAR-10 and SVHN have 10 classes of 32x32 pixels, Tiny ImageNet 200 of 64x64."""
    sizes = {name: variants.variant_for(*name).teacher for name in list(EXAMPLES)[:3]}
    got = [(spec.im_size, spec.n_classes) for spec in sizes.values()]
    assert got == [((3, 32, 32), 10), ((3, 32, 32), 10), ((3, 64, 64), 200)]


def expected_variant(programme, abc, day, month):
    """The rules of the handout once more, written as plain conditions."""
    even = abc % 2 == 0
    digits_even = sum(map(int, f"{abc:03d}")) % 2 == 0
    init, pooling = ("xavier", "average") if month % 2 == 0 else ("he", "max")
    if programme == "B":
        dataset = "cifar10" if even else "svhn"
        teacher = (10, 1) if abc % 10 >= 6 else (7, 1) if even else (8, 1)
        return dataset, init, pooling, teacher, 6 if even else 8, 2 if day % 2 == 0 else 3, 512 if digits_even else 256
    teacher = (10, 2) if even else (12, 1)
    first, student = (8 if even else 12), (3 if day % 2 == 0 else 4)
    return "tiny-imagenet", init, pooling, teacher, first, student, 1024 if digits_even else 512


@pytest.mark.parametrize("programme", ["B", "M"])
def test_every_roll_number_follows_the_table(variants, programme):
    """All 1,000 endings, with even and odd days and months."""
    for abc, day, month in itertools.product(range(1000), (14, 15), (5, 6)):
        variant = variants.variant_for(f"{programme}00AA{abc:03d}", datetime.date(2001, month, day))
        teacher, student = variant.teacher, variant.student
        got = (variant.dataset, teacher.init, teacher.pooling, (teacher.conv_layers, teacher.pool_layers))
        got += (teacher.first_filters, student.conv_layers, teacher.fc_nodes)
        assert got == expected_variant(programme, abc, day, month), f"{programme}{abc:03d}, day {day}, month {month}"
        assert student.pool_layers == 1 and student.first_filters == teacher.first_filters


def test_roll_numbers_are_cleaned(variants):
    """Spaces around a roll number and small letters do not matter."""
    assert variants.variant_for(" b00aa250 ", "2001-05-14") == variants.variant_for("B00AA250", "2001-05-14")


@pytest.mark.parametrize(
    ("roll_number", "birth_date", "words"),
    [
        ("", "2001-05-14", "roll number ''"),
        ("B00AA25", "2001-05-14", "roll number"),
        ("B00 AA250", "2001-05-14", "letters and digits"),
        ("B00AA٢٥٠", "2001-05-14", "roll number"),
        ("\x1b[31mB00AA250" * 9, "2001-05-14", r"'\\x1b"),
        (250, "2001-05-14", "not text"),
        (None, "2001-05-14", "not text"),
        ("B00AA250", "14.05.2001", "year-month-day"),
        ("B00AA250", "2001-5-14", "year-month-day"),
        ("B00AA250", "2001-02-30", "does not exist"),
        ("B00AA250", "0201-05-14", "unlikely year"),
        ("B00AA250", None, "no date"),
    ],
)
def test_wrong_identities_are_said_in_words(variants, roll_number, birth_date, words):
    """A wrong roll number or birth date ends in one short VariantError."""
    with pytest.raises(variants.VariantError, match=words) as caught:
        variants.variant_for(roll_number, birth_date)
    message = str(caught.value)
    assert message.isascii() and "\n" not in message and len(message) < 250


def test_instructors_change_the_table(solution, tmp_path):
    """A changed variants.json changes the variants, and a mistake in it is named."""
    variants = solution("variants")
    table = json.loads(variants.RULES_FILE.read_text(encoding="utf-8"))
    variants.RULES_FILE = tmp_path / "variants.json"

    def with_row(*cases):
        table["programmes"][0]["hidden_layer"] = list(cases)
        variants.RULES_FILE.write_text(json.dumps(table), encoding="utf-8")
        variants.rules.cache_clear()
        return variants.variant_for("B00AA250", "2001-05-14").teacher.fc_nodes

    assert with_row({"when": "DD == 14", "fc_nodes": 64}, {"when": "otherwise", "fc_nodes": 32}) == 64
    assert with_row({"when": "ABC <= 249", "fc_nodes": 64}, {"when": "otherwise", "fc_nodes": 32}) == 32
    for cases, words in [
        ([{"when": "DD == 15", "fc_nodes": 64}], "no case that holds"),
        ([{"when": "moon full", "fc_nodes": 64}], "condition 'moon full'"),
        ([{"when": "otherwise", "fc_nodes": "many"}], "'many' is no value for fc_nodes"),
        ([{"when": "otherwise", "nodes": 64}], "damaged"),
        ([{"fc_nodes": 64}], "damaged"),
    ]:
        with pytest.raises(variants.VariantError, match=words):
            with_row(*cases)


def test_a_missing_or_broken_table_is_said_in_words(solution, tmp_path):
    """Without a readable variants.json the message names the file."""
    variants = solution("variants")
    variants.RULES_FILE = tmp_path / "variants.json"
    for content in (None, "{", "[]", '{"roll_number": {"pattern": "("}}'):
        if content is not None:
            variants.RULES_FILE.write_text(content, encoding="utf-8")
        variants.rules.cache_clear()
        with pytest.raises(variants.VariantError, match="variants.json .*take the file from the handout"):
            variants.variant_for("B00AA250", "2001-05-14")


def test_the_template_is_valid_and_known(student_cfg):
    """student.cfg as handed out can be read, and is recognised as the template."""
    identity = student_cfg.read_student_cfg(student_cfg.Path(student_cfg.__file__).with_name("student.cfg"))
    assert identity.is_template
    assert "teacher: " in student_cfg.described_variant(identity)


@pytest.mark.parametrize(
    "text",
    [
        "[student]\nroll_number = B00AA250\nbirth_date = 2001-05-14\n",
        "\ufeff[student]\r\nRoll_Number: b00aa250   # mine\r\nbirth_date: '2001-05-14'\r\n",
        '; whose\n[student]\nbirth_date="2001-05-14"\nroll_number="B00AA250"\nname = %(x)s\n',
    ],
)
def test_student_cfg_may_be_written_in_many_ways(student_cfg, tmp_path, text):
    """Byte-order marks, comments, quotes and line ends do not matter."""
    path = tmp_path / "student.cfg"
    path.write_bytes(text.encode())
    identity = student_cfg.read_student_cfg(path)
    assert identity == ("B00AA250", datetime.date(2001, 5, 14)) and not identity.is_template


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be opened"),
        (b"", r"no line \[student\]"),
        (b"roll_number = B00AA250\n", r"begin with the line \[student\]"),
        (b"[student]\nbirth_date = 2001-05-14\n", "no roll_number"),
        (b"[student]\nroll_number = B00AA250\n", "no birth_date"),
        (b"[student]\nroll_number =\nbirth_date = 2001-05-14\n", "no roll_number"),
        (b"[student]\nroll_number = ?\nbirth_date = 2001-05-14\n", "student.cfg: the roll number"),
        (b"[student]\nroll_number = B00AA250\nbirth_date = soon\n", "student.cfg: the birth date"),
        (b"[student]\nroll_number = B1\nroll_number = B2\n", "line 3"),
        (b"[student]\n[student]\n", "student.cfg, line 2"),
        (b"[student]\njust words\n", "line 2"),
        (b"\xff\xfe\x00", "not plain text"),
        (b"#" * 20_000, "longer than"),
    ],
)
def test_a_bad_student_cfg_is_said_in_words(student_cfg, tmp_path, content, words):
    """Whatever is in the file, the outcome is one sentence and never another exception."""
    path = tmp_path / "student.cfg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as caught:
        student_cfg.read_student_cfg(path)
    assert type(caught.value).__name__ == "VariantError" and "\n" not in str(caught.value)
