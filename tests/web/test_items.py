"""The page of one item, and what can be done with it."""

import pytest

from tests.web.pages import browser, send, words
from tests.web.world import INTERNAL, create


@pytest.fixture
def editor(app, cast, world):
    return browser(app, cast.editor)


def test_a_page_says_where_an_item_is_asked_for_and_what_happened(editor, world):
    send(editor, "/", f"/items/{world.open_key}/claim", claim="done")
    page = words(editor.get(f"/items/{world.open_key}").text)
    assert "Write the runbook for recycling a node" in page
    assert "A node hangs" in page
    assert "Edith claimed it done" in page


def test_the_document_asks_for_it_whoever_imported_that(app, cast, session, editor):
    slug = create(session, INTERNAL, "node.md", by=cast.admin).slug
    session.commit()
    send(editor, f"/incidents/{slug}", f"/incidents/{slug}/items", text="Buy a bigger disk")
    texts = {row["text"]: row["key"] for row in editor.get("/items.json?state=all").json["rows"]}
    imported = words(editor.get(f"/items/{texts['Alert on a full disk']}").text)
    assert "Its document asks for it, imported by" in imported and "found it" not in imported
    assert "Edith added it · A node hangs" in words(editor.get(f"/items/{texts['Buy a bigger disk']}").text)


def test_its_key_may_be_written_small(editor, world):
    assert editor.get(f"/items/{world.open_key.lower()}").status_code == 200


def test_reopening_says_so_in_the_document(editor, world):
    before = editor.get(f"/incidents/{world.internal}/document.md").data
    send(editor, "/", f"/items/{world.open_key}/claim", claim="done")
    send(editor, "/", f"/items/{world.open_key}/claim", claim="open")
    assert editor.get(f"/incidents/{world.internal}/document.md").data == before


def test_what_is_no_item_leaves_every_list_and_comes_back_by_undo(editor, world):
    answer = send(editor, "/", f"/items/{world.untold_key}/hide")
    page = editor.get(answer.location).text
    assert f"{world.untold_key} is not an action item." in page
    keys = [row["key"] for row in editor.get("/items.json?state=all").json["rows"]]
    assert world.untold_key not in keys
    undo = page.partition('action="/undo/')[2].partition('"')[0]
    send(editor, "/", f"/undo/{undo}")
    keys = [row["key"] for row in editor.get("/items.json?state=all").json["rows"]]
    assert world.untold_key in keys


def test_hidden_everywhere_means_in_every_document_where_that_text_stands(editor, world):
    chores = [row for row in editor.get("/items.json?state=all").json["rows"] if row["text"] == "Write this report"]
    assert len(chores) == 2
    send(editor, "/", f"/items/{chores[0]['key']}/hide", everywhere="1")
    left = [row["text"] for row in editor.get("/items.json?state=all").json["rows"]]
    assert "Write this report" not in left


def test_an_item_is_joined_to_another_and_counts_once(editor, world):
    same = [row["key"] for row in editor.get("/items.json?state=open").json["rows"] if "runbook" in row["text"]]
    assert len(same) == 2
    answer = send(editor, "/", f"/items/{same[0]}/join", into=same[1].lower())
    assert answer.location == f"/items/{same[1]}"
    open_ones = editor.get("/items.json?state=open").json["rows"]
    assert [(row["key"], row["mentions"]) for row in open_ones if "runbook" in row["text"]] == [(same[1], 2)]
    assert "asked for 2 times since 2023" in words(editor.get("/").text)


@pytest.mark.parametrize("into", ["", "A1", "nothing"])
def test_an_item_is_joined_to_an_existing_other_one_only(editor, world, into):
    into = world.open_key if into == "A1" else into
    assert send(editor, "/", f"/items/{world.open_key}/join", into=into).status_code in (404, 422)


def test_a_claim_that_does_not_exist_is_refused(editor, world):
    assert send(editor, "/", f"/items/{world.open_key}/claim", claim="finished").status_code == 422


def test_won_t_do_needs_a_reason_and_shows_it(editor, world):
    assert send(editor, "/", f"/items/{world.open_key}/claim", claim="wont_do").status_code == 422
    send(editor, "/", f"/items/{world.open_key}/claim", claim="wont_do", reason="we bought a bigger machine")
    assert "we bought a bigger machine" in editor.get("/?state=closed").text


def test_several_owners_are_all_shown_and_none_is_lost_by_changing_something_else(editor, world):
    fields = {"owner": "Grace, Ada", "due": "", "priority": "", "claim": "open", "reason": ""}
    send(editor, "/", f"/items/{world.open_key}", **fields)
    page = editor.get(f"/items/{world.open_key}").text
    assert 'value="Grace, Ada"' in page
    for address in (f"/?edit={world.open_key}", f"/incidents/{world.internal}?edit={world.open_key}"):
        assert 'name="owner" value="Grace, Ada"' in editor.get(address).text, address
    send(editor, "/", f"/items/{world.open_key}", **fields | {"priority": "P1"})
    [row] = [row for row in editor.get("/items.json").json["rows"] if row["key"] == world.open_key]
    assert (row["owner"], row["priority"]) == ("Grace, Ada", "P1")


def test_a_form_that_is_sent_back_keeps_what_was_typed_and_where_it_came_from(editor, world):
    given = {"owner": "Grace", "due": "", "priority": "", "claim": "wont_do", "reason": "", "next": "/?by=age"}
    answer = send(editor, "/", f"/items/{world.open_key}", **given)
    assert answer.headers["Content-Location"] == f"/items/{world.open_key}"
    assert 'name="next" value="/?by=age"' in answer.text and 'value="Grace"' in answer.text
    answer = send(editor, "/", f"/items/{world.open_key}", **given | {"reason": "too late"})
    assert answer.location == "/?by=age"
