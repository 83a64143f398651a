"""Documents are kept to the byte; two who save at once lose no word."""

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, create, document, items, mentions, save, texts, verbs, waiting
from tracker.domain.claims import Claim, Status, Visibility
from tracker.domain.errors import Conflict, NotFound, Unreadable
from tracker.services import documents
from tracker.store.models import Blob, Entry, Event, Incident, Reading, Revision

A, B, C = "Add an alert on disk space", "Write the upgrade runbook", "Ask the vendor for a refund"


def test_a_document_is_kept_to_the_byte(session):
    data = b"\xef\xbb\xbf# Hub is down\r\n\r\n## Action items\r\n\r\n* [ ] Do\tit"
    saved = create(session, data)
    assert documents.head_bytes(session, saved.incident) == data
    assert documents.revision_bytes(session, saved.revision.id) == data


def test_a_new_incident_has_what_its_document_says(session):
    incident = create(session, document(f"[ ] {A}", f"[x] {B}", C)).incident
    reading = session.get_one(Reading, incident.id)
    assert (reading.title, str(reading.date)) == ("Hub is down", "2024-03-05")
    assert incident.slug == "2024-03-05-hub-is-down"
    assert [entry.start for entry in session.scalars(sa.select(Entry))] == ["2024-03-05T14:30", "2024-03-05T15:10"]
    assert texts(session) == {"A1": A, "A2": B, "A3": C}
    assert [one.claim for one in items(session).values()] == [Claim.OPEN, Claim.DONE, Claim.NOT_STATED]
    assert {str(one.opened_on) for one in items(session).values()} == {"2024-03-05"}
    assert items(session)["A2"].closed_on is None  # found closed: nobody knows since when
    assert verbs(session) == ["created", "found", "found", "found"]


def test_what_is_imported_is_over_and_what_is_written_here_is_a_draft(session):
    imported, written = create(session, document(A)).incident, create(session, document(B), via="form").incident
    assert (imported.status, imported.resolved_at) == (Status.PUBLISHED, NOW)
    assert (written.status, written.resolved_at) == (Status.DRAFT, None)


def test_an_item_of_a_document_written_here_is_imported_as_not_stated_only_from_a_file(session):
    create(session, document(A), via="import")
    assert items(session)["A1"].claim is Claim.NOT_STATED


def test_two_incidents_may_say_the_same_and_have_addresses_of_their_own(session):
    one, other = create(session, document(A)), create(session, document(A))
    assert (one.incident.slug, other.incident.slug) == ("2024-03-05-hub-is-down", "2024-03-05-hub-is-down-2")
    assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 1
    assert len(items(session)) == 2


def test_many_at_once_are_each_as_if_alone(session):
    new = [documents.New(document(f"{A} {n}", f"{B} {n}"), f"{n}.md", None, Visibility.PUBLIC) for n in range(30)]
    saved = documents.create_many(session, new, by=None, at=NOW, message="Import", via="import")
    assert [one.incident.name for one in saved] == [f"{n}.md" for n in range(30)]
    assert len({one.incident.slug for one in saved}) == 30
    assert all(
        documents.head_bytes(session, one.incident) == document(f"{A} {n}", f"{B} {n}") for n, one in enumerate(saved)
    )
    assert [mention.text for mention in mentions(session)] == [f"{text} {n}" for n in range(30) for text in (A, B)]
    assert list(items(session)) == [f"A{n}" for n in range(1, 61)]
    assert len({one.batch for one in saved}) == 1


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff\xfe# Hub"])
def test_what_is_no_text_is_refused(session, data):
    with pytest.raises(Unreadable):
        create(session, data)
    incident = create(session, document(A)).incident
    with pytest.raises(Unreadable):
        save(session, incident, data)


def test_saving_what_is_there_changes_nothing(session):
    incident = create(session, document(A)).incident
    before = verbs(session)
    saved = save(session, incident, document(A))
    assert (saved.revision, saved.merged, saved.question) == (None, False, None)
    assert verbs(session) == before


