"""Whatever people type, an edit is either found again as it was written, or refused; the rest of the document stays."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.postmortem.edit.changed import values
from tracker.domain.claims import Claim
from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.edit import add_entry, add_item, set_claim, set_field, set_text
from tracker.postmortem.reader import read

HEAD = "# Down\n\n**Date:** 2018-01-25\n\n## Timeline\n\n- 14:30 It broke.\n\n## Action items\n\n"
ITEMS = {
    "bullets": "- a thing to do\n- another thing (DONE)\n",
    "tasks": "- [ ] a thing to do\n- [x] another thing\n",
    "numbers": "1. a thing to do\n\n   more of it\n2. another thing\n",
    "table": "| Action | Owner | Due | Status |\n|--|--|--|--|\n| a thing | Ada | | Open |\n| another | Bob | | Done |\n",
    "paragraph": "We will do a thing.\n",
}
HABITS = st.sampled_from(sorted(ITEMS))
MARKS = st.sampled_from(
    [
        "a thing",
        "*",
        "**",
        "_",
        "`",
        "|",
        "[",
        "]",
        "(",
        ")",
        "<b>",
        "<!--",
        "#",
        "- ",
        "1. ",
        "~~",
        "\\",
        "&lt;",
        "://x",
        ":",
        "\n",
        "é",
        "(done)",
    ]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(MARKS, max_size=8).map("".join))


def document(habit: str) -> Postmortem:
    return read((HEAD + ITEMS[habit] + "\n## Lessons learned\n\nTest more.\n").encode())


def others(pm: Postmortem, n: int) -> list[object]:
    found = values(pm)
    return found[: n + 1] + found[n + 2 :]


@given(HABITS, TEXTS)
def test_a_text(habit, text):
    pm = document(habit)
    try:
        after = read(set_text(pm, 0, text))
    except Invalid:
        return
    assert others(after, 0) == others(pm, 0)
    assert after.items[0].state is pm.items[0].state


@given(HABITS, TEXTS)
def test_a_reason(habit, reason):
    pm = document(habit)
    try:
        after = read(set_claim(pm, 0, Claim.WONT_DO, day=None, reason=reason))
    except Invalid:
        return
    assert after.items[0].state is Claim.WONT_DO
    assert others(after, 0) == others(pm, 0)


@given(HABITS, TEXTS, st.booleans())
def test_an_owner(habit, name, born_here):
    pm = document(habit)
    try:
        data = set_field(pm, 0, "owner", name, born_here=born_here)
    except Invalid:
        return
    if data is not None:
        assert others(read(data), 0) == others(pm, 0)


@given(HABITS, TEXTS)
def test_a_new_item(habit, text):
    pm = document(habit)
    try:
        after = read(add_item(pm, text, owner="Ada", due=date(2026, 12, 1), priority="P1"))
    except Invalid:
        return
    assert len(after.items) == len(pm.items) + 1
    assert values(after)[0] == values(pm)[0]


@given(st.sampled_from(["14:31", "13:00", "2018-01-26 09:00", "2018-01-25"]), TEXTS)
def test_a_new_entry(start, text):
    pm = document("bullets")
    try:
        after = read(add_entry(pm, start, text))
    except Invalid:
        return
    assert len(after.timeline) == len(pm.timeline) + 1
    assert values(after)[1:] == values(pm)[1:]
