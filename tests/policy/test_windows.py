"""Windows against the plainest reading of them: a look at the wall clock in every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.policy.durations import written
from tracker.policy.model import Policy, policy_from
from tracker.policy.windows import freeze, in_words

PACIFIC = "America/Los_Angeles"
LABS = {
    "reason": "labs",
    "rules": [
        {
            "start": "2018-01-16T08:00:00",
            "duration": "11h",
            "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "until": "2018-05-11",
        }
    ],
    "except": ["2018-02-19"],
}
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# the days on which these clocks jump: forward, then back
JUMPS = {
    PACIFIC: (date(2018, 3, 11), date(2018, 11, 4)),
    "Europe/Berlin": (date(2018, 3, 25), date(2018, 10, 28)),
    "Australia/Lord_Howe": (date(2018, 10, 7), date(2018, 4, 1)),  # by half an hour
    "America/Havana": (date(2018, 3, 11), date(2018, 11, 4)),  # at midnight
    "Asia/Kolkata": (date(2018, 3, 11), date(2018, 11, 4)),  # never
}


def policy(zone: str = PACIFIC, **windows: dict) -> Policy:
    hub = {"id": "hub", "stages": [{"id": "prod"}]}
    return policy_from({"apiVersion": "policy/v1", "name": "p", "timezone": zone, "deployments": [hub], "windows": windows})


def pacific(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(PACIFIC)).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "blocked", "changes"),
    [
        ("2018-01-25T07:59:59", False, "2018-01-25T08:00"),
        ("2018-01-25T08:00:00", True, "2018-01-25T19:00"),
        ("2018-01-25T18:59:59", True, "2018-01-25T19:00"),
        ("2018-01-25T19:00:00", False, "2018-01-26T08:00"),
        ("2018-01-26T20:00:00", False, "2018-01-29T08:00"),  # a weekend
        ("2018-02-18T12:00:00", False, "2018-02-20T08:00"),  # the 19th is excepted
        ("2018-02-19T12:00:00", False, "2018-02-20T08:00"),
        ("2018-03-12T18:30:00", True, "2018-03-12T19:00"),  # the clock has jumped: still 19:00 by the wall
        ("2018-05-11T12:00:00", True, "2018-05-11T19:00"),  # the last day is one
        ("2018-05-11T19:00:00", False, None),
        ("2018-01-15T12:00:00", False, "2018-01-16T08:00"),
    ],
)
def test_labs_block_from_eight_until_seven_by_the_clock_on_the_wall(at: str, blocked: bool, changes: str | None) -> None:
    said = freeze(policy(labs=LABS), ["labs"], pacific(at))
    assert (said.blocked, said.reasons) == (blocked, ["labs"] if blocked else [])
    assert (said.opens_at if blocked else said.closes_at) == (pacific(changes) if changes else None)
    assert (said.closes_at if blocked else said.opens_at) is None


def test_it_opens_when_the_last_of_several_windows_ends() -> None:
    day = [{"start": "2018-01-25T08:00:00", "duration": "2h"}]
    next_to_it = [{"start": "2018-01-25T10:00:00", "duration": "3h"}]
    both = policy(a={"reason": "a", "rules": day}, b={"reason": "b", "rules": next_to_it})
    assert freeze(both, ["a", "b"], pacific("2018-01-25T09:00")).opens_at == pacific("2018-01-25T13:00")
    assert freeze(both, ["a"], pacific("2018-01-25T09:00")).opens_at == pacific("2018-01-25T10:00")


def test_where_there_is_an_allow_window_everything_else_is_closed() -> None:
    tuesdays = {"start": "2018-01-16T10:00:00", "duration": "2h", "rrule": "FREQ=WEEKLY;BYDAY=TU"}
    rules = policy(t={"reason": "Tuesdays", "effect": "allow", "rules": [tuesdays]}, labs=LABS)
    closed = freeze(rules, ["t"], pacific("2018-01-24T10:30"))
    assert (closed.blocked, closed.reasons) == (True, ["only in its window: Tuesdays"])
    assert closed.opens_at == pacific("2018-01-30T10:00")
    assert not freeze(rules, ["t"], pacific("2018-01-23T10:30")).blocked
    assert freeze(rules, ["t", "labs"], pacific("2018-01-23T10:30")).reasons == ["labs"]  # deny wins


def test_a_freeze_without_an_end_says_so() -> None:
    daily = {"start": "2018-01-01T00:00:00", "duration": "24h", "rrule": "FREQ=DAILY"}
    said = freeze(policy(always={"reason": "no more", "rules": [daily]}), ["always"], pacific("2026-11-24T12:00"))
    assert (said.blocked, said.opens_at) == (True, None)


@pytest.mark.parametrize(
    ("at", "now", "said"),
    [
        ("2018-01-25T19:00", "2018-01-25T15:30", "Thu 19:00 PST"),
        ("2018-03-12T19:00", "2018-03-12T15:30", "Mon 19:00 PDT"),
        ("2018-03-12T19:00", "2018-02-12T15:30", "Mon 12 Mar 19:00 PDT"),
        ("2019-03-12T19:00", "2018-02-12T15:30", "Tue 12 Mar 2019 19:00 PDT"),
    ],
)
def test_a_time_is_said_as_near_as_it_is(at: str, now: str, said: str) -> None:
    assert in_words(pacific(at), ZoneInfo(PACIFIC), pacific(now)) == said


@st.composite
def spans_near_a_jump(draw: st.DrawFn) -> tuple[str, dict, datetime]:
    """A zone, a daily or weekly rule around the night when its clock jumps, and a moment near it."""
    zone = draw(st.sampled_from(sorted(JUMPS)))
    jump = draw(st.sampled_from(JUMPS[zone]))
    start = datetime.combine(jump, datetime.min.time()) + timedelta(minutes=draw(st.integers(-3 * 24 * 60, 24 * 60)))
    rule = {"start": start.isoformat(), "duration": written(timedelta(minutes=draw(st.integers(1, 30 * 60))))}
    days = draw(st.none() | st.just([]) | st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
    if days is not None:
        rule["rrule"] = f"FREQ=WEEKLY;BYDAY={','.join(days)}" if days else "FREQ=DAILY"
        if draw(st.booleans()):
            rule["until"] = (jump + timedelta(days=draw(st.integers(-3, 2)))).isoformat()
    skipped = draw(st.lists(st.integers(-2, 2), max_size=2, unique=True))
    window = {"reason": "r", "rules": [rule], "except": [(jump + timedelta(days=n)).isoformat() for n in skipped]}
    at = datetime.combine(jump, datetime.min.time(), UTC) + timedelta(minutes=draw(st.integers(-36 * 60, 60 * 60)))
    return zone, window, at


def starts(window: dict) -> list[datetime]:
    """Every wall clock start, by going from day to day."""
    (rule,) = window["rules"]
    first = datetime.fromisoformat(rule["start"])
    if "rrule" not in rule:
        found = [first]
    else:
        days = rule["rrule"].partition("BYDAY=")[2].split(",") if "BYDAY" in rule["rrule"] else DAYS
        found = [day for n in range(10) if DAYS[(day := first + timedelta(days=n)).weekday()] in days]
        found = [day for day in found if day.date().isoformat() <= rule.get("until", "9999")]
    return [day for day in found if day.date().isoformat() not in window["except"]]


def blocked_minutes(zone: str, window: dict, minutes: list[datetime], duration: timedelta) -> set[datetime]:
    """From the first to the last minute at which the wall shows a time of an occurrence, for each of them."""
    walls = [minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for minute in minutes]
    found: set[datetime] = set()
    for start in starts(window):
        inside = [n for n, wall in enumerate(walls) if start <= wall < start + duration]
        found |= set(minutes[inside[0] : inside[-1] + 1]) if inside else set()
    return found


def of(rule_start: str, duration: str, at: str) -> tuple[str, dict, datetime]:
    window = {"reason": "r", "rules": [{"start": rule_start, "duration": duration}], "except": []}
    return PACIFIC, window, datetime.fromisoformat(at).replace(tzinfo=UTC)


@given(spans_near_a_jump())
@example(of("2018-03-11T02:10:00", "20m", "2018-03-11T09:59:00"))  # never on the wall
@example(of("2018-03-11T02:30:00", "2h", "2018-03-11T10:00:00"))  # begins where the clock leaps
@example(of("2018-03-11T02:30:00", "2h", "2018-03-11T09:00:00"))
@example(of("2018-11-04T01:30:00", "15m", "2018-11-04T08:50:00"))  # twice on the wall
@example(of("2018-11-03T22:00:00", "210m", "2018-11-04T08:45:00"))  # ends in the hour that comes twice
def test_windows_equal_a_look_at_the_clock_in_every_minute(case: tuple[str, dict, datetime]) -> None:
    zone, window, at = case
    rules = policy(zone, w=window)
    duration = rules.windows["w"].rules[0].duration
    minutes = [at + timedelta(minutes=n) for n in range(-3 * 24 * 60, 4 * 24 * 60)]
    blocked = blocked_minutes(zone, window, minutes, duration)
    said = freeze(rules, ["w"], at)
    assert said.blocked is (at in blocked)
    flips = next((minute for minute in minutes if minute > at and (minute in blocked) is not said.blocked), None)
    change = said.opens_at if said.blocked else said.closes_at
    assert change == flips or (flips is None and change is not None and change > minutes[-1])
