"""DESIGN §2, "What closing writes", row by row: the item's line as it stands, done, and reopened."""

from datetime import date

import pytest

from tests.postmortem.edit.changed import changed_lines
from tracker.domain.claims import Claim
from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.edit import set_claim
from tracker.postmortem.merge import merge
from tracker.postmortem.reader import read

DAY = date(2026, 11, 24)
HEAD = "# Down\n\n## Timeline\n\n- 14:30 It broke.\n\n"


def document(items: str, heading: str = "## Action items") -> Postmortem:
    return read(f"{HEAD}{heading}\n\n{items}\n\n## Lessons learned\n\nTest more.\n".encode())


def written(pm: Postmortem, n: int, claim: Claim, **more) -> str | None:
    """The item's line after `claim` was set; None where nothing is written."""
    after = set_claim(pm, n, claim, **({"day": DAY} | more))
    if after == pm.source:
        return None
    [(_, line)] = changed_lines(pm.source, after)
    again = read(after).items[n]
    assert again.state is claim or (claim is not Claim.DONE and not again.state.is_closed)
    return line.decode()


TABLE = "| Action | Owner | Status |\n|---|---|---|\n"
ROW = "| Action | Owner |\n|---|---|\n"
PADDED = "| Action       | Status |\n|--------------|--------|\n"

CLOSING = {
    "task": ("- [ ] a thing to do", "- [x] a thing to do"),
    "task without a space": ("- [] a thing to do", "- [x] a thing to do"),
    "task in a numbered list": ("1. [ ] a thing to do", "1. [x] a thing to do"),
    "task in a document that ticks with X": ("- [ ] a thing to do\n- [X] another", "- [X] a thing to do"),
    "row with a status column": (TABLE + "| a thing | Ada | Open |", "| a thing | Ada | Done |"),
    "the column's own word": (TABLE + "| a thing | Ada | TODO |\n| b | Bob | Completed |", "| a thing | Ada | Completed |"),
    "the column's own emphasis": (TABLE + "| a thing | Ada | **Open** |", "| a thing | Ada | **Done** |"),
    "the column's emoji": (TABLE + "| a thing | Ada | ❌ |\n| b | Bob | ✅ |", "| a thing | Ada | ✅ |"),
    "an empty status cell": (TABLE + "| a thing | Ada |  |", "| a thing | Ada | Done |"),
    "a status cell without spaces": (TABLE + "|a thing|Ada||", "|a thing|Ada| Done |"),
    "a status cell with a link": (
        TABLE + "| a thing | Ada | [#7](https://x.example/7) |",
        "| a thing | Ada | [#7](https://x.example/7) Done |",
    ),
    "a table drawn with spaces": (PADDED + "| a thing here | TODO   |", "| a thing here | Done   |"),
    "row without a status column": (ROW + "| a thing | Ada |", "| a thing (done 2026-11-24) | Ada |"),
    "bullet": ("- a thing to do", "- a thing to do (done 2026-11-24)"),
    "numbered": ("1. a thing to do.", "1. a thing to do. (done 2026-11-24)"),
    "before hard-break spaces": ("- a thing to do  ", "- a thing to do (done 2026-11-24)  "),
    "at the end of its first own block": (
        "- a thing to do\n  on two lines\n\n  - a note",
        "  on two lines (done 2026-11-24)",
    ),
    "before a colon that introduces a list": (
        "- look at these things:\n  - one\n  - two",
        "- look at these things (done 2026-11-24):",
    ),
    "behind a link": ("- see [the fix](https://x.example/1)", "- see [the fix](https://x.example/1) (done 2026-11-24)"),
    "the document's own mark": ("- a thing to do\n- another (DONE)", "- a thing to do (DONE)"),
    "the document's emoji in front": ("- a thing to do\n- ✅ another thing", "- ✅ a thing to do"),
    "struck through as the others are": ("- a thing to do\n- ~~another thing~~", "- ~~a thing to do~~"),
    "paragraph": ("Write a runbook for the cluster.", "Write a runbook for the cluster. (done 2026-11-24)"),
}


@pytest.mark.parametrize("case", CLOSING)
def test_closing_writes_the_mark_of_the_items_habit(case):
    items, line = CLOSING[case]
    assert written(document(items), 0, Claim.DONE) == line


@pytest.mark.parametrize("case", CLOSING)
def test_reopening_what_was_closed_here_leaves_it_open_and_undo_gives_the_first_bytes(case):
    pm = document(CLOSING[case][0])
    closed = set_claim(pm, 0, Claim.DONE, day=DAY)
    reopened = read(set_claim(read(closed), 0, Claim.OPEN, day=None))
    assert not reopened.items[0].state.is_closed
    assert reopened.items[0].text == pm.items[0].text
    assert merge(closed, closed, pm.source).text == pm.source


def test_a_heading_item_is_marked_in_its_paragraph_else_before_its_closing_signs():
    pm = document("### 1. Write a runbook\n\nFor the whole cluster.\n\n### 2. Replace the old disks ###")
    assert [item.slots.habit for item in pm.items] == ["heading", "heading"]
    assert written(pm, 0, Claim.DONE) == "For the whole cluster. (done 2026-11-24)"
    assert written(pm, 1, Claim.DONE) == "### 2. Replace the old disks (done 2026-11-24) ###"


