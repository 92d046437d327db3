"""Promises of late days: due dates with zones, grace, penalties, caps, free days in order; no time known, nothing taken."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from autograder.classes.roll import Roll, Seat, write_roll
from autograder.classes.times import parse_time
from autograder.course import parts
from autograder.decisions import file
from autograder.decisions.deadlines import Deadlines, place_of, read, times_in
from autograder.decisions.kinds import Choose, Extend
from autograder.decisions.known import DecisionError
from autograder.decisions.lateness import HandedIn, lateness
from autograder.results.numbers import how_long
from autograder.decisions.times import class_lateness

from made import BY

UTC = timezone.utc
DUE = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
RULES = Deadlines(due={"one": DUE, "two": DUE + timedelta(days=7)}, percent=10, most_percent=50, grace_minutes=15, free_days=3)


def came(*spans: timedelta | None, rules: Deadlines = RULES, **about):
    """The lateness of parts one, two, ... that came so long after their due dates."""
    times = {part: None if span is None else rules.due[part] + span for part, span in zip(("one", "two"), spans)}
    return list(lateness(rules, {part: HandedIn(when, **about) for part, when in times.items()}).values())


def days(number: float) -> timedelta:
    """That many days."""
    return timedelta(days=number)


NONE_FREE = msgspec.structs.replace(RULES, free_days=0)
BY_HOUR = msgspec.structs.replace(RULES, per="hour", percent=1, most_percent=100)


@pytest.mark.parametrize(
    "rules, span, percent, free, how_late",
    [
        (NONE_FREE, days(-1), 0, 0, ""),
        (NONE_FREE, timedelta(0), 0, 0, ""),
        (NONE_FREE, timedelta(minutes=15), 0, 0, ""),
        (NONE_FREE, timedelta(minutes=15, seconds=1), 10, 0, "16 minutes"),
        (NONE_FREE, days(1), 10, 0, "1 day"),
        (NONE_FREE, days(1) + timedelta(seconds=1), 20, 0, "1 day"),
        (NONE_FREE, days(9), 50, 0, "9 days"),
        (RULES, days(2.5), 0, 3, "2 days 12 hours"),
        (RULES, days(4.5), 20, 3, "4 days 12 hours"),
        (BY_HOUR, timedelta(hours=5), 0, 1, "5 hours"),
        (BY_HOUR, days(3) + timedelta(hours=5), 5, 3, "3 days 5 hours"),
    ],
)
def test_what_a_late_part_costs(rules, span, percent, free, how_late):
    """Grace, begun days or hours, the cap, free days first."""
    (found,) = came(span, rules=rules)
    assert (found.percent, found.free_days, found.known) == (percent, free, True)
    assert found.how_late.startswith(how_late) and bool(found.how_late) == bool(how_late) == found.is_late


def test_free_days_are_used_in_the_order_of_due_dates():
    """Whatever part is named first; what is used up is not there any more."""
    one, two = came(days(2), days(2))
    assert [(late.free_days, late.percent) for late in (one, two)] == [(2, 0), (1, 10)]
    swapped = lateness(RULES, {part: HandedIn(RULES.due[part] + days(2)) for part in ("two", "one")})
    assert swapped == {"one": one, "two": two}


def test_without_a_time_nothing_is_taken():
    """Neither when the platform says nothing, nor when it says only that it was late; a shared hand-in tells of its last part only."""
    assert [(late.percent, late.known, late.is_late) for late in came(None)] == [(0, False, False)]
    assert [(late.percent, late.known, late.is_late) for late in came(None, late=True)] == [(0, False, True)]
    assert [(late.percent, late.known, late.is_late) for late in came(None, late=False)] == [(0, True, False)]
    assert [(late.percent, late.known) for late in came(days(8), shared=True)] == [(0, False)]
    assert [(late.percent, late.known) for late in came(days(-1), shared=True)] == [(0, True)]


def test_an_extension_moves_the_due_date():
    """By days or to a date, for one part or all; the latest counts, and one never makes anybody later."""
    by_days, until = Extend(student="ann", days=2, **BY), Extend(student="ann", until=DUE + days(1), part="one", **BY)
    assert [late.percent for late in came(days(2), rules=NONE_FREE, extensions=(by_days, until))] == [0]
    assert [late.percent for late in came(days(2), days(2), rules=NONE_FREE, extensions=(until,))] == [10, 20]
    assert [
        late.percent for late in came(days(1), rules=NONE_FREE, extensions=(Extend(student="a", until=DUE - days(3), **BY),))
    ] == [10]


def test_an_extension_written_in_another_zone_is_shown_in_the_due_dates():
    """So that the table says all times alike."""
    elsewhere = (DUE + days(1)).astimezone(timezone(timedelta(hours=5)))
    (late,) = came(days(2), rules=NONE_FREE, extensions=(Extend(student="ann", until=elsewhere, **BY),))
    assert late.handed_in.endswith(f"{DUE:%Z}") and late.percent == 10


def test_a_time_without_a_zone_is_of_the_tables_zone():
    """Names of files tell none; else that of the due date holds."""
    local = datetime(2026, 3, 3, 0, 30)  # 23:30 in UTC
    found = lateness(msgspec.structs.replace(NONE_FREE, zone="Europe/Berlin"), {"one": HandedIn(local)})
    assert found["one"].percent == 0
    assert lateness(NONE_FREE, {"one": HandedIn(local)})["one"].percent == 10


@settings(max_examples=80, deadline=None)
@given(some.integers(-500, 500), some.integers(-500, 500), some.integers(0, 5), some.sampled_from(["day", "hour"]))
def test_later_never_costs_less_and_free_days_never_more(one, other, free, per):
    """In hours after the due date."""
    rules = msgspec.structs.replace(RULES, per=per, free_days=free)
    early, late = sorted((one, other))
    (first,), (second,) = came(timedelta(hours=early), rules=rules), came(timedelta(hours=late), rules=rules)
    assert first.percent <= second.percent <= rules.most_percent
    assert 0 <= second.free_days <= free
    (without,) = came(timedelta(hours=late), rules=msgspec.structs.replace(rules, free_days=0))
    assert second.percent <= without.percent


TABLE = """[late]
zone = "Europe/Berlin"
percent = 10
[late.due]
one = 2026-10-24T23:59:00
two = 2026-10-31T23:59:00+00:00
"""


def test_a_table_is_read(tmp_path):
    """With zones of its own or of the table; summer time ends between the due date and the hand-in, and costs no day."""
    (tmp_path / "deadlines.toml").write_text(TABLE)
    found = read(tmp_path / "deadlines.toml", ("one", "two"))
    assert found.due["one"].utcoffset() == timedelta(hours=2) and found.due["two"] == datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    late = lateness(found, {"one": HandedIn(datetime(2026, 10, 25, 22, 58))})  # 23:59 later by the sun, not by the clock
    assert late["one"].percent == 10
    assert lateness(found, {"one": HandedIn(datetime(2026, 10, 25, 23, 1))})["one"].percent == 20


@pytest.mark.parametrize(
    "change, said",
    [
        (("\none =", "\nonn ="), "there is no part called onn; did you mean one; correct it."),
        (('zone = "Europe/Berlin"\n', ""), "the due date of one has no time zone"),
        (("Europe/Berlin", "Europe/Nowhere"), "there is no time zone Europe/Nowhere"),
        (("percent = 10", "percent = 110"), "percent is 110; give a number from 0 to 100."),
        (("percent = 10", "percent = nan"), "percent is nan"),
        (("percent = 10", 'percent = "10"'), "percent: expected a number, got text; correct it."),
        (("percent = 10", "per_cent = 10"), "there is an unknown entry `per_cent`; correct it."),
        (("percent = 10", "free_days = -1"), "free_days is -1"),
        (("percent = 10", 'per = "week"'), "per: invalid"),
        (("[late]", "[later]"), "there is"),
        (("2026-10-24T23:59:00", "2026-10-24"), "expected a date and time, got a date"),
        (("2026-10-24T23:59:00", "soon"), "is not valid TOML"),
        (("2026-10-24T23:59:00", '"2 March"'), "a due date: this is no date and time; write it as 2026-03-02T23:59:00+01:00"),
        (("2026-10-24T23:59:00", "9999-12-31T23:59:00-12:00"), "the due date of one is in the year 9999"),
        (("percent = 10", "grace_minutes = 1e300"), "grace_minutes is 1e+300; give a number from 0 to 1,000,000."),
    ],
)
def test_a_table_that_is_wrong_is_one_sentence(tmp_path, change, said):
    """With the file, what is wrong, and what to do."""
    (tmp_path / "deadlines.toml").write_text(TABLE.replace(*change))
    with pytest.raises(DecisionError) as error:
        read(tmp_path / "deadlines.toml", ("one", "two"))
    assert said in str(error.value) and "deadlines.toml" in str(error.value) and "\n" not in str(error.value)


def test_which_table_holds(tmp_path):
    """The one asked for; else that of the run's folder; else none."""
    assert place_of(tmp_path, None) is None
    (tmp_path / "deadlines.toml").write_text(TABLE)
    assert place_of(tmp_path, None) == tmp_path / "deadlines.toml"
    with pytest.raises(DecisionError, match="--deadlines .*other.toml is not there"):
        place_of(tmp_path, tmp_path / "other.toml")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2015-02-02 15:58:23.948203 UTC", datetime(2015, 2, 2, 15, 58, 23, 948203, UTC)),
        ("2024-02-05 03:54:04.123456789 Z", datetime(2024, 2, 5, 3, 54, 4, 123456, UTC)),
        ("2021-10-20 12:31:50.373450000 -07:00", datetime(2021, 10, 20, 12, 31, 50, 373450, timezone(timedelta(hours=-7)))),
        ("2021-10-20 12:31:50 -0700", datetime(2021, 10, 20, 12, 31, 50, 0, timezone(timedelta(hours=-7)))),
        ("2026-03-02T23:59:00+01:00", datetime(2026, 3, 2, 23, 59, 0, 0, timezone(timedelta(hours=1)))),
        ("Tuesday, 3 March 2026, 10:15 AM", datetime(2026, 3, 3, 10, 15)),
        ("2026-03-02", datetime(2026, 3, 2)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_of_platforms_are_read(text, expected):
    """Of nbgrader, Gradescope, Moodle, and as anybody writes them."""
    assert parse_time(text) == expected


def seat(student: str, when: datetime | None = None, late: bool | None = None) -> Seat:
    """A row of a class."""
    return Seat(student, (student,), handed_in=when, late=late)


def test_a_report_of_the_platform_tells_times(tmp_path):
    """By any column that names students; no row, no time; a file's own time is never looked at."""
    (tmp_path / "times.csv").write_text(
        "Full name,Email address,Last modified (submission)\nAnn,ann,2026-03-04 10:00 +0000\nBen,ben,-\n"
    )
    roll = Roll((seat("ann"), seat("ben"), seat("cy", DUE + days(1))))
    rules = msgspec.structs.replace(NONE_FREE, times="times.csv")
    found = class_lateness(rules, tmp_path / "deadlines.toml", roll, ["one"], [])
    assert [found[name]["one"].percent for name in ("ann", "ben", "cy")] == [20, 0, 10] and not found["ben"]["one"].known
    (tmp_path / "times.csv").write_text("who,when\n")
    with pytest.raises(DecisionError, match="needs a column `student` and a column `time`; it has who, when"):
        times_in(tmp_path / "times.csv")
    (tmp_path / "times.csv").write_text("student,time\nann,noon\n")
    with pytest.raises(DecisionError, match="line 2: noon is no time"):
        times_in(tmp_path / "times.csv")
    with pytest.raises(DecisionError, match="no.csv is not there; save the platform's report"):
        times_in(tmp_path / "no.csv")


def test_a_report_with_several_rows_of_a_name(tmp_path):
    """Of one person the last time counts, in whichever order they stand; two of one name are told apart by what else the row says."""
    report = tmp_path / "report.csv"
    rows = ["Name,Email,Time", "Ann,ann1,2026-03-03 10:00", "Ann,ann1,2026-03-01 10:00", "Ann,ann2,2026-03-09 10:00"]
    report.write_text("\n".join(rows))
    assert times_in(report) == {"ann1": datetime(2026, 3, 3, 10), "ann2": datetime(2026, 3, 9, 10)}


def test_an_extension_is_the_students_whichever_hand_in_counts(tmp_path):
    """It goes with the student, and not with the name of the folder."""
    roll = Roll((seat("cy", DUE + days(5)), seat("cy (1)", DUE + days(1))))
    decided = [(1, Choose(student="cy", entry="cy (1)", **BY)), (2, Extend(student="cy", days=1, **BY))]
    found = class_lateness(NONE_FREE, Path("deadlines.toml"), roll, ["one"], decided)
    assert found["cy (1)"]["one"].percent == 0


def test_how_long_is_said_in_words():
    """Rounded up to minutes; minutes only below a day."""
    spans = [
        timedelta(seconds=1),
        timedelta(hours=1),
        timedelta(hours=1, minutes=2),
        days(1),
        days(2) + timedelta(hours=3, minutes=4),
    ]
    assert [how_long(span) for span in spans] == ["1 minute", "1 hour", "1 hour 2 minutes", "1 day", "2 days 3 hours"]


def test_free_days_used_in_an_earlier_run_are_gone(tmp_path):
    """A run of another part, with its own times and extensions, comes first."""
    wanted, other = "made-up", parts()[0]
    due = {other.id: DUE, wanted: DUE + days(7)}
    rules = msgspec.structs.replace(RULES, due=due, earlier=("earlier",))
    earlier = tmp_path / "earlier"
    (earlier / "records").mkdir(parents=True)
    (earlier / "records" / "ann.json").touch()
    (earlier / "run.json").write_text(json.dumps({"problems": [other.problems[0].id]}))
    ann = msgspec.structs.replace(seat("ann", DUE + days(2)), people=("ann@uni",))
    write_roll(earlier, Roll((ann, seat("ben", DUE))))
    roll = Roll((seat("ann", DUE + days(9)), seat("ben", DUE + days(9)), seat("cy", DUE + days(11))))
    found = class_lateness(rules, tmp_path / "deadlines.toml", roll, [wanted], [])
    assert [(found[name][wanted].free_days, found[name][wanted].percent) for name in ("ann", "ben", "cy")] == [
        (1, 10),
        (2, 0),
        (3, 10),
    ]
    file.add(earlier / "decisions.toml", Extend(student="ann@uni", days=2, **BY))  # by hand, as the platform calls her
    assert class_lateness(rules, tmp_path / "deadlines.toml", roll, [wanted], [])["ann"][wanted].free_days == 2
    with pytest.raises(DecisionError, match="earlier names nowhere: .*holds no results"):
        class_lateness(msgspec.structs.replace(rules, earlier=("nowhere",)), tmp_path / "deadlines.toml", roll, [wanted], [])


def test_the_table_of_the_handbook_can_be_read(tmp_path):
    """As it stands there, with a part's own id."""
    text = (Path(__file__).parents[2] / "docs" / "grading-week.md").read_text()
    table = text.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "deadlines.toml").write_text(table.replace("PART", "one"))
    found = read(tmp_path / "deadlines.toml", ("one",))
    assert (found.percent, found.free_days, found.earlier) == (10, 3, ("../marks-1",))
