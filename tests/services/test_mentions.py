"""A document that is read again: each item is found again with its key, its claim and its owner, or said to have left."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests.services.documents_of import NOW, create, document, items, mentions, owners, save, texts, verbs, waiting
from tracker.domain.claims import Claim
from tracker.services import item_values, readings
from tracker.store.models import ActionItem, Event, ItemTicket, Mention, NotAnItem

A, B, C = "Add an alert on disk space", "Write the upgrade runbook", "Ask the vendor for a refund"


@pytest.fixture
def incident(session):
    return create(session, document(f"[ ] {A}", f"[ ] {B}")).incident


def decide(session, key, **changes):
    """As if a person had decided it, and no document had been written."""
    item_values.set_values(session, items(session)[key], changes)
    session.flush()


def told(session, key):
    session.add(Event(at=NOW, batch_id="x", action_item_id=items(session)[key].id, verb="decided", because=""))
    session.flush()


def stated_events(session):
    rows = session.execute(sa.select(Event.old, Event.new).where(Event.verb == "stated").order_by(Event.id))
    return [tuple(row) for row in rows]


def test_items_keep_their_keys_when_they_move_are_reworded_or_get_company(session, incident):
    save(session, incident, document(f"[ ] {C}", f"[ ] {B}s", f"[ ] {A}"))
    assert texts(session) == {"A1": A, "A2": f"{B}s", "A3": C}
    assert [mention.n for mention in mentions(session)] == [0, 1, 2]
    assert sorted(verbs(session)[-3:]) == ["edited", "found", "reworded"]


def test_an_item_that_left_stays_and_is_marked(session, incident):
    save(session, incident, document(f"[ ] {B}"))
    assert [(one.text, one.n, one.line) for one in mentions(session, "A1")] == [(A, None, None)]
    assert items(session)["A1"].claim is Claim.OPEN
    assert "vanished" in verbs(session)


def test_an_item_that_comes_back_is_itself(session, incident):
    save(session, incident, document(f"[ ] {B}"))
    decide(session, "A1", claim="done", owners=["Ada"])
    save(session, incident, document(f"[ ] {B}", f"[ ] {A}"))
    assert texts(session) == {"A1": A, "A2": B} and mentions(session, "A1")[0].n == 1
    assert items(session)["A1"].claim is Claim.DONE and owners(session, "A1") == ["Ada"]
    assert "returned" in verbs(session) and not waiting(session)


def test_a_changed_statement_changes_exactly_that_value(session, incident):
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"))
    assert items(session)["A1"].claim is Claim.DONE and items(session)["A2"].claim is Claim.OPEN
    assert stated_events(session) == [({"claim": "open"}, {"claim": "done"})]


def test_what_is_closed_between_two_imports_has_the_day_of_the_commit_or_none(session, incident):
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"), day=date(2026, 11, 20))
    save(session, incident, document(f"[x] {A}", f"[x] {B}"))
    assert [one.closed_on for one in items(session).values()] == [date(2026, 11, 20), None]


def test_what_is_closed_by_editing_here_is_closed_today(session, incident):
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"), via="text")
    assert items(session)["A1"].closed_on == NOW.date()


def test_an_unchanged_statement_leaves_what_we_decided(session, incident):
    decide(session, "A1", claim="done", owners=["Ada"], priority="P1")
    save(session, incident, document(f"[ ] {A}", f"[ ] {B}", f"[ ] {C}"))
    assert items(session)["A1"].claim is Claim.DONE and items(session)["A1"].priority == "P1"
    assert owners(session, "A1") == ["Ada"] and not waiting(session)


def test_a_statement_against_what_we_decided_is_asked(session, incident):
    decide(session, "A1", claim="in_progress")
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"))
    assert items(session)["A1"].claim is Claim.IN_PROGRESS
    [question] = waiting(session)
    assert question.kind == "value" and question.incident_id == incident.id
    assert question.detail | {"mention": 0} == {"field": "claim", "ours": "in_progress", "theirs": "done", "mention": 0}


def test_what_a_file_states_after_we_decided_and_it_was_read_is_taken_over(session, incident):
    decide(session, "A1", claim="in_progress")
    told(session, "A1")
    readings.seen(session, [incident.id])
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"))
    assert items(session)["A1"].claim is Claim.DONE and not waiting(session)


def test_what_is_being_asked_is_not_settled_by_reading_the_file_again(session, incident):
    decide(session, "A1", claim="in_progress")
    told(session, "A1")
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"))
    readings.seen(session, [incident.id])
    save(session, incident, document(f"[ ] {A}", f"[ ] {B}"))
    assert items(session)["A1"].claim is Claim.IN_PROGRESS and len(waiting(session)) == 1


def test_what_is_edited_here_is_a_decision_and_asks_nothing(session, incident):
    decide(session, "A1", claim="in_progress")
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"), via="text")
    assert items(session)["A1"].claim is Claim.DONE and not waiting(session)


def test_a_newer_statement_takes_the_place_of_what_was_asked_and_agreement_answers_it(session, incident):
    decide(session, "A1", claim="done")
    save(session, incident, document(f"[ ] {A} (won't do: too dear)", f"[ ] {B}"))
    assert len(waiting(session)) == 1
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"))
    assert not waiting(session)


def test_the_first_statement_about_an_item_that_nobody_decided_on_is_taken_over(session):
    incident = create(session, document(A)).incident
    save(session, incident, document(f"{A} (DONE)"))
    assert items(session)["A1"].claim is Claim.DONE and not waiting(session)


def test_a_statement_that_disappears_takes_nothing_away(session, incident):
    save(session, incident, document(f"[x] {A}", f"[ ] {B}"))
    save(session, incident, document(A, f"[ ] {B}"))
    assert items(session)["A1"].claim is Claim.DONE
    assert "claim" not in mentions(session, "A1")[0].stated


def test_owners_and_tickets_are_read_and_tickets_are_not_taken_away(session):
    ticket = "https://example.org/issues/7"
    incident = create(session, document(f"{A} [#7]({ticket})")).incident
    assert list(session.scalars(sa.select(ItemTicket.url))) == [ticket]
    save(session, incident, document(f"{A} [#8](https://example.org/issues/8)"))
    assert sorted(session.scalars(sa.select(ItemTicket.url))) == [ticket, "https://example.org/issues/8"]


def test_an_owner_whom_the_team_knows_is_linked(session, cast):
    rows = item_values.owner_rows(1, ["@edith", "Nobody"], item_values.people_by_name(session))
    assert [row["person_id"] for row in rows] == [cast.editor.id, None]


def test_a_doubtful_newcomer_is_new_and_asked_about(session):
    incident = create(session, document(A, B)).incident
    save(session, incident, document("Add an alert on memory and CPU", B))
    assert set(texts(session)) == {"A1", "A2", "A3"}
    [question] = waiting(session)
    assert question.kind == "vanished" and question.detail["known"] == "A1"
    assert question.action_item_id == items(session)["A3"].id


def test_one_that_vanished_before_is_asked_about_as_the_same(session):
    incident = create(session, document(A, B)).incident
    save(session, incident, document(B))
    save(session, incident, document("Add an alert on memory and CPU", B))
    assert [question.kind for question in waiting(session)] == ["same_item"]


def test_a_text_that_is_no_item_anywhere_is_hidden_when_it_comes(session):
    session.add(NotAnItem(folded="write this report", at=NOW))
    incident = create(session, document("Write this report!", A)).incident
    assert items(session)["A1"].hidden_at == NOW and items(session)["A2"].hidden_at is None
    save(session, incident, document("Write this report!", A, B, "write THIS report"))
    assert [one.hidden_at is None for one in items(session).values()] == [False, True, True, False]


def test_keys_are_never_used_again(session, incident):
    session.execute(sa.delete(Mention))
    session.execute(sa.delete(ActionItem))
    create(session, document(C))
    assert list(items(session)) == ["A3"]


def test_keys_of_a_transaction_that_is_rolled_back_are_given_later(session, engine):
    create(session, document(A))
    session.rollback()
    create(session, document(B))
    assert texts(session) == {"A1": B}
