"""A newer reader changes what is read, and nothing that anybody has decided. An older one is imitated by what it left."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, TODAY, create, document, items, mentions, texts, verbs, waiting
from tracker.domain.claims import Claim
from tracker.services import action_items, documents, readings
from tracker.store import search
from tracker.store.models import ActionItem, Entry, Event, Mention, Reading, Revision

A, B, C = "Add an alert on disk space", "Write the upgrade runbook", "Ask the vendor for a refund"


@pytest.fixture
def incident(session):
    return create(session, document(f"{A} (DONE)", f"[ ] {B}", C)).incident


def older_reader(session, incident, key, *, text=None, stated=None, claim=None):
    """Let what is known of an item be what an older reader made of the same document."""
    session.get_one(Reading, incident.id).reader_version = 0
    [mention] = mentions(session, key)
    if text is not None:
        mention.text = text
    if stated is not None:
        mention.stated, mention.known = stated, stated
    if claim is not None:
        items(session)[key].claim = claim
    session.flush()


def reread(session, incident):
    return readings.reproject(session, incident, at=NOW)


def test_what_is_read_by_the_newest_reader_is_not_outdated(session, incident):
    assert list(readings.outdated(session)) == []
    session.get_one(Reading, incident.id).reader_version = 0
    session.flush()
    assert list(readings.outdated(session)) == [incident.id]
    assert not reread(session, incident).changed
    assert list(readings.outdated(session)) == []


def test_a_claim_that_was_not_stated_is_filled(session, incident):
    older_reader(session, incident, "A1", stated={}, claim=Claim.NOT_STATED)
    found = reread(session, incident)
    assert found.filled == ["A1"] and items(session)["A1"].claim is Claim.DONE
    assert session.scalar(sa.select(Event.because).where(Event.verb == "stated")) == "a newer reader"


@pytest.mark.parametrize("claim", [Claim.OPEN, Claim.BLOCKED])
def test_a_claim_that_somebody_decided_is_neither_changed_nor_asked_about(session, incident, claim):
    older_reader(session, incident, "A1", stated={}, claim=Claim.NOT_STATED)
    action_items.set_claim(session, [items(session)["A1"]], claim, by=None, at=NOW, today=TODAY, triage=True)
    older_reader(session, incident, "A1", stated={})
    found = reread(session, incident)
    assert (found.filled, items(session)["A1"].claim) == ([], claim)
    assert not waiting(session)


def test_a_claim_that_was_stated_is_not_read_anew(session, incident):
    older_reader(session, incident, "A2", stated={"claim": "done"}, claim=Claim.DONE)
    assert reread(session, incident).filled == [] and items(session)["A2"].claim is Claim.DONE
    assert mentions(session, "A2")[0].stated["claim"] == "open"


def test_items_that_appear_and_vanish_are_listed(session, incident):
    older_reader(session, incident, "A3", text="Something that is no item at all, as is known by now")
    found = reread(session, incident)
    assert (found.appeared, found.vanished) == (["A4"], ["A3"])
    assert texts(session)["A4"] == C and mentions(session, "A3")[0].n is None


def test_on_a_split_the_better_match_keeps_key_and_claim(session, incident):
    action_items.set_claim(session, [items(session)["A2"]], Claim.BLOCKED, by=None, at=NOW, today=TODAY)
    session.execute(sa.delete(Mention).where(Mention.action_item_id == items(session)["A3"].id))
    older_reader(session, incident, "A2", text=f"{B} and ask")
    found = reread(session, incident)
    assert found.appeared == ["A4"] and found.vanished == []
    assert texts(session)["A2"] == B and items(session)["A2"].claim is Claim.BLOCKED


def test_neither_the_document_nor_what_happened_changes(session, incident):
    before, revisions = verbs(session), session.scalar(sa.select(sa.func.count()).select_from(Revision))
    head = documents.head_bytes(session, incident)
    older_reader(session, incident, "A1", stated={}, claim=Claim.NOT_STATED)
    reread(session, incident)
    assert documents.head_bytes(session, incident) == head
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == revisions
    assert verbs(session)[: len(before)] == before


def test_entries_title_and_words_are_made_anew(session, incident):
    session.execute(sa.update(Entry).values(text="misread"))
    session.execute(sa.update(Reading).values(title="Misread", reader_version=0))
    search.index(session, incident.id, "misread", "")
    session.expire_all()
    reread(session, incident)
    assert session.scalars(sa.select(Entry.text).order_by(Entry.n)).first() == "the hub stops answering"
    assert session.get_one(Reading, incident.id).title == "Hub is down"
    assert session.scalar(sa.select(sa.func.count()).select_from(ActionItem)) == 3
    incident.visibility = "public"
    session.flush()
    assert [row.slug for row in search.search(session, "answering", None)] == [incident.slug]
    assert not search.search(session, "misread", None)


def test_an_instant_is_known_where_the_zone_is(session):
    create(session, document(A).replace(b"14:30", b"14:30 PST"))
    utc = session.scalars(sa.select(Entry.utc).order_by(Entry.n)).first()
    assert utc == datetime(2024, 3, 5, 22, 30, tzinfo=UTC)
