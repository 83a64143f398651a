from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.postmortem.edit import add_entry, add_item
from tracker.postmortem.reader import read
from tracker.postmortem.template import HINTS, new_document

DAY = date(2026, 11, 24)
FILLED = {
    "summary": "The site was down.",
    "impact": "Nobody could sign in for an hour.",
    "timeline": "- 14:30 The deploy started.\n- 15:30 It was rolled back.",
    "cause": "An untested upgrade.",
    "well": "- The rollback was quick.",
    "wrong": "- Nobody looked at the alerts.",
    "lucky": "- It was a holiday.",
    "items": "- [ ] Test upgrades on staging (owner: Ada)\n- [ ] Alert somebody",
}


def filled() -> bytes:
    text = new_document(title="The site went down", day=DAY, severity="SEV2").decode()
    for name, words in FILLED.items():
        text = text.replace(HINTS[name], words)
    return text.encode()


def test_what_is_written_into_a_new_document_is_all_recognised():
    pm = read(filled())
    assert pm.title and pm.title.value == "The site went down"
    assert pm.date and pm.date.value == "2026-11-24"
    assert pm.severity and pm.severity.value == "SEV2"
    assert pm.summary and pm.summary.text == FILLED["summary"]
    assert pm.impact and pm.impact.text == FILLED["impact"]
    assert [(entry.start.local, entry.text) for entry in pm.timeline] == [
        ("2026-11-24T14:30", "The deploy started."),
        ("2026-11-24T15:30", "It was rolled back."),
    ]
    assert pm.root_cause and pm.root_cause.text == FILLED["cause"]
    assert pm.lessons.went_well == ("The rollback was quick.",)
    assert pm.lessons.went_wrong == ("Nobody looked at the alerts.",)
    assert pm.lessons.lucky == ("It was a holiday.",)
    assert [(item.text, item.owners) for item in pm.items] == [
        ("Test upgrades on staging", ("Ada",)),
        ("Alert somebody", ()),
    ]
    assert pm.unread == ()


def test_an_unfilled_document_says_nothing_but_its_title_and_date():
    pm = read(new_document(title="The site went down", day=DAY))
    assert pm.title and pm.title.value == "The site went down"
    assert pm.date and pm.date.value == "2026-11-24"
    assert (pm.severity, pm.timeline, pm.items, pm.summary, pm.impact, pm.root_cause) == (None, (), (), None, None, None)
    assert pm.unread == ()


def test_the_first_entry_and_the_first_item_go_into_their_sections():
    data = add_entry(read(new_document(title="Down", day=DAY)), "14:30", "It broke.")
    data = add_item(read(data), "Mend it", owner="Ada")
    pm = read(data)
    assert [entry.start.local for entry in pm.timeline] == ["2026-11-24T14:30"]
    assert [(item.text, item.owners) for item in pm.items] == [("Mend it", ("Ada",))]
    sections = [line for line in data.decode().splitlines() if line.startswith("#")]
    assert len(sections) == len(set(sections))


@pytest.mark.parametrize("title", ["# not a heading", "C#", "a | b", "  spaces  within  "])
def test_a_title_is_taken_as_it_is(title):
    pm = read(new_document(title=title, day=DAY))
    assert pm.title and pm.title.value == " ".join(title.split())


@given(st.text(max_size=60))
def test_any_title_leaves_the_date_to_be_read(title):
    pm = read(new_document(title="Outage of " + title.replace("\0", ""), day=DAY))
    assert pm.date and pm.date.value == "2026-11-24"
