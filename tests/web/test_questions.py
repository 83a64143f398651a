"""What waits for an answer: both sides are shown, and the answer does what it says."""

import re

import pytest
import sqlalchemy as sa

from tests.conftest import NOW
from tests.web.pages import browser, send, words
from tracker.domain.claims import Claim, Visibility
from tracker.services import action_items, imports
from tracker.services.found import Found
from tracker.store.models import ActionItem, Incident, Question

TEXT = """# DNS was slow

Date: 2021-03-04

## Timeline

- 10:00 Lookups take seconds, and some of them never end
- 11:30 The resolver is restarted, and lookups are fast again

## Root cause

A cache without a bound filled the memory of the resolver.

## Action items

- [ ] Bound the cache of the resolver
- [ ] Alert on slow lookups
"""


@pytest.fixture
def take(session):
    """Import a text under a name, as nobody in particular."""

    def take(text, name="dns.md", visibility=Visibility.INTERNAL):
        found = [Found(name, text.encode(), named=True)]
        (outcome,) = imports.plan_or_import(session, found, by=None, at=NOW, visibility=visibility)
        session.commit()
        return outcome

    return take


@pytest.fixture
def editor(app, cast):
    return browser(app, cast.editor)


def questions(session):
    found = session.execute(sa.select(Question.id, Question.kind, Question.answer).order_by(Question.id)).all()
    session.rollback()
    return found


def item(session, key="A1"):
    found = session.execute(sa.select(ActionItem.claim, ActionItem.joined_to).where(ActionItem.key == key)).one()
    session.rollback()
    return found


@pytest.fixture
def value_asked(session, cast, take):
    take(TEXT)
    found = session.scalars(sa.select(ActionItem).where(ActionItem.key == "A1")).one()
    action_items.set_claim(session, [found], Claim.BLOCKED, by=None, at=NOW, today=NOW.date())
    session.commit()
    take(TEXT.replace("[ ] Bound", "[x] Bound"))


@pytest.mark.parametrize(("answer", "claim"), [("ours", Claim.BLOCKED), ("theirs", Claim.DONE)])
def test_a_value_that_differs_shows_both_and_takes_the_one_chosen(editor, session, value_asked, answer, claim):
    page = words(editor.get("/questions").text)
    for said in ("Which state is right?", "A1", "Bound the cache of the resolver", "blocked", "done"):
        assert said in page
    ((number, kind, _),) = questions(session)
    assert kind == "value"
    answered = send(editor, "/questions", f"/questions/{number}", answer=answer, next="/questions")
    assert answered.location == "/questions"
    assert "Nothing waits" in words(editor.get("/questions").text)
    assert item(session).claim is claim


def test_an_answer_is_undone(editor, session, value_asked):
    number = questions(session)[0].id
    page = send(editor, "/questions", f"/questions/{number}", answer="theirs", next="/questions").location
    undo = re.search(r'action="(/undo/[^"]+)"', editor.get(page).text)[1]
    assert send(editor, "/questions", undo, next="/questions").status_code == 303
    assert item(session).claim is Claim.BLOCKED
    assert "Which state is right?" in words(editor.get("/questions").text)


@pytest.mark.parametrize(("answer", "same"), [("same", True), ("different", False)])
def test_an_item_that_may_be_the_same_is_shown_beside_the_known_one(editor, session, cast, take, answer, same):
    take(TEXT)
    take(TEXT.replace("Bound the cache of the resolver", "Drop the cache of every host"))
    found = [one for one in questions(session) if one.kind in ("vanished", "same_item")]
    assert found, "the matcher is sure of this one: choose another text"
    page = words(editor.get("/questions").text)
    for said in (
        "Is this the same action item?",
        "Bound the cache of the resolver",
        "Drop the cache of every host",
    ):
        assert said in page
    send(editor, "/questions", f"/questions/{found[0].id}", answer=answer)
    assert (item(session, "A3").joined_to is not None) is same


@pytest.mark.parametrize(("answer", "incidents"), [("same", 1), ("new", 2)])
def test_a_file_that_resembles_a_known_one_shows_what_differs(editor, session, cast, take, answer, incidents):
    take(TEXT)
    outcome = take(TEXT.replace("11:30", "11:45"), "copy-of-dns.md")
    assert outcome.verb == "asks"
    page = editor.get("/questions").text
    assert "copy-of-dns.md" in words(page)
    assert "<ins>" in page
    number = questions(session)[0].id
    assert editor.get(f"/questions/{number}").status_code == 200
    assert send(editor, "/questions", f"/questions/{number}", answer=answer).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == incidents


def test_another_answer_is_refused_and_the_question_stays(editor, session, value_asked):
    number = questions(session)[0].id
    for answer in ("", "same", "text", "<b>"):
        assert send(editor, "/questions", f"/questions/{number}", answer=answer).status_code == 422
    assert questions(session)[0].answer is None


def test_a_reader_looks_and_does_not_answer(app, cast, session, value_asked):
    reader, number = browser(app, cast.reader), questions(session)[0].id
    page = reader.get("/questions").text
    assert "An editor can answer this" in words(page)
    assert 'name="answer"' not in page
    assert send(reader, "/you", f"/questions/{number}", answer="ours").status_code == 403


def test_questions_come_in_pages(editor, session, value_asked):
    first = session.scalars(sa.select(Question)).one()
    values = {"kind": "value", "incident_id": first.incident_id, "action_item_id": first.action_item_id}
    session.execute(sa.insert(Question), [{**values, "detail": first.detail, "asked_at": NOW} for _ in range(30)])
    session.commit()
    page = editor.get("/questions").text
    assert page.count('class="question"') == 20
    assert "The first 20" in words(page)
