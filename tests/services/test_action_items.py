"""A decision is the item's at once, and its documents' where they may be written to."""

from datetime import date

import pytest

from tests.services.documents_of import NOW, TODAY, create, document, items, mentions, owners, save, texts, verbs, waiting
from tracker.domain.claims import Claim, Visibility
from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.services import action_items, documents
from tracker.store.models import Event, IncidentReader, Place, Source

A, B, C = "Add an alert on disk space", "Write the upgrade runbook", "Ask the vendor for a refund"


@pytest.fixture
def incident(session):
    return create(session, document(f"[ ] {A}", f"[ ] {B}", f"[ ] {C}")).incident


def claim(session, key, what, **how):
    keys = key.split()
    how = {"by": None, "at": NOW, "today": TODAY} | how
    return action_items.set_claim(session, [items(session)[key] for key in keys], what, **how)


def fields(session, key, **changes):
    return action_items.set_fields(session, items(session)[key], changes, by=None, at=NOW)


def head(session, incident):
    return documents.head_bytes(session, incident)


def because(session, batch):
    return [one.because for one in session.query(Event).filter_by(batch_id=batch, verb="decided").order_by(Event.id)]


def never_written(session, incident):
    source = Source(name="docs", kind="folder", location="/docs", writes="never")
    session.add(source)
    session.flush()
    revision = documents.revision_bytes(session, incident.head_id)
    sha = documents.sha_of(revision)
    session.add(Place(source_id=source.id, path="a.md", incident_id=incident.id, base_sha=sha))
    session.flush()


def test_closing_writes_one_line(session, incident):
    batch = claim(session, "A2", Claim.DONE)
    assert items(session)["A2"].claim is Claim.DONE and items(session)["A2"].closed_on == TODAY
    assert head(session, incident) == document(f"[ ] {A}", f"[x] {B}", f"[ ] {C}")
    assert verbs(session, batch) == ["edited", "decided"]
    assert because(session, batch) == ["written into its document"]
    assert not waiting(session)


def test_several_items_of_a_document_are_one_revision(session, incident):
    batch = claim(session, "A1 A2 A3", Claim.DONE)
    assert head(session, incident) == document(f"[x] {A}", f"[x] {B}", f"[x] {C}")
    assert verbs(session, batch).count("edited") == 1
    assert {one.claim for one in items(session).values()} == {Claim.DONE}


def test_reopening_takes_it_back(session, incident):
    first = head(session, incident)
    claim(session, "A2", Claim.DONE)
    claim(session, "A2", Claim.OPEN)
    assert head(session, incident) == first
    assert items(session)["A2"].claim is Claim.OPEN and items(session)["A2"].closed_on is None


@pytest.mark.parametrize("what", [Claim.IN_PROGRESS, Claim.BLOCKED])
def test_what_a_document_cannot_say_stays_ours(session, incident, what):
    """A box is ticked or not: taking the tick away says "open", and nobody means that."""
    claim(session, "A1", Claim.DONE)
    claim(session, "A1", what)
    assert items(session)["A1"].claim is what
    assert head(session, incident) == document(f"[ ] {A}", f"[ ] {B}", f"[ ] {C}")
    save(session, incident, document(f"[x] {A}", f"[ ] {B}", f"[ ] {C}"))
    assert items(session)["A1"].claim is Claim.DONE and not waiting(session)


def test_a_mark_of_ours_is_taken_away_and_the_next_statement_is_believed(session):
    """The document says nothing of an open item of this habit; when it says done again, nobody had decided otherwise."""
    incident = create(session, document(A)).incident
    claim(session, "A1", Claim.DONE)
    assert head(session, incident) == document(f"{A} (done 2026-11-24)")
    claim(session, "A1", Claim.OPEN)
    assert head(session, incident) == document(A) and items(session)["A1"].claim is Claim.OPEN
    save(session, incident, document(f"{A} (DONE)"))
    assert items(session)["A1"].claim is Claim.DONE and not waiting(session)


def test_what_has_the_claim_already_is_left(session, incident):
    claim(session, "A1", Claim.DONE)
    batch = claim(session, "A1", Claim.DONE)
    assert verbs(session, batch) == []


