"""Triage: items that nobody has said anything about, one, an incident or a year at a time, with undo."""

import re

import pytest

from tests.web.pages import browser, send, token_of, words
from tests.web.world import checksum


@pytest.fixture
def editor(app, cast, world):
    return browser(app, cast.editor)


def waiting(client):
    return re.findall(r'<li id="(A\d+)"', client.get("/triage").text)


def claims(client):
    return {row["key"]: row["claim"] for row in client.get("/items.json?state=all").json["rows"]}


def test_items_stand_by_year_and_incident_newest_first(editor):
    page = words(editor.get("/triage").text.partition('id="triage"')[2])
    order = ["2024", "A node hangs", "Page somebody", "Write this report", "2023", "The site is down", "Page somebody"]
    at = -1
    for text in order:
        at = page.index(text, at + 1)


@pytest.mark.parametrize(
    ("act", "claim"), [("real", "open"), ("done", "done"), ("wont_do", "wont_do"), ("not_item", None), ("nowhere", None)]
)
def test_an_act_on_one_item_leaves_the_others(editor, world, act, claim):
    before = waiting(editor)
    answer = send(editor, "/triage", "/triage", **{act: world.untold_key, "reason": "too late"})
    assert answer.status_code == 303
    assert waiting(editor) == [key for key in before if key != world.untold_key] or act == "nowhere"
    assert claims(editor).get(world.untold_key) == claim


def test_an_incident_and_a_year_are_done_with_at_once(editor, world):
    keys = waiting(editor)
    send(editor, "/triage", "/triage", real=f"incident:{world.internal}")
    assert len(waiting(editor)) == 2 and set(waiting(editor)) < set(keys)
    send(editor, "/triage", "/triage", done="year:2023")
    assert waiting(editor) == []
    assert "Nothing waits" in editor.get("/triage").text


def test_everything_of_an_act_is_undone_together(editor, world, session):
    before = {"items": claims(editor), "document": editor.get(f"/incidents/{world.internal}/document.md").data}
    answer = send(editor, "/triage", "/triage", done=f"incident:{world.internal}")
    page = editor.get(answer.location).text
    assert "2 items are done." in page
    assert editor.get(f"/incidents/{world.internal}/document.md").data.count(b"(done)") == 2, (
        "without a day: nobody knows it"
    )
    send(editor, "/triage", re.search(r'action="(/undo/\w+)"', page)[1])
    after = {"items": claims(editor), "document": editor.get(f"/incidents/{world.internal}/document.md").data}
    assert after == before


def test_real_writes_nothing_into_the_document(editor, world):
    before = editor.get(f"/incidents/{world.internal}/document.md").data
    send(editor, "/triage", "/triage", real=world.untold_key)
    assert editor.get(f"/incidents/{world.internal}/document.md").data == before
    assert "not yet in the document" not in editor.get(f"/incidents/{world.internal}").text


def test_won_t_do_asks_why_on_the_page_itself(editor, world):
    page = editor.get(f"/triage?ask={world.untold_key}").text
    form = page.partition('class="why"')[2].partition("</form>")[0]
    assert 'name="reason" required' in form and f'name="wont_do" value="{world.untold_key}"' in form
    assert send(editor, "/triage", "/triage", wont_do=world.untold_key).status_code == 422
    assert claims(editor)[world.untold_key] == "not_stated"


def test_a_script_gets_the_same_in_json(editor, world):
    data = {"csrf_token": token_of(editor.get("/triage").text), "done": world.untold_key}
    answer = editor.post("/triage", data=data, headers={"Accept": "application/json"})
    assert answer.json["text"] == f"{world.untold_key} is done." and answer.json["keys"] == [world.untold_key]
    undo = editor.post(
        f"/undo/{answer.json['undo']}", data={"csrf_token": data["csrf_token"]}, headers={"Accept": "application/json"}
    )
    assert undo.json == {"text": "Undone."}
    again = editor.post("/triage", data=data | {"done": "A99999"}, headers={"Accept": "application/json"})
    assert again.status_code == 404 and again.json["error"]


def test_somebody_else_was_quicker(editor, world):
    send(editor, "/triage", "/triage", real=world.untold_key)
    answer = send(editor, "/triage", "/triage", done=world.untold_key)
    assert answer.status_code == 404 and "Somebody has said something about these already" in words(answer.text)
    assert claims(editor)[world.untold_key] == "open"


@pytest.mark.parametrize("fields", [{}, {"real": "A1", "done": "A1"}, {"real": "incident:no-such"}, {"real": "year:none"}])
def test_what_makes_no_sense_changes_nothing(editor, session, fields):
    page = editor.get("/triage").text
    before = checksum(session)
    answer = editor.post("/triage", data={"csrf_token": token_of(page), **fields})
    assert answer.status_code in (404, 422)
    assert checksum(session) == before
