"""Where an item's values stand in its own document: what the splicer relies on, by habit."""

import pytest

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Item, Span
from tracker.postmortem.reader import read


def item(body: str, n: int = 0) -> tuple[Item, bytes]:
    """The n-th item of a document whose action items are `body`."""
    data = f"# T\n\n**Date:** 2023-05-04\n\n## Action items\n\n{body}\n".encode()
    return read(data).items[n], data


def at(data: bytes, span: Span | None) -> str | None:
    return None if span is None else data[span.start : span.end].decode()


@pytest.mark.parametrize(
    ("body", "habit", "mark", "state"),
    [
        ("- [ ] Do it", "task", "[ ]", Claim.OPEN),
        ("- [X] Do it", "task", "[X]", Claim.DONE),
        ("- [] Do it", "task", "[]", Claim.OPEN),
        ("1. Do it (DONE)", "text", "(DONE)", Claim.DONE),
        ("- Do it **(Done in May)**", "text", "**(Done in May)**", Claim.DONE),
        ("- ✅ Do it", "text", "✅", Claim.DONE),
        ("- ~~Do it~~", "text", "~~Do it~~", Claim.DONE),
        ("- Do it - done", "text", "done", Claim.DONE),
        ("- WIP: do it", "text", "WIP", Claim.IN_PROGRESS),
        ("- Do it (done 2023-05-09)", "text", " (done 2023-05-09)", Claim.DONE),
        ("- Do it (done)", "text", " (done)", Claim.DONE),
        ("- Do it (open)", "text", " (open)", Claim.OPEN),
        ("- Do it (won't do: it is gone (all of it))", "text", " (won't do: it is gone (all of it))", Claim.WONT_DO),
        ("| Action | Owner |\n|---|---|\n| Do it | Ana |", "row", None, Claim.OPEN),
        ("| Action | Status |\n|---|---|\n| Do it | **Done** |", "status_cell", "**Done**", Claim.DONE),
        ("| Action | Status |\n|---|---|\n| Do it |  |", "status_cell", "", Claim.OPEN),
    ],
)
def test_the_mark_of_an_item_is_its_own_bytes(body: str, habit: str, mark: str | None, state: Claim) -> None:
    found, data = item(body)
    assert (found.slots.habit, at(data, found.slots.mark), found.state) == (habit, mark, state)
    assert found.text.casefold() == "do it"


@pytest.mark.parametrize(
    ("body", "before_the_mark"),
    [
        ("- Do it  \n  in two lines", "- Do it  \n  in two lines"),
        ("- Do **it**", "- Do **it**"),
        ("- Do it\n\n  A second paragraph.", "- Do it"),
        ("- Do it\n  - with a detail", "- Do it"),
        ("- Do it [ticket](https://t.example/1)", "- Do it [ticket](https://t.example/1)"),
        ("| Action | Owner |\n|---|---|\n|  Do it  | Ana |", "| Action | Owner |\n|---|---|\n|  Do it"),
    ],
)
def test_a_mark_goes_to_the_end_of_the_first_own_block(body: str, before_the_mark: str) -> None:
    found, data = item(body)
    assert data[: found.slots.end].decode().endswith(before_the_mark)


def test_a_heading_that_is_an_item_takes_its_mark_in_its_paragraph() -> None:
    found, data = item("### 1. Do it ###\n\nAs soon as we can.")
    assert found.slots.habit == "heading"
    assert data[: found.slots.end].endswith(b"As soon as we can.")
    bare, data = item("### 1. Restart the queue every night ###\n\n### 2. Watch it as well, day and night")
    assert data[: bare.slots.end].endswith(b"every night")


@pytest.mark.parametrize(
    ("body", "owner", "due", "priority"),
    [
        ("- Do it (@ana)", "@ana", None, None),
        ("- Do it (Ana, by 2023-06-01)", "Ana", "by 2023-06-01", None),
        ("- Do it (due 2023-06-01)", None, "2023-06-01", None),
        ("- Do it (@ana) (until June 1, 2023)", "@ana", "June 1, 2023", None),
        ("- Do it, owner: Ana, due 2023-06-01", "Ana", "2023-06-01", None),
        ("- [P1] Do it — Ana Lind", "Ana Lind", None, "P1"),
        ("- Do it. Owner: Ana; Due: 2023-06-01", "Ana", "2023-06-01", None),
        ("- Do it（担当：佐藤、期限：2023-06-01）", "佐藤", "2023-06-01", None),
        ("| Action | Owner | Due | Prio |\n|-|-|-|-|\n| Do it | Ana | 2023-06-01 | high |", "Ana", "2023-06-01", "high"),
    ],
)
def test_owner_due_and_priority_know_their_bytes(
    body: str, owner: str | None, due: str | None, priority: str | None
) -> None:
    found, data = item(body)
    slots = found.slots
    assert (at(data, slots.owner), at(data, slots.due)) == (owner, due)
    assert priority is None or priority in (at(data, slots.priority) or "")
    assert found.text.rstrip(".") == "Do it"
    assert (found.due is None) == (due is None)
    assert (found.priority is None) == (priority is None)


@pytest.mark.parametrize(
    "body",
    [
        "- Revert to the default",
        "- Ability to add a node",
        "- Add a node (see above)",
        "- Fix it [link](https://t.example)",
        "- Node - 3 of them",
    ],
)
def test_what_looks_like_an_owner_is_none(body: str) -> None:
    assert item(body)[0].owners == ()


@pytest.mark.parametrize(
    "body", ["- Do it (due to the outage of 2023-06-01)", "- Do it (by hand)", "- Do it (since 2023-06-01)"]
)
def test_what_looks_like_a_due_date_is_none(body: str) -> None:
    found, _ = item(body)
    assert found.due is None
    assert found.text == body.removeprefix("- ")


def test_the_words_of_a_status_column_and_the_mark_of_a_list_are_known() -> None:
    table = "| Action | Status |\n|---|---|\n| a | Erledigt |\n| b | offen |"
    found, _ = item(table)
    assert (found.slots.closed_word, found.slots.open_word) == ("Erledigt", "offen")
    marked, _ = item("- One (DONE)\n- Two (DONE)\n- Three", 2)
    assert marked.slots.document_mark == " (DONE)"
    first, _ = item("- ✅ One\n- Two", 1)
    assert first.slots.document_mark == "✅ "


def test_a_state_that_a_group_or_a_sub_bullet_gives_is_no_splice() -> None:
    grouped, _ = item("### Done\n\n- One")
    told, _ = item("- One\n  - This has been done")
    status, _ = item("- One\n  - Status: Completed")
    assert [(i.state, i.slots.by_group, i.slots.mark) for i in (grouped, told, status)] == [(Claim.DONE, True, None)] * 3


def test_new_entries_and_items_have_a_place() -> None:
    data = b"# T\n\n## Timeline\n\n- 2023-05-04 10:00 a\n- 11:00 b\n\n## Action items\n\n- c\n\n## More\n"
    postmortem = read(data)
    assert postmortem.timeline_end is not None
    assert data[: postmortem.timeline_end].rstrip().endswith(b"- 11:00 b")
    assert postmortem.items_end is not None
    assert data[: postmortem.items_end].rstrip().endswith(b"- c")