def test_saving_moves_the_head_and_reads_again(session):
    incident = create(session, document(A)).incident
    first = incident.head_id
    saved = save(session, incident, document(A, B))
    assert incident.head_id == saved.revision.id and saved.revision.parent_id == first
    assert documents.head_bytes(session, incident) == document(A, B)
    assert texts(session) == {"A1": A, "A2": B}


def test_saving_over_a_newer_revision_merges(session):
    incident = create(session, document(A, B)).incident
    first = incident.head_id
    save(session, incident, document(A, B, tail="\nSeen by Ada.\n"))
    saved = save(session, incident, document(f"{A} and memory", B), base=first)
    assert saved.merged and saved.question is None
    assert documents.head_bytes(session, incident) == document(f"{A} and memory", B, tail="\nSeen by Ada.\n")
    other = session.get_one(Revision, saved.revision.merged_id)
    assert documents.revision_bytes(session, other.id) == document(f"{A} and memory", B)
    assert other.parent_id == first


def test_what_cannot_be_merged_keeps_both_texts_and_asks(session):
    incident = create(session, document(A)).incident
    first = incident.head_id
    save(session, incident, document(f"{A} of the hub"))
    saved = save(session, incident, document(f"{A} of the proxy"), base=first)
    assert saved.revision is None and saved.question.kind == "merge"
    assert documents.head_bytes(session, incident) == document(f"{A} of the hub")
    assert documents.revision_bytes(session, saved.question.revision_id) == document(f"{A} of the proxy")
    assert list(waiting(session)) == [saved.question]


def test_the_same_text_is_asked_about_once(session):
    incident = create(session, document(A)).incident
    first = incident.head_id
    save(session, incident, document(f"{A} of the hub"))
    questions = [save(session, incident, document(f"{A} of the proxy"), base=first).question for _ in range(2)]
    assert questions[0].id == questions[1].id


def test_undoing_the_last_revision_gives_the_first_bytes(session):
    incident = create(session, document(A)).incident
    saved = save(session, incident, document(B))
    documents.undo_revision(session, saved.revision, by=None, at=NOW)
    assert documents.head_bytes(session, incident) == document(A)


def test_undoing_an_earlier_revision_keeps_later_edits(session):
    incident = create(session, document(A)).incident
    saved = save(session, incident, document(A, B))
    save(session, incident, document(A, B, head="# Another title\n\n## Action items\n\n"))
    documents.undo_revision(session, saved.revision, by=None, at=NOW)
    assert documents.head_bytes(session, incident) == document(A, head="# Another title\n\n## Action items\n\n")


def test_undoing_what_was_changed_again_says_so(session):
    incident = create(session, document(A)).incident
    saved = save(session, incident, document(f"{A} of the hub"))
    save(session, incident, document(f"{A} of the proxy"))
    with pytest.raises(Conflict, match="changed again"):
        documents.undo_revision(session, saved.revision, by=None, at=NOW)


def test_the_first_revision_cannot_be_undone(session):
    with pytest.raises(Conflict, match="nothing before it"):
        documents.undo_revision(session, create(session, document(A)).revision, by=None, at=NOW)


def test_there_is_no_such_revision(session):
    with pytest.raises(NotFound):
        documents.revision_bytes(session, 99)


def test_a_save_that_fails_leaves_nothing(session, engine):
    incident = create(session, document(A)).incident
    session.commit()
    with pytest.raises(Unreadable):
        save(session, incident, b"\x00")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 2
    assert session.scalar(sa.select(Incident.head_id)) == 1


def test_every_real_document_is_kept_to_the_byte(session, corpus):
    files = sorted(path for path in corpus.rglob("*") if path.is_file() and path.suffix in (".md", ".txt"))
    new = [documents.New(path.read_bytes(), path.name) for path in files]
    saved = documents.create_many(session, new, by=None, at=NOW, message="Import", via="import")
    kept = dict(session.execute(sa.select(Revision.incident_id, Blob.bytes).join(Blob, Blob.sha == Revision.sha)).all())
    assert [kept[one.incident.id] for one in saved] == [one.data for one in new]
    assert len(saved) > 500