REOPENING = {
    "task": ("- [x] a thing to do", "- [ ] a thing to do"),
    "our mark": ("- a thing to do (done 2026-01-02)", "- a thing to do"),
    "our mark in a row": (ROW + "| a thing (done 2026-01-02) | Ada |", "| a thing | Ada |"),
    "a mark of the document": ("- a thing to do (DONE)", "- a thing to do"),
    "an emoji": ("- a thing to do ✅", "- a thing to do"),
    "struck through": ("- ~~a thing to do~~", "- a thing to do"),
    "a mark that says more": ("- a thing to do (done in #123 by Ada)", "- a thing to do (done in #123 by Ada) (open)"),
    "the column's open word": (TABLE + "| a thing | Ada | Done |\n| b | Bob | Todo |", "| a thing | Ada | Todo |"),
    "no open word known": (TABLE + "| a thing | Ada | Done |", "| a thing | Ada | Open |"),
    "done by a sub-bullet": ("- a thing to do\n  - This has been done.", "- a thing to do (open)"),
}


@pytest.mark.parametrize("case", REOPENING)
def test_reopening_takes_the_mark_away_or_says_open(case):
    items, line = REOPENING[case]
    pm = document(items)
    assert pm.items[0].state is Claim.DONE
    assert written(pm, 0, Claim.OPEN) == line


def test_what_its_groups_heading_says_is_contradicted_by_our_mark_and_believed_again_without_it():
    pm = document("### Done\n\n- a thing to do\n\n### Open\n\n- another")
    assert written(pm, 0, Claim.DONE) is None
    assert written(pm, 0, Claim.OPEN) == "- a thing to do (open)"
    reopened = read(set_claim(pm, 0, Claim.OPEN, day=None))
    assert set_claim(reopened, 0, Claim.DONE, day=DAY) == pm.source


WONT_DO = {
    "task": ("- [ ] a thing to do", "- [ ] a thing to do (won't do: too dear)"),
    "ticked task": ("- [x] a thing to do", "- [ ] a thing to do (won't do: too dear)"),
    "bullet": ("- a thing to do", "- a thing to do (won't do: too dear)"),
    "in the place of our mark": ("- a thing to do (done 2026-01-02)", "- a thing to do (won't do: too dear)"),
    "row": (ROW + "| a thing | Ada |", "| a thing (won't do: too dear) | Ada |"),
    "an emoji by its name": ("- a thing :heavy_check_mark:", "- a thing :heavy_check_mark: (won't do: too dear)"),
    "status column": (TABLE + "| a thing | Ada | Open |", "| a thing (won't do: too dear) | Ada | Won't do |"),
}


@pytest.mark.parametrize("case", WONT_DO)
def test_wont_do_writes_its_reason(case):
    items, line = WONT_DO[case]
    assert written(document(items), 0, Claim.WONT_DO, reason="too dear") == line


@pytest.mark.parametrize(
    "reason", ["a | b", "see (this)", "it's *not* `worth` it_really_", "(", "[x](y)", "<b>no</b>", "#7 & more", "two\nlines"]
)
@pytest.mark.parametrize("items", ["- a thing to do", ROW + "| a thing | Ada |"])
def test_any_reason_is_read_back_or_refused(items, reason):
    pm = document(items)
    try:
        after = read(set_claim(pm, 0, Claim.WONT_DO, day=None, reason=reason))
    except Invalid:
        pytest.fail("refused")
    plain = " ".join(reason.split())
    assert after.items[0].reason in (plain, plain.replace("(", "[").replace(")", "]"))


def test_wont_do_needs_a_reason():
    with pytest.raises(Invalid, match="why"):
        set_claim(document("- a thing to do"), 0, Claim.WONT_DO, day=None, reason="  ")


def test_in_progress_and_blocked_go_into_a_status_column_only():
    pm = document(TABLE + "| a thing | Ada | Open |\n| b | Bob | In Progress |")
    assert written(pm, 0, Claim.IN_PROGRESS) == "| a thing | Ada | In Progress |"
    assert written(pm, 0, Claim.BLOCKED) == "| a thing | Ada | Blocked |"
    assert written(document("- a thing to do"), 0, Claim.IN_PROGRESS) is None
    assert written(document("- [ ] a thing to do"), 0, Claim.BLOCKED) is None


def test_triage_writes_no_day_and_real_writes_nothing():
    assert written(document("- a thing to do"), 0, Claim.DONE, day=None) == "- a thing to do (done)"
    assert written(document("- a thing to do"), 0, Claim.OPEN, day=None) is None


def test_what_the_document_says_already_is_not_written_again():
    assert written(document("- a thing to do (DONE)"), 0, Claim.DONE) is None
    assert written(document("- a thing (won't do: no)"), 0, Claim.WONT_DO, reason="no") is None


def test_line_ends_and_a_byte_order_mark_stay():
    pm = document("- a thing to do\n- another")
    crlf = read(b"\xef\xbb\xbf" + pm.source.replace(b"\n", b"\r\n"))
    after = set_claim(crlf, 1, Claim.DONE, day=DAY)
    assert changed_lines(crlf.source, after) == [(b"- another\r", b"- another (done 2026-11-24)\r")]


def test_a_document_that_cannot_take_it_is_left_alone(monkeypatch):
    """The guard: where reading the result finds anything else changed, nothing is written."""
    monkeypatch.setattr("tracker.postmortem.edit.claims.only_item_changed", lambda *_: False)
    with pytest.raises(Invalid, match="The tracker holds it"):
        set_claim(document("- a thing to do"), 0, Claim.DONE, day=DAY)
