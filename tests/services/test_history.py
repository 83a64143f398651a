"""Undo takes back an act, and only that act; an undo can be undone."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, TODAY, create, document, items, owners, save, texts, verbs, waiting
from tracker.domain.claims import Claim, Visibility
from tracker.domain.errors import Conflict, NotFound
from tracker.services import action_items, documents, history
from tracker.store.models import Event, NotAnItem

A, B, C = "Add an alert on disk space", "Write the upgrade runbook", "Ask the vendor for a refund"


@pytest.fixture
def incident(session):
    return create(session, document(f"[ ] {A}", f"[ ] {B}", C)).incident


def claim(session, key, what, **how):
    how = {"by": None, "at": NOW, "today": TODAY} | how
    return action_items.set_claim(session, [items(session)[one] for one in key.split()], what, **how)


def undo(session, batch):
    return history.undo(session, batch, by=None, at=NOW)


def head(session, incident):
    return documents.head_bytes(session, incident)


def state(session):
    """Everything of the items that a person can see."""
    return {
        key: (one.claim, one.reason, one.closed_on, one.owner, one.due, one.priority, one.hidden_at, one.joined_to)
        for key, one in items(session).items()
    } | {"texts": texts(session)}


ACTS = {
    "done": lambda s: claim(s, "A1", Claim.DONE),
    "won't do": lambda s: claim(s, "A1 A3", Claim.WONT_DO, reason="too dear"),
    "triaged as real": lambda s: claim(s, "A3", Claim.OPEN, triage=True),
    "triaged as done": lambda s: claim(s, "A1 A2 A3", Claim.DONE, triage=True),
    "hidden": lambda s: action_items.hide(s, [items(s)["A2"]], everywhere=False, by=None, at=NOW),
    "hidden everywhere": lambda s: action_items.hide(s, [items(s)["A2"]], everywhere=True, by=None, at=NOW),
    "joined": lambda s: action_items.join(s, items(s)["A2"], items(s)["A1"], by=None, at=NOW),
    "owner and due": lambda s: action_items.set_fields(
        s, items(s)["A1"], {"owner": "Ada, Edith", "due": date(2026, 12, 1), "priority": "P0"}, by=None, at=NOW
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_its_undo_and_its_redo(session, incident, act):
    before, text = state(session), head(session, incident)
    batch = ACTS[act](session)
    after, changed = state(session), head(session, incident)
    assert after != before
    undone = undo(session, batch)
    assert (state(session), head(session, incident)) == (before, text)
    assert not waiting(session)
    redone = undo(session, undone)
    assert (state(session), head(session, incident)) == (after, changed)
    undo(session, redone)
    assert (state(session), head(session, incident)) == (before, text)


def test_undoing_a_text_that_was_saved_takes_back_what_it_stated(session, incident):
    before, text = state(session), head(session, incident)
    batch = save(session, incident, document(f"[x] {A}", f"[ ] {B}", C), via="text").batch
    assert items(session)["A1"].claim is Claim.DONE
    undo(session, batch)
    assert (state(session), head(session, incident)) == (before, text)


def test_an_item_that_came_with_what_is_undone_is_hidden(session, incident):
    batch = save(session, incident, document(f"[ ] {A}", f"[ ] {B}", C, "Do more"), via="text").batch
    undone = undo(session, batch)
    assert items(session)["A4"].hidden_at is not None
    undo(session, undone)
    assert items(session)["A4"].hidden_at is None and texts(session)["A4"] == "Do more"


def test_an_item_that_somebody_decided_on_meanwhile_is_not_hidden(session, incident):
    batch = save(session, incident, document(f"[ ] {A}", f"[ ] {B}", C, "[ ] Do more"), via="text").batch
    action_items.set_fields(session, items(session)["A4"], {"owner": "Ada"}, by=None, at=NOW)
    undo(session, batch)
    assert items(session)["A4"].hidden_at is None and owners(session, "A4") == ["Ada"]


def test_what_was_decided_again_since_stays(session, incident):
    batch = claim(session, "A1 A2", Claim.DONE)
    claim(session, "A1", Claim.WONT_DO, reason="too dear")
    undo(session, batch)
    assert [one.claim for one in items(session).values()] == [Claim.WONT_DO, Claim.OPEN, Claim.NOT_STATED]


def test_edits_of_the_document_since_stay(session, incident):
    batch = claim(session, "A1", Claim.DONE)
    save(session, incident, document(f"[x] {A}", f"[ ] {B}", C, tail="\nSeen by Ada.\n"))
    undo(session, batch)
    assert head(session, incident) == document(f"[ ] {A}", f"[ ] {B}", C, tail="\nSeen by Ada.\n")


def test_undoing_twice_says_that_nothing_is_left(session, incident):
    batch = claim(session, "A1", Claim.DONE)
    undo(session, batch)
    with pytest.raises(Conflict, match="nothing left"):
        undo(session, batch)


def test_an_import_is_not_undone(session, incident):
    [batch] = set(session.scalars(sa.select(Event.batch_id)))
    with pytest.raises(Conflict, match="source"):
        undo(session, batch)


def test_there_is_no_such_act(session):
    with pytest.raises(NotFound):
        undo(session, "0" * 16)


def test_a_text_that_is_an_item_again_comes_as_one(session, incident):
    batch = action_items.hide(session, [items(session)["A2"]], everywhere=True, by=None, at=NOW)
    undo(session, batch)
    assert session.scalar(sa.select(sa.func.count()).select_from(NotAnItem)) == 0
    create(session, document(B))
    assert items(session)["A4"].hidden_at is None


def test_what_came_hidden_since_is_shown_when_that_is_undone(session, incident):
    batch = action_items.hide(session, [items(session)["A2"]], everywhere=True, by=None, at=NOW)
    create(session, document(B, C))
    undone = undo(session, batch)
    assert [one.hidden_at for one in items(session).values()] == [None] * 5
    undo(session, undone)
    assert [key for key, one in items(session).items() if one.hidden_at] == ["A2", "A4"]


def test_an_undo_is_an_event_and_takes_none_away(session, incident):
    before = verbs(session)
    undone = undo(session, claim(session, "A1", Claim.DONE))
    assert verbs(session)[: len(before) + 2] == [*before, "edited", "decided"]
    assert verbs(session, undone) == ["decided", "edited", "undone"]


def test_revisions_are_listed_newest_first(session, incident, cast):
    save(session, incident, document(A), by=cast.editor, message="Shorter", via="text")
    rows = history.revisions(session, incident)
    assert [(row.message, row.by, row.via, row.is_head) for row in rows] == [
        ("Shorter", "Edith", "text", True),
        ("Import", None, "import", False),
    ]
    assert rows[0].parent_id == rows[1].id


def test_events_show_with_the_incident_or_the_item(session, cast):
    secret = create(session, document(f"[ ] {A}"), visibility=Visibility.RESTRICTED).incident
    public = create(session, document(f"[ ] {B}"), visibility=Visibility.PUBLIC).incident
    claim(session, "A1", Claim.DONE)
    claim(session, "A2", Claim.DONE)
    session.add(Event(at=NOW, batch_id="x", verb="invited", because=""))
    session.flush()
    keys = {row.key for row in history.events(session, cast.stranger)}
    assert keys == {None, "A2"} and {row.incident_slug for row in history.events(session, cast.stranger)} == {
        None,
        public.slug,
    }
    assert {row.key for row in history.events(session, cast.admin)} == {None, "A1", "A2"}
    assert "invited" in {row.verb for row in history.events(session, cast.admin)}
    assert "invited" not in {row.verb for row in history.events(session, cast.editor)}
    assert [row.verb for row in history.events(session, cast.admin, incident=secret)] == [
        "decided",
        "edited",
        "found",
        "created",
    ]
    item = items(session)["A2"]
    assert [row.verb for row in history.events(session, None, item=item)] == ["decided", "found"]
    first = history.events(session, cast.admin, limit=2)
    assert [row.id for row in history.events(session, cast.admin, before=first[-1].id, limit=1)] == [first[-1].id - 1]
