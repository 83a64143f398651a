"""A document changes an item only when its statement changes, and asks where we had decided otherwise."""

from datetime import date

import pytest

from tracker.services.statements import UNSET, named, take

DAY = date(2026, 11, 20)


def values(**changes):
    return UNSET | {"reason": None, "closed_on": None} | changes


def taken(ours, before, now, known=None, day=None):
    result = take(ours, before, before if known is None else known, now, day=day)
    return result.changes, result.asks


def test_saying_what_was_said_before_says_nothing():
    assert taken(values(claim="open"), {"claim": "done"}, {"claim": "done"}) == ({}, {})


def test_a_statement_that_disappears_takes_nothing_away():
    assert taken(values(claim="done", priority="P1"), {"claim": "done", "priority": "P1"}, {}) == ({}, {})


def test_a_changed_statement_is_taken_over():
    changes, asks = taken(values(claim="open"), {"claim": "open"}, {"claim": "done"}, day=DAY)
    assert changes == {"claim": "done", "reason": None, "closed_on": "2026-11-20"} and not asks


def test_without_a_day_of_the_change_the_closing_day_is_unknown():
    assert taken(values(claim="open"), {"claim": "open"}, {"claim": "done"})[0]["closed_on"] is None


def test_the_day_that_the_document_gives_goes_before_the_day_of_the_commit():
    now = {"claim": "done", "closed_on": "2026-11-01"}
    assert taken(values(claim="open"), {"claim": "open"}, now, day=DAY)[0]["closed_on"] == "2026-11-01"


def test_reopening_in_the_document_takes_the_closing_day_away():
    changes, _ = taken(values(claim="done", closed_on="2026-11-01"), {"claim": "done"}, {"claim": "open"}, day=DAY)
    assert changes == {"claim": "open", "reason": None, "closed_on": None}


@pytest.mark.parametrize("before", [{}, {"claim": "open"}])
def test_ours_stays_and_it_asks_where_we_decided_since(before):
    ours = values(claim="in_progress")
    assert taken(ours, before, {"claim": "done"}) == ({}, {"claim": ("in_progress", "done")})


def test_agreement_asks_nothing():
    assert taken(values(claim="done"), {"claim": "open"}, {"claim": "done"}) == ({}, {})


def test_what_nobody_had_said_anything_about_is_filled():
    changes, asks = taken(values(), {}, {"claim": "open", "owners": ["Ada"], "due": "2026-12-01", "priority": "P1"})
    assert asks == {}
    assert changes == {
        "claim": "open",
        "owners": ["Ada"],
        "due": "2026-12-01",
        "priority": "P1",
        "reason": None,
        "closed_on": None,
    }


def test_each_value_is_taken_or_asked_by_itself():
    before = {"owners": ["Ada"], "priority": "P1"}
    ours = values(owners=["Edith"], priority="P1")
    assert taken(ours, before, {"owners": ["Rosa"], "priority": "P0"}) == (
        {"priority": "P0"},
        {"owners": (["Edith"], ["Rosa"])},
    )


def test_an_owner_that_we_took_away_is_a_decision():
    assert taken(values(), {"owners": ["Ada"]}, {"owners": ["Rosa"]})[1] == {"owners": ([], ["Rosa"])}


def test_a_document_that_was_written_to_knows_our_value():
    """We reopened it, the mark was taken away; now somebody marks it done again."""
    changes, asks = taken(values(claim="open"), {}, {"claim": "done"}, known={"claim": "open"})
    assert changes["claim"] == "done" and not asks


def test_a_new_reason_of_the_same_claim_is_taken_over():
    ours = values(claim="wont_do", reason="stated in the document")
    before = {"claim": "wont_do", "reason": "stated in the document"}
    assert taken(ours, before, {"claim": "wont_do", "reason": "too dear"})[0] == {"reason": "too dear"}


def test_owners_are_written_with_commas():
    assert named(" Ada,  Edith L. ,, Ada") == ["Ada", "Edith L."]
    assert named(None) == []
