"""A sheet of which nothing is replaced has the bytes that it had."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from autograder.gradebook.sheet import BOM, read

texts = some.lists(some.lists(some.text(some.sampled_from('a,;"\n\t \u00e9=')), min_size=2, max_size=2), min_size=1, max_size=4)


@pytest.mark.parametrize(
    "content", [b"a", b"a,b\n", b'a,b\r\n"x ""y"", z",\r\n\r\n,,', b"\xef\xbb\xbfa;b\n1;\xff\n", b'a,b\n"open,\n', b"a,b\rc,d"]
)
def test_what_is_not_replaced_keeps_its_bytes(tmp_path, content):
    """Whatever is in it."""
    (tmp_path / "x.csv").write_bytes(content)
    assert bytes(read(tmp_path / "x.csv")) == content


@given(texts, some.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), some.sampled_from(["\n", "\r\n"]), some.booleans())
def test_it_is_read_as_pythons_csv_reads_it(tmp_path_factory, table, quoting, end, marked):
    """Same cells, same bytes back, and a cell that is set is what is read again."""
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([["head,er", "b,c"], *table])
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(((BOM if marked else "") + text.getvalue()).encode())
    sheet = read(path)
    assert bytes(sheet) == path.read_bytes()
    if sheet.delimiter == ",":
        assert [[sheet.get(row, place) for place in range(2)] for row in range(len(table) + 1)] == [["head,er", "b,c"], *table]
        sheet.set(1, 1, 'x,"y"')
        assert list(csv.reader(io.StringIO(bytes(sheet).decode().removeprefix(BOM), newline="")))[1][1] == 'x,"y"'