def test_wont_do_needs_a_reason_and_writes_it(session, incident):
    with pytest.raises(Invalid, match="why") as refused:
        claim(session, "A1", Claim.WONT_DO, reason="  ")
    assert refused.value.field == "reason"
    claim(session, "A1", Claim.WONT_DO, reason="too dear")
    assert items(session)["A1"].reason == "too dear"
    assert b"(won't do: too dear)" in head(session, incident).replace("’".encode(), b"'")


def test_nobody_can_say_that_nothing_is_stated(session, incident):
    with pytest.raises(Invalid):
        claim(session, "A1", Claim.NOT_STATED)


def test_triage_as_real_opens_and_writes_nothing(session):
    incident = create(session, document(A)).incident
    claim(session, "A1", Claim.OPEN, triage=True)
    assert items(session)["A1"].claim is Claim.OPEN
    assert head(session, incident) == document(A)


def test_triage_as_done_writes_no_day(session):
    incident = create(session, document(A)).incident
    claim(session, "A1", Claim.DONE, triage=True)
    assert items(session)["A1"].closed_on is None
    assert head(session, incident) == document(f"{A} (done)")


def test_a_source_that_is_set_to_never_is_not_written_and_says_so(session, incident):
    never_written(session, incident)
    first = head(session, incident)
    batch = claim(session, "A1", Claim.DONE)
    assert head(session, incident) == first and items(session)["A1"].claim is Claim.DONE
    assert because(session, batch) == ["not written: its source is set to never"]


def test_what_was_not_written_is_asked_when_the_file_says_otherwise(session, incident):
    never_written(session, incident)
    claim(session, "A1", Claim.DONE)
    save(session, incident, document(f"[ ] {A} (won't do: no need)", f"[ ] {B}", f"[ ] {C}"))
    assert items(session)["A1"].claim is Claim.DONE
    assert [question.kind for question in waiting(session)] == ["value"]


def test_deciding_closes_what_was_asked_about_it(session, incident):
    never_written(session, incident)
    claim(session, "A1", Claim.IN_PROGRESS)
    save(session, incident, document(f"[x] {A}", f"[ ] {B}", f"[ ] {C}"))
    [question] = waiting(session)
    claim(session, "A1", Claim.BLOCKED)
    assert question.answer == "decided" and not waiting(session)


def test_an_import_of_the_same_file_after_a_decision_changes_nothing(session, incident):
    first = head(session, incident)
    base = incident.head_id
    claim(session, "A1", Claim.DONE)
    now = head(session, incident)
    saved = save(session, incident, first, base=base)
    assert saved.revision is None and head(session, incident) == now
    assert items(session)["A1"].claim is Claim.DONE


def test_both_may_change_different_items(session, incident):
    base = incident.head_id
    claim(session, "A1", Claim.DONE)
    save(session, incident, document(f"[ ] {A}", f"[x] {B}", f"[ ] {C}"), base=base)
    assert head(session, incident) == document(f"[x] {A}", f"[x] {B}", f"[ ] {C}")
    assert [one.claim for one in items(session).values()] == [Claim.DONE, Claim.DONE, Claim.OPEN]


def test_owner_due_and_priority_are_set_and_taken_away(session, incident):
    fields(session, "A1", owner="Ada, Edith", due=date(2026, 12, 1), priority="P1")
    item = items(session)["A1"]
    assert (item.owner, item.due, item.priority) == ("Ada", date(2026, 12, 1), "P1")
    assert owners(session, "A1") == ["Ada", "Edith"]
    fields(session, "A1", owner=None, due=None, priority=None)
    item = items(session)["A1"]
    assert (item.owner, item.due, item.priority, owners(session, "A1")) == (None, None, None, [])


def test_a_document_without_a_place_for_it_is_left_and_it_says_so(session, incident):
    first = head(session, incident)
    batch = fields(session, "A1", priority="P1")
    assert head(session, incident) == first
    assert because(session, batch) == ["its document has no place for the priority"]


