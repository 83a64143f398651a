"""The rail: gaps to scale and in words, day breaks, milestones, and nothing that was not written."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.claims import Milestone
from tracker.domain.postmortem import Entry, Moment, Span
from tracker.web.timeline import LONGEST, clock, durations, rail, zones

DAY = date(2018, 1, 25)


def entry(local, milestone=None, *, end=None, zone=None, precision="exact"):
    return Entry(Moment(local, precision, zone), end, "text", 1, Span(0, 1), None, "rule", "because", milestone)


def at(time, milestone=None, **more):
    return entry(f"2018-01-25T{time}", milestone, **more)


def lines(stops):
    return [stop.time or stop.words for stop in stops]


def test_gaps_are_said_in_words_and_drawn_to_scale():
    stops = rail([at("14:30"), at("15:30"), at("16:00"), at("16:05")], DAY)
    assert lines(stops) == ["14:30", "1 h later", "15:30", "30 min later", "16:00", "", "16:05"]
    hour, half, five = (stop.steps for stop in stops if stop.kind == "gap")
    assert hour == LONGEST and abs(half - 13) <= 1 and five == 2


def test_a_pause_is_drawn_cut_and_does_not_flatten_the_rest():
    stops = rail([at("09:00"), at("09:30"), entry("2018-01-28T09:00")], DAY)
    pause = stops[-3]
    assert pause.words == "2 days 23 h later" and pause.cut
    assert stops[1].steps == LONGEST and not pause.steps > LONGEST


def test_a_day_that_begins_is_a_line_with_its_date():
    stops = rail([at("23:50"), entry("2018-01-26T00:10")], DAY)
    assert lines(stops) == ["23:50", "20 min later", "2018-01-26", "00:10"]


def test_the_incident_s_own_day_needs_no_line_and_another_one_does():
    assert lines(rail([at("10:00")], DAY)) == ["10:00"]
    assert lines(rail([at("10:00")], None)) == ["2018-01-25", "10:00"]


def test_what_runs_backwards_is_said_and_not_sorted():
    assert lines(rail([at("15:00"), at("14:50")], DAY)) == ["15:00", "10 min earlier", "14:50"]


def test_a_gap_counts_from_the_end_of_what_lasted():
    stops = rail([at("14:00", end="2018-01-25T15:00"), at("15:30")], DAY)
    assert lines(stops) == ["14:00", "30 min later", "15:30"] and stops[0].until == "15:00"


def test_nothing_is_said_of_gaps_that_nobody_can_know():
    unknown, other_zone = entry(None, precision="unknown"), at("16:00", zone="PST")
    assert lines(rail([at("14:30"), unknown, at("18:00")], DAY)) == ["14:30", "?", "18:00"]
    assert lines(rail([at("14:30", zone="UTC"), other_zone], DAY)) == ["14:30", "16:00"]
    assert lines(rail([entry("T14:30"), at("16:00")], DAY)) == ["14:30", "16:00"]


def test_times_are_shown_as_they_were_written():
    assert [clock("T14:30"), clock("2018-01-25T14:30:57"), clock("2018-01-25T16:05", "approximate")] == [
        "14:30",
        "14:30:57",
        "~16:05",
    ]
    assert [clock("2018-01-25"), clock(None)] == ["day", "?"]


def test_zones_stand_at_the_entries_only_where_they_differ():
    same = [at("14:30", zone="PST"), at("15:30", zone="PST")]
    mixed = [at("14:30", zone="PST"), at("15:30", zone="UTC")]
    assert [stop.zone for stop in rail(same, DAY) if stop.entry] == ["", ""] and zones(same) == ["PST"]
    assert [stop.zone for stop in rail(mixed, DAY) if stop.entry] == ["PST", "UTC"] and zones(mixed) == ["PST", "UTC"]


def test_an_entry_without_a_zone_among_others_does_not_make_them_differ():
    assert [stop.zone for stop in rail([at("14:30", zone="PST"), at("15:30")], DAY) if stop.entry] == ["", ""]


def test_milestones_give_the_times_to_detect_mitigate_and_resolve():
    entries = [
        at("14:00"),
        at("15:30", Milestone.IMPACT_STARTED),
        at("16:11", Milestone.DETECTED),
        at("16:35", Milestone.RESOLVED),
    ]
    counted = durations(entries)
    assert (counted.detect, counted.mitigate, counted.resolve) == (41, None, 65)
    assert [(stop.milestone, stop.after) for stop in rail(entries, DAY) if stop.milestone] == [
        ("impact starts", ""),
        ("detected", "41 min"),
        ("resolved", "1 h 5 min"),
    ]


def test_without_the_start_of_the_impact_or_before_it_nothing_is_counted():
    assert durations([at("16:11", Milestone.DETECTED), at("16:35", Milestone.RESOLVED)]).resolve is None
    assert durations([at("16:11", Milestone.DETECTED), at("16:35", Milestone.IMPACT_STARTED)]).detect is None


moments = st.one_of(
    st.none(),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes")),
    st.dates().map(str),
    st.times().map(lambda time: f"T{time.isoformat(timespec='minutes')}"),
)


@given(st.lists(st.builds(entry, moments, st.sampled_from([None, *Milestone]), end=moments), max_size=12))
def test_every_entry_stands_on_the_rail_once_in_its_order(entries):
    stops = rail(entries, DAY)
    assert [stop.entry for stop in stops if stop.kind == "entry"] == entries
    assert all(0 <= stop.steps <= LONGEST for stop in stops)
    durations(entries)
