"""What a person answers is done, and closed; what they may not see they are not asked."""

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, TODAY, create, document, items, mentions, save, verbs, waiting
from tracker.domain.claims import Claim, Visibility
from tracker.domain.errors import Conflict, Invalid
from tracker.services import action_items, documents, history, item_values, questions
from tracker.store.blobs import keep
from tracker.store.models import Incident, Place, Question, Revision

A, B = "Add an alert on disk space", "Write the upgrade runbook"
OTHER = "Add an alert on memory and CPU"


def answer(session, question, said):
    return questions.answer(session, question, said, by=None, at=NOW)


def head(session, incident):
    return documents.head_bytes(session, incident)


@pytest.fixture
def clash(session):
    """Ours says "of the hub", theirs "of the proxy" and one line more, which does not clash."""
    incident = create(session, document(f"[ ] {A}")).incident
    first = incident.head_id
    save(session, incident, document(f"[x] {A} of the hub"))
    theirs = document(f"[ ] {A} of the proxy").replace(b"# Hub is down", b"# Hub is down, seen by Ada")
    return save(session, incident, theirs, base=first)


@pytest.mark.parametrize(("said", "words"), [("ours", "hub"), ("theirs", "proxy")])
def test_a_merge_takes_the_side_that_is_chosen_and_what_does_not_clash_from_both(session, clash, said, words):
    answer(session, clash.question, said)
    text = head(session, clash.incident).decode()
    assert f"of the {words}" in text and "seen by Ada" in text
    assert session.get_one(Revision, clash.incident.head_id).merged_id == clash.question.revision_id
    assert clash.question.answer == said and not waiting(session)


def test_a_merge_may_be_written_by_hand(session, clash):
    answer(session, clash.question, document(f"[x] {A} of both").decode())
    assert head(session, clash.incident) == document(f"[x] {A} of both")
    assert clash.question.answer == "text"


def test_what_was_saved_since_it_was_asked_stays(session, clash):
    save(session, clash.incident, document(f"[x] {A} of the hub", head="# Renamed\n\n## Action items\n\n"))
    answer(session, clash.question, document(f"[x] {A} of both").decode())
    assert head(session, clash.incident) == document(f"[x] {A} of both", head="# Renamed\n\n## Action items\n\n")


@pytest.fixture
def value(session):
    """We say in progress, the document says done."""
    incident = create(session, document(f"[ ] {A}")).incident
    item_values.set_values(session, items(session)["A1"], {"claim": "in_progress"})
    save(session, incident, document(f"[x] {A}"))
    [question] = waiting(session)
    return question


def test_theirs_becomes_the_value(session, value):
    answer(session, value, "theirs")
    assert items(session)["A1"].claim is Claim.DONE and not waiting(session)


def test_ours_stays_and_the_document_that_says_it_again_is_not_asked_about(session, value):
    answer(session, value, "ours")
    assert items(session)["A1"].claim is Claim.IN_PROGRESS
    incident = session.get_one(Incident, value.incident_id)
    save(session, incident, head(session, incident) + b"\nSeen.\n")
    assert items(session)["A1"].claim is Claim.IN_PROGRESS and not waiting(session)


def test_an_answer_is_undone_and_asked_again(session, value):
    batch = answer(session, value, "theirs")
    history.undo(session, batch, by=None, at=NOW)
    assert items(session)["A1"].claim is Claim.IN_PROGRESS and list(waiting(session)) == [value]


def test_an_answer_is_given_once(session, value):
    answer(session, value, "ours")
    with pytest.raises(Conflict, match="already"):
        answer(session, value, "theirs")


def test_another_answer_is_refused_and_changes_nothing(session, value):
    before = verbs(session)
    with pytest.raises(Invalid, match="ours, theirs"):
        answer(session, value, "mine")
    assert verbs(session) == before and list(waiting(session)) == [value]


@pytest.fixture
def doubt(session):
    """A1, in progress since, left; A2 came and may be it, and is said to be done."""
    incident = create(session, document(f"[ ] {A}")).incident
    action_items.set_claim(session, [items(session)["A1"]], Claim.IN_PROGRESS, by=None, at=NOW, today=TODAY)
    save(session, incident, document(f"[x] {OTHER}"))
    [question] = waiting(session)
    return question


def test_the_same_keeps_the_known_key_and_takes_the_mention(session, doubt):
    batch = answer(session, doubt, "same")
    assert [mention.text for mention in mentions(session, "A1") if mention.n is not None] == [OTHER]
    assert items(session)["A2"].joined_to == items(session)["A1"].id
    history.undo(session, batch, by=None, at=NOW)
    assert items(session)["A2"].joined_to is None and [one.text for one in mentions(session, "A2")] == [OTHER]


def test_different_leaves_both(session, doubt):
    answer(session, doubt, "different")
    assert items(session)["A2"].joined_to is None and not waiting(session)


def similar(session, incident, data):
    [sha] = keep(session, [data])
    place = {"kind": "folder", "location": "/docs", "name": "b.md", "path": "b.md", "source_id": None}
    question = Question(
        kind="similar_file",
        incident_id=incident.id,
        sha=sha,
        asked_at=NOW,
        detail=place | {"visibility": "internal"},
    )
    session.add(question)
    session.flush()
    return question


def test_a_similar_file_may_be_the_same_incident(session):
    incident = create(session, document(A)).incident
    question = similar(session, incident, document(A, B))
    answer(session, question, "same")
    assert head(session, incident) == document(A, B)
    [place] = session.scalars(sa.select(Place))
    assert (place.path, place.incident_id, place.base_sha) == ("b.md", incident.id, question.sha)


def test_a_similar_file_may_be_a_new_incident(session):
    incident = create(session, document(A)).incident
    answer(session, similar(session, incident, document(A, B)), "new")
    [place] = session.scalars(sa.select(Place))
    assert place.incident_id != incident.id
    assert head(session, session.get_one(Incident, place.incident_id)) == document(A, B)


def test_questions_show_with_their_incident(session, cast, value):
    secret = create(session, document(B), visibility=Visibility.RESTRICTED).incident
    session.add(Question(kind="value", incident_id=secret.id, detail={}, asked_at=NOW))
    session.flush()

    def seen(person):
        return len(session.scalars(questions.waiting(person)).all())

    assert [seen(person) for person in (cast.admin, cast.editor, cast.reader, None)] == [2, 1, 1, 0]
