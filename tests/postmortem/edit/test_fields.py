import pytest

from tests.postmortem.edit.changed import changed_lines
from tracker.domain.errors import Invalid
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.edit import set_field, set_text
from tracker.postmortem.reader import read

TABLE = "| Action | Owner | Due | Priority | Ticket |\n|---|---|---|---|---|\n"


def document(items: str) -> Postmortem:
    return read(f"# Down\n\n## Timeline\n\n- 14:30 It broke.\n\n## Action items\n\n{items}\n".encode())


def line(pm: Postmortem, after: bytes | None) -> str:
    assert after is not None
    [(_, changed)] = changed_lines(pm.source, after)
    return changed.decode()


@pytest.mark.parametrize(
    ("items", "field", "value", "written"),
    [
        (TABLE + "| a thing | Ada | | | |", "owner", "Bob", "| a thing | Bob | | | |"),
        (TABLE + "| a thing | Ada | | | |", "owner", None, "| a thing |  | | | |"),
        (TABLE + "| a thing |  | | | |", "owner", "Bob, Eve", "| a thing | Bob, Eve | | | |"),
        (TABLE + "| a thing |  |  | | |", "due", "2026-12-01", "| a thing |  | 2026-12-01 | | |"),
        (TABLE + "| a thing |  |  | P2 | |", "priority", "P0", "| a thing |  |  | P0 | |"),
        ("- a thing to do (owner: Ada)", "owner", "Bob", "- a thing to do (owner: Bob)"),
        ("- a thing to do (owner: Ada)", "owner", None, "- a thing to do"),
        ("- a thing to do – @ada", "owner", None, "- a thing to do"),
        ("- a thing to do (due 2024-04-01)", "due", None, "- a thing to do"),
        ("- a thing to do (due 2024-04-01)", "due", "2025-01-01", "- a thing to do (due 2025-01-01)"),
        ("- a thing to do, owner: Ada, due 2024-04-01", "due", None, "- a thing to do, owner: Ada"),
        ("- a thing to do (@ada)", "owner", "bob", "- a thing to do (@bob)"),
        ("- a thing to do (due: 2026-01-01)", "due", "2026-12-01", "- a thing to do (due: 2026-12-01)"),
        ("- [P2] a thing to do", "priority", "P0", "- [P0] a thing to do"),
        ("- see [#7](https://x.example/7)", "ticket", "https://x.example/8", "- see [#7](https://x.example/8)"),
    ],
)
def test_a_value_is_written_where_the_document_has_a_place_for_it(items, field, value, written):
    pm = document(items)
    owners = (value.split(", ") if value else []) if field == "owner" else None
    if field == "owner" and value and "@" in items:
        owners = ["@bob"]
        value = "@bob"
    assert line(pm, set_field(pm, 0, field, value)) == written
    again = read(set_field(pm, 0, field, value) or b"").items[0]
    if owners is not None:
        assert list(again.owners) == owners


@pytest.mark.parametrize("field", ["owner", "due", "priority"])
def test_a_document_without_a_place_is_not_written(field):
    values = {"owner": "Ada", "due": "2026-12-01", "priority": "P1"}
    assert set_field(document("- a thing to do"), 0, field, values[field]) is None


@pytest.mark.parametrize(
    ("field", "value", "written"),
    [
        ("owner", "Ada", "- [ ] a thing to do (owner: Ada)"),
        ("due", "2026-12-01", "- [ ] a thing to do (due: 2026-12-01)"),
        ("priority", "P1", "- [ ] a thing to do (P1)"),
        ("ticket", "https://x.example/7", "- [ ] a thing to do (https://x.example/7)"),
    ],
)
def test_in_a_document_born_here_the_value_goes_behind_the_text(field, value, written):
    pm = document("- [ ] a thing to do")
    assert line(pm, set_field(pm, 0, field, value, born_here=True)) == written


def test_values_of_an_item_born_here_go_before_our_mark():
    pm = document("- a thing to do (done 2026-11-24)")
    assert line(pm, set_field(pm, 0, "owner", "Ada", born_here=True)) == "- a thing to do (owner: Ada) (done 2026-11-24)"


def test_a_value_that_is_there_already_is_not_written():
    pm = document("- a thing to do (owner: Ada)")
    assert set_field(pm, 0, "owner", "Ada") == pm.source


def test_a_bar_in_a_cell_is_escaped():
    pm = document(TABLE + "| a thing | Ada | | | |")
    assert line(pm, set_text(pm, 0, "read a | b")) == "| read a \\| b | Ada | | | |"


@pytest.mark.parametrize(
    ("items", "text", "written"),
    [
        ("- [x] a thing to do (owner: Ada)", "another thing", "- [x] another thing (owner: Ada)"),
        ("1. a thing to do (done 2026-01-02)", "another thing", "1. another thing (done 2026-01-02)"),
        ("- **a bold** thing", "another thing", "- another thing"),
        ("- a thing", "a `new` *thing* to [do](https://x.example)", "- a `new` *thing* to [do](https://x.example)"),
        (TABLE + "| a thing | Ada | | | |", "another thing", "| another thing | Ada | | | |"),
    ],
)
def test_a_new_text_takes_the_old_ones_place_and_nothing_else(items, text, written):
    pm = document(items)
    assert line(pm, set_text(pm, 0, text)) == written


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_item_needs_a_text(text):
    with pytest.raises(Invalid, match="what is to be done"):
        set_text(document("- a thing"), 0, text)


def test_a_name_that_is_part_of_the_sentence_is_not_replaced():
    pm = document("- Ada to write a runbook")
    if pm.items[0].owners:
        with pytest.raises(Invalid, match="owner"):
            set_field(pm, 0, "owner", None)
