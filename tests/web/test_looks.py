"""Small words of pages: days, numbers, initials, and addresses that change one filter."""

from datetime import UTC, date, datetime

import pytest

from tracker.web.filters import address, staying
from tracker.web.looks import count, day, initials, instant, long_day
from tracker.web.wording import event_sentence, event_words


def test_days_are_said_alike_whatever_the_machine_s_language():
    assert [day(date(2018, 1, 25)), day("2018-01-25T14:30"), day(None)] == ["25 Jan 2018", "25 Jan 2018", ""]
    assert long_day(date(2018, 1, 25)) == "25 January 2018"


def test_instants_are_in_the_team_s_zone(make_app):
    with make_app(timezone="Europe/Oslo").test_request_context("/"):
        assert instant(datetime(2026, 11, 24, 23, 30, tzinfo=UTC)) == "25 Nov 2026, 00:30"
        assert instant(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada Lovelace", "AL"), ("@ada", "AD"), ("ada.lovelace", "AL"), ("Ada, Edith", "AE"), ("李", "李")]
)
def test_two_letters_stand_for_a_person(name, letters):
    assert initials(name) == letters


def test_numbers_have_their_noun():
    assert [count(1, "item"), count(0, "item"), count(1200, "entry", "entries")] == ["1 item", "0 items", "1,200 entries"]


def test_an_address_changes_one_filter_and_forgets_the_page(app):
    with app.test_request_context("/?by=age&words=a%26b&page=3&edit=A1"):
        assert address(mine=True) == "/?by=age&words=a%26b&mine=1"
        assert address(by=None) == "/?words=a%26b"
        assert address("/items.csv", page=None) == "/items.csv?by=age&words=a%26b"
        assert staying() == "/?by=age&words=a%26b&page=3"


class Told:
    def __init__(self, verb, old=None, new=None, by="Ada", via=None):
        self.verb, self.old, self.new, self.by, self.via = verb, old, new, by, via


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Told("decided", {"claim": "open"}, {"claim": "wont_do", "reason": "too late"}), "claimed it won’t do: too late"),
        (
            Told("decided", {}, {"owners": ["Ada", "Edith"], "due": None}),
            "set the owner to Ada, Edith, took the due date away",
        ),
        (Told("stated", {}, {"claim": "done"}), "claimed it done"),
        (Told("decided", {}, {"hidden": "2026-11-24"}), "hid it as no action item"),
        (Told("reworded", {"text": "old"}, {"text": "new"}), "reworded it, from “old”"),
        (Told("something new"), "something new"),
    ],
)
def test_an_event_is_the_end_of_a_sentence(event, said):
    assert event_words(event) == said


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Told("decided", {}, {"claim": "done"}), "Ada claimed it done"),
        (Told("found", via="import"), "Its document asks for it, imported by Ada"),
        (Told("found", via="text"), "Its document asks for it, saved by Ada"),
        (Told("found", via="form"), "Ada added it"),
        (Told("found", by=None, via="import"), "Its document asks for it"),
        (Told("stated", {}, {"claim": "done"}, via="import"), "Its document claimed it done, imported by Ada"),
        (Told("stated", {}, {"owners": ["Bo"]}, by=None), "Its document set the owner to Bo"),
        (Told("vanished", via="text"), "Its document no longer has it, saved by Ada"),
    ],
)
def test_what_a_document_says_is_not_said_by_who_brought_it(event, said):
    assert event_sentence(event) == said
