"""What proves an item, as people see it and decide about it."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.web.pages import browser, send, words
from tests.web.world import NOW
from tracker.domain.claims import Claim
from tracker.services import action_items, history
from tracker.store.models import ActionItem, Evidence


@pytest.fixture
def editor(app, cast, world):
    return browser(app, cast.editor)


@pytest.fixture
def regressed_key(world, session):
    """Of the internal incident: done, and a change went past the check that proves it."""
    key = session.scalar(
        sa.select(ActionItem.key).join(Evidence, Evidence.action_item_id == ActionItem.id).where(ActionItem.claim == "done")
    )
    session.rollback()
    return key


def test_what_is_regressed_heads_the_list_with_its_cause_and_counts_as_open(editor, regressed_key):
    page = words(editor.get("/").text)
    cause = "“By hand” (dddddddd) reached hub/prod past the gate: nobody asked it"
    assert "1 regressed" in page and cause in page
    assert page.index("Alert on a full disk") < page.index("Write the runbook")
    assert [row["key"] for row in editor.get("/items.json?regressed").json["rows"]] == [regressed_key]
    first = editor.get("/items.json").json["rows"][0]
    assert (first["key"], first["evidence"], first["broke_because"]) == (regressed_key, "regressed", cause)
    assert "regressed" in editor.get("/items.csv").text.splitlines()[1]
    assert "regressed" in editor.get("/items.md").text.splitlines()[2]


def test_its_page_answers_the_questions_of_its_proof(editor, regressed_key):
    page = words(editor.get(f"/items/{regressed_key}").text)
    assert "regressed" in page and "It broke 24 Nov 2026" in page
    assert "tried on hub/prod broken since 24 Nov 2026" in page
    assert "Defined yes in the policy in force, soft" in page
    assert "Exercised no “By hand”" in page
    assert "Last refused “Merge <b>staging</b>”: nobody has attested" in page
    assert "No longer in force" in page, "its history tells it"


def test_what_somebody_has_seen_is_listed_no_more_until_that_is_undone(editor, regressed_key, session, cast):
    assert "Seen, it stays done" in editor.get(f"/items/{regressed_key}").text
    send(editor, "/", f"/items/{regressed_key}/seen")
    assert editor.get("/items.json?regressed").json["rows"] == []
    assert "has seen that it broke" in words(editor.get(f"/items/{regressed_key}").text)
    assert send(editor, "/", f"/items/{regressed_key}/seen").status_code == 409
    batch = session.execute(sa.text("SELECT batch_id FROM event WHERE verb = 'seen' ORDER BY id DESC")).scalar()
    session.rollback()
    send(editor, "/", f"/undo/{batch}")
    assert [row["key"] for row in editor.get("/items.json?regressed").json["rows"]] == [regressed_key]
    again = history.undo(session, batch_of_the_undoing(session), by=cast.editor, at=datetime.now(UTC))
    session.commit()
    assert again and editor.get("/items.json?regressed").json["rows"] == [], "taking back the taking back"


def batch_of_the_undoing(session):
    return session.execute(sa.text("SELECT batch_id FROM event WHERE verb = 'undone' ORDER BY id DESC")).scalar()


def test_a_decision_about_the_claim_is_one_about_the_evidence_and_goes_back_with_it(editor, regressed_key, session, cast):
    send(editor, "/", f"/items/{regressed_key}/claim", claim="open")
    assert editor.get("/items.json?regressed").json["rows"] == []
    assert "Not in force" in words(editor.get(f"/items/{regressed_key}").text)
    batch = session.execute(sa.text("SELECT batch_id FROM event WHERE verb = 'decided' ORDER BY id DESC")).scalar()
    session.rollback()
    send(editor, "/", f"/undo/{batch}")
    assert [row["key"] for row in editor.get("/items.json?regressed").json["rows"]] == [regressed_key]
    send(editor, "/", f"/items/{regressed_key}/claim", claim="open")
    send(editor, "/", f"/items/{regressed_key}/claim", claim="done")
    assert editor.get("/items.json?regressed").json["rows"] == [], "a person said so knowing that it broke"


def test_a_check_never_changes_a_claim_or_a_document(editor, regressed_key, session, world):
    item = session.scalar(sa.select(ActionItem).where(ActionItem.key == regressed_key))
    assert (item.claim, item.closed_on) == ("done", None)
    session.rollback()
    assert b"- [x] Alert on a full disk" in editor.get(f"/incidents/{world.internal}/document.md").data


def test_an_item_is_tied_to_a_check_and_a_proof_taken_away(editor, world):
    page = editor.get(f"/items/{world.untold_key}")
    assert "Nothing shows whether it is in force." in page.text
    form = f"/items/{world.untold_key}/prove"
    assert "curl --fail" in editor.get(form).text
    send(editor, form, check="hubs/hub/prod/tried")
    assert "tried on hub/prod" in words(editor.get(f"/items/{world.untold_key}").text)
    again = send(editor, form, check="hubs/hub/prod/tried")
    assert again.status_code == 409 and "is proven by tried there already" in again.text
    send(editor, "/", f"/items/{world.open_key}/proofs/{world.proof}/remove")
    assert "Nothing shows" in editor.get(f"/items/{world.open_key}").text
    assert send(editor, "/", f"/items/{world.open_key}/proofs/{world.restricted_proof}/remove").status_code == 404


def test_nobody_learns_of_the_evidence_of_an_item_that_they_may_not_see(app, cast, world, session):
    item = session.scalar(sa.select(ActionItem).where(ActionItem.key == world.restricted_key))
    action_items.set_claim(session, [item], Claim.DONE, by=cast.admin, at=NOW, today=NOW.date())
    evidence = session.get(Evidence, item.id)
    evidence.decided_at = None  # as if it had been done before it broke
    session.commit()
    for who, sees in ((cast.admin, True), (cast.reader, True), (cast.editor, False), (cast.stranger, False)):
        client = browser(app, who)
        listed = {row["key"] for row in client.get("/items.json?regressed").json["rows"]}
        assert (world.restricted_key in listed) is sees
        assert client.get("/items.json").json["counts"]["regressed"] == (2 if sees else 1)
        assert client.get(f"/items/{world.restricted_key}").status_code == (200 if sees else 404)
        assert (f">{world.restricted_key}<" in client.get("/").text) is sees
    stranger = browser(app, cast.editor)
    for act in (f"/items/{world.restricted_key}/seen", f"/items/{world.restricted_key}/prove"):
        assert send(stranger, "/", act).status_code == 404
