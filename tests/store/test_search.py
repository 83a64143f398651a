"""Both databases find the same incidents for the same words, newest first, and none that a person may not see."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.documents_of import NOW, create
from tracker.domain.claims import Visibility
from tracker.domain.folding import words
from tracker.store import search
from tracker.store.models import IncidentReader

ITEMS = "\n\n## Action items\n\n- Do it\n"


def titled(session, title, day="2024-03-05", **how):
    return create(session, f"# {title}\n\n**Date:** {day}{ITEMS}".encode(), f"{day}.md", **how).incident


def found(session, asked, person=None, limit=50):
    return [row.title for row in search.search(session, asked, person, limit)]


@pytest.fixture
def some(session):
    for title, day in [("Café hub is down", "2024-03-05"), ("Proxy outage, A47", "2025-01-01"), ("Disk full", "2023-01-01")]:
        titled(session, title, day, visibility=Visibility.PUBLIC)
    return session


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("cafe", ["Café hub is down"]),
        ("HUB café", ["Café hub is down"]),
        ("do it", ["Proxy outage, A47", "Café hub is down", "Disk full"]),
        ("out", ["Proxy outage, A47"]),  # the last word may be a beginning
        ("out a47", []),  # the others may not
        ("a47", ["Proxy outage, A47"]),
        ("hub proxy", []),
        ('hub" OR disk*', []),
        ("' | 'disk", ["Disk full"]),
        ("", []),
        ("… !", []),
    ],
)
def test_what_is_found(some, asked, titles):
    assert found(some, asked) == titles


def test_no_more_than_asked_for(some):
    assert found(some, "do it", limit=1) == ["Proxy outage, A47"]


def test_indexing_again_forgets_the_words_of_before(session):
    incident = titled(session, "Old words", visibility=Visibility.PUBLIC)
    search.index(session, incident.id, "New title", "and body")
    assert found(session, "old") == [] and found(session, "body") == ["Old words"]
    search.forget(session, [incident.id])
    assert found(session, "body") == []


def test_restricted_incidents_show_to_whom_they_name(session, cast):
    for visibility in Visibility:
        incident = titled(session, f"Outage {visibility.value}", visibility=visibility)
    session.add(IncidentReader(incident_id=incident.id, person_id=cast.reader.id))
    session.flush()

    def seen(person):
        return sorted(title.split()[1] for title in found(session, "outage", person))

    assert seen(None) == ["public"]
    assert seen(cast.stranger) == seen(cast.editor) == ["internal", "public"]
    assert seen(cast.reader) == seen(cast.admin) == ["internal", "public", "restricted"]


def test_hidden_incidents_are_not_found(session, cast):
    incident = titled(session, "Outage")
    incident.hidden_at = NOW
    session.flush()
    assert found(session, "outage", cast.admin) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.text(max_size=8))
def test_a_text_is_found_by_its_words_and_by_no_others(session, texts, other):
    """The rule of both databases is that of plain sets of words: so they agree with each other."""
    session.execute(sa.text("DELETE FROM search"))
    incident = titled(session, "x", visibility=Visibility.PUBLIC)
    body = " ".join(texts)
    search.index(session, incident.id, "", body)
    for asked in (*texts, other, body):
        wanted = words(asked)
        whole, last = set(wanted[:-1]), wanted[-1] if wanted else None
        has = words(body)
        expected = last is not None and whole <= set(has) and any(word.startswith(last) for word in has)
        assert bool(found(session, asked)) is expected, asked
    session.rollback()
