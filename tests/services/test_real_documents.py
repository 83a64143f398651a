"""On real documents: what is decided of every item at once, written back and taken back, leaves each as it was."""

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, TODAY
from tracker.domain.claims import Claim
from tracker.services import action_items, documents, history
from tracker.store.models import ActionItem, Blob, Incident, Mention, Question, Revision

EVERY = 6  # every so many of the documents, since each item is written and read again: the whole takes a minute


@pytest.fixture
def some(session, corpus):
    files = sorted(path for path in corpus.rglob("*.md") if path.is_file())[::EVERY]
    new = [documents.New(path.read_bytes(), path.name) for path in files]
    documents.create_many(session, new, by=None, at=NOW, message="Import", via="import")
    return session


def heads(session):
    rows = sa.select(Incident.id, Blob.bytes).join(Revision, Revision.id == Incident.head_id).join(Blob)
    return dict(session.execute(rows.order_by(Incident.id)).all())


def values(session):
    session.expire_all()
    found = session.scalars(sa.select(ActionItem).order_by(ActionItem.id))
    return [(one.key, one.claim, one.reason, one.closed_on, one.owner, one.due, one.priority) for one in found]


def places(session):
    return session.execute(sa.select(Mention.action_item_id, Mention.n, Mention.text).order_by(Mention.id)).all()


@pytest.mark.parametrize("claim", [Claim.DONE, Claim.WONT_DO])
def test_everything_decided_and_undone_gives_the_first_bytes_and_values(some, claim):
    session = some
    before = heads(session), values(session), places(session)
    everything = session.scalars(sa.select(ActionItem).order_by(ActionItem.id)).all()
    assert len(everything) > 100
    how = {"by": None, "at": NOW, "today": TODAY, "reason": "no need"}
    batch = action_items.set_claim(session, everything, claim, **how)
    assert {one[1] for one in values(session)} == {claim}
    assert places(session) == before[2]  # nothing moved, came or left
    assert heads(session) != before[0] and not session.scalars(sa.select(Question)).all()
    history.undo(session, batch, by=None, at=NOW)
    assert (heads(session), values(session), places(session)) == before