def test_a_table_with_a_column_for_it_is_written(session):
    table = "| Action | Owner | Priority |\n|---|---|---|\n| Add an alert | Ada | P2 |\n"
    incident = create(session, document(tail=table)).incident
    fields(session, "A1", owner="Edith", priority="P0")
    assert head(session, incident) == document(tail=table.replace("Ada", "Edith").replace("P2", "P0"))
    assert mentions(session, "A1")[0].stated["owners"] == ["Edith"] and not waiting(session)
    save(session, incident, document(tail=table.replace("Ada", "Rosa").replace("P2", "P0")))
    assert owners(session, "A1") == ["Rosa"] and not waiting(session)


@pytest.mark.parametrize(("name", "value"), [("priority", "P7"), ("claim", "done")])
def test_what_an_item_cannot_have_is_refused(session, incident, name, value):
    with pytest.raises(Invalid) as refused:
        fields(session, "A1", **{name: value})
    assert refused.value.field == name


def test_an_item_that_is_added_is_in_the_document_and_open(session):
    incident = create(session, document(A), via="form").incident
    item = action_items.add(session, incident, "  Write   a test ", by=None, at=NOW, owner="Ada", priority="P1")
    assert (item.key, item.claim, item.owner, item.priority) == ("A2", Claim.OPEN, "Ada", "P1")
    assert b"Write a test" in head(session, incident) and texts(session)["A2"] == "Write a test"


def test_an_item_needs_a_text(session, incident):
    with pytest.raises(Invalid):
        action_items.add(session, incident, " ", by=None, at=NOW)


def test_what_is_not_an_item_is_hidden_and_nothing_is_written(session, incident):
    create(session, document(f"{A}.", B))
    first = head(session, incident)
    action_items.hide(session, [items(session)["A1"]], everywhere=False, by=None, at=NOW)
    assert [one.hidden_at is None for one in items(session).values()] == [False, True, True, True, True]
    assert head(session, incident) == first


def test_a_text_that_is_no_item_is_hidden_wherever_it_stands_or_comes(session, incident):
    create(session, document(f"{A}.", B))
    action_items.hide(session, [items(session)["A1"]], everywhere=True, by=None, at=NOW)
    create(session, document(A.upper()))
    assert [key for key, one in items(session).items() if one.hidden_at] == ["A1", "A4", "A6"]


def test_joined_items_are_one_with_both_mentions_and_keys(session, incident, cast):
    create(session, document(f"[ ] {A} everywhere"))
    action_items.join(session, items(session)["A4"], items(session)["A1"], by=None, at=NOW)
    assert len(mentions(session, "A1")) == 2 and not mentions(session, "A4")
    assert action_items.find(session, "a4", cast.reader).key == "A1"
    claim(session, "A1", Claim.DONE)
    assert [mention.stated["claim"] for mention in mentions(session, "A1")] == ["done", "done"]
    with pytest.raises(Conflict):
        action_items.join(session, items(session)["A1"], items(session)["A1"], by=None, at=NOW)
    with pytest.raises(Conflict):
        action_items.join(session, items(session)["A2"], items(session)["A4"], by=None, at=NOW)


def test_an_item_shows_to_whom_may_see_one_of_its_incidents(session, cast):
    restricted = create(session, document(A), visibility=Visibility.RESTRICTED).incident
    create(session, document(B), visibility=Visibility.PUBLIC)
    session.add(IncidentReader(incident_id=restricted.id, person_id=cast.reader.id))
    session.flush()
    assert action_items.find(session, "A1", cast.reader).key == "A1"
    assert action_items.find(session, "A1", cast.admin).key == "A1"
    for person in (cast.stranger, cast.editor, None):
        with pytest.raises(NotFound, match="no action item A1"):
            action_items.find(session, "A1", person)
        assert action_items.find(session, "A2", person).key == "A2"
    with pytest.raises(NotFound, match="no action item A9"):
        action_items.find(session, "A9", cast.admin)


def test_what_happened_names_no_document_that_somebody_may_not_see(session):
    create(session, document(A), "secret-name.md", visibility=Visibility.RESTRICTED)
    batch = claim(session, "A1", Claim.DONE)
    assert "secret" not in " ".join(because(session, batch))
