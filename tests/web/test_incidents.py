"""The list of incidents, and the page of each."""

import re

import pytest
import sqlalchemy as sa

from tests.web.pages import browser, send, words
from tests.web.world import INTERNAL, NOW, create
from tracker.config import Settings
from tracker.domain.claims import Visibility
from tracker.services.exports import export
from tracker.services.finding import find
from tracker.services.imports import plan_or_import
from tracker.store.models import Incident
from tracker.web.incidents import file_name


@pytest.fixture
def editor(app, cast, world):
    return browser(app, cast.editor)


@pytest.fixture
def page(editor, world):
    return editor.get(f"/incidents/{world.internal}").text


def titles(text):
    return re.findall(r'<a href="/incidents/[^"]+" data-key="Enter">([^<]+)</a>', text)


def test_the_list_is_by_year_newest_first_with_what_remains_of_each(editor):
    text = editor.get("/incidents").text
    assert titles(text) == ["A node hangs", "The site is down"]
    assert words(text).index("2024 1") < words(text).index("A node hangs 1 open 2 not stated 1 closed")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("year=2023", ["The site is down"]),
        ("year=none", []),
        ("words=NODE", ["A node hangs"]),
        ("words=%25", []),
        ("remaining=1", ["A node hangs", "The site is down"]),
        ("severity=SEV+1", []),
        ("status=nonsense", ["A node hangs", "The site is down"]),
    ],
)
def test_its_filters_stand_in_the_address_and_hold_for_every_shape(editor, query, found):
    assert titles(editor.get(f"/incidents?{query}").text) == found
    assert [row["title"] for row in editor.get(f"/incidents.json?{query}").json["rows"]] == found
    assert len(editor.get(f"/incidents.csv?{query}").text.splitlines()) == len(found) + 1
    assert len(editor.get(f"/incidents.md?{query}").text.splitlines()) == len(found) + 2


def test_a_page_says_what_happened_when_and_why(page):
    said = words(page)
    assert "5 March 2024 · 1 h 40 min of impact" in said
    assert "A node stopped answering." in said
    assert "detected · 20 min" in said and "resolved · 1 h 40 min" in said
    assert "1 h 20 min later" in said, "the gap between two entries is said in words"
    assert "zone not stated" in said
    assert "The disk was <em>full</em>." in page


def test_a_page_shows_the_whole_document_rendered(page):
    document = page.partition('<div class="document">')[2]
    assert ">Action items" in document and "Write the runbook for recycling a node" in document


@pytest.mark.parametrize(
    "data",
    [
        INTERNAL,
        b"\xef\xbb\xbf" + INTERNAL.replace(b"\n", b"\r\n"),
        b"# Caf\xc3\xa9\n\n## Action items\n\n- tea  \n\n\n- coffee\ttwo",
    ],
)
def test_the_download_is_the_document_to_the_byte(app, cast, session, data):
    incident = create(session, data, "it.md", by=cast.editor)
    slug = incident.slug
    session.commit()
    answer = browser(app, cast.reader).get(f"/incidents/{slug}/document.md")
    assert answer.data == data
    assert answer.headers["Content-Disposition"] == "attachment; filename=it.md"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("docs/2024-03-05-node.md", "2024-03-05-node.md"),
        ("../../etc/passwd", "passwd.md"),
        ('a"b\r\nSet-Cookie: x.md', "a-b--Set-Cookie- x.md"),
        ("no ending", "no ending.md"),
        ("report.txt", "report.txt"),
        (".md", "slug.md"),
        ("Störung.md", "Störung.md"),
        ("x" * 300 + ".md", "x" * 100 + ".md"),
    ],
)
def test_the_file_s_name_is_harmless(name, safe):
    assert file_name(name, "slug") == safe


def test_what_was_decided_here_and_is_not_in_the_document_is_said(app, cast, session, world):
    client = browser(app, cast.editor)
    send(client, "/", f"/items/{world.open_key}/claim", claim="in_progress")
    assert "in progress here, not yet in the document" in words(client.get(f"/incidents/{world.internal}").text)


def test_where_a_document_came_from_is_said_first_and_copies_of_it_are_a_number(app, cast, session, tmp_path):
    home = tmp_path / "z-home"
    home.mkdir()
    (home / "node.md").write_bytes(INTERNAL)
    [taken] = plan_or_import(session, find([home], settings=Settings()), by=cast.editor, at=NOW)
    for copy in ("a-copy", "b-copy"):
        export(session, tmp_path / copy, by=cast.editor)
    session.commit()
    facts = words(browser(app, cast.reader).get(f"/incidents/{taken.incident_slug}").text.partition("<h2>Facts</h2>")[2])
    assert "From z-home: node.md and 2 more a-copy: node.md b-copy: node.md" in facts


def test_an_item_that_left_its_document_stays_and_is_marked(app, cast, session, world):
    from tracker.services import documents

    incident = session.scalars(sa.select(Incident).where(Incident.slug == world.internal)).one()
    shorter = INTERNAL.replace(b"- Page somebody when a pod stays Pending\n", b"")
    documents.save(
        session, incident, incident.head_id, shorter, by=cast.editor, at=cast.editor.created_at, message="Less", via="text"
    )
    session.commit()
    page = browser(app, cast.editor).get(f"/incidents/{world.internal}").text
    row = page.partition(f'<li id="{world.untold_key}"')[2].partition("</li>")[0]
    assert "no longer in the document" in row and "Page somebody when a pod stays Pending" in row


def test_a_question_waits_on_the_page_and_is_answered_there(editor, world):
    page = editor.get(f"/incidents/{world.internal}").text
    assert "was changed here, and its document now says something else" in page
    answer = send(editor, "/", f"/questions/{world.question}", answer="theirs", next=f"/incidents/{world.internal}")
    assert answer.location == f"/incidents/{world.internal}"
    page = editor.get(answer.location).text
    assert "says something else" not in page and "Grace" in page


def test_a_reader_sees_a_question_without_its_buttons(app, cast, world):
    page = browser(app, cast.reader).get(f"/incidents/{world.internal}").text
    assert "An editor can answer this." in page and f'action="/questions/{world.question}"' not in page


def test_what_was_not_understood_is_listed_with_its_line(app, cast, session):
    text = INTERNAL + b"\n## Weather\n\nIt rained all day, and nobody knows what that has to do with it.\n"
    slug = create(session, text, "odd.md", by=cast.editor).slug
    session.commit()
    page = browser(app, cast.reader).get(f"/incidents/{slug}").text
    part = words(page.partition('id="not-understood"')[2].partition("</section>")[0])
    assert re.search(r"line \d+", part) and "It rained all day" in part


def test_the_source_has_a_line_number_for_every_line(editor, world):
    page = editor.get(f"/incidents/{world.internal}/source").text
    assert f'id="L{INTERNAL.count(bytes([10]))}"' in page
    assert "everything understood" in page or "not understood" in page


def test_an_item_is_added_to_the_document_in_its_habit(editor, world):
    answer = send(editor, "/", f"/incidents/{world.internal}/items", text="Buy  a disk", owner="Grace")
    assert answer.status_code == 303
    assert b"Buy a disk" in editor.get(f"/incidents/{world.internal}/document.md").data
    row = words(editor.get(answer.location).text)
    assert "Buy a disk" in row and "added, and written into the document" in row
    assert "Buy a disk" in editor.get("/").text, "what is born here is open"


def test_an_item_that_was_added_is_taken_back_to_the_byte(editor, world):
    send(editor, "/", f"/incidents/{world.internal}/items", text="Buy a disk", owner="")
    page = editor.get(f"/incidents/{world.internal}").text
    send(editor, "/", re.search(r'action="(/undo/\w+)"', page)[1])
    assert editor.get(f"/incidents/{world.internal}/document.md").data == INTERNAL
    assert "Buy a disk" not in editor.get("/items.csv?state=all").text


def test_an_item_is_shown_with_its_links_and_code_and_without_what_stands_beside_it(app, cast, session):
    text = b"# Odd\n\n## Action items\n\n- [ ] Run `gc` [weekly](https://example.org/1)\n- [ ] Buy a disk, owner: Ada\n"
    slug = create(session, text, "odd.md", by=cast.editor).slug
    session.commit()
    page = browser(app, cast.reader).get(f"/incidents/{slug}").text
    first, second = re.findall(r'<div class="what">(.*?)</div>', page)
    assert "<code>gc</code>" in first and 'href="https://example.org/1"' in first
    assert second == "Buy a disk"


def test_an_empty_item_is_not_added(editor, world):
    answer = send(editor, "/", f"/incidents/{world.internal}/items", text="  ")
    assert answer.status_code == 422 and "Say what will be done" in answer.text


def test_hostile_text_does_nothing(app, cast, session):
    evil = b"""# <script>alert(1)</script>

**Date:** 2024-01-01

## Timeline

- 14:30 <img src=x onerror=alert(1)> hangs

## Root cause

<iframe src="https://elsewhere.example"></iframe> [click](javascript:alert(1))

## Action items

- [ ] <svg onload=alert(1)> fix "it" ' &amp;
"""
    slug = create(session, evil, "evil.md", by=cast.editor, visibility=Visibility.PUBLIC).slug
    session.commit()
    client = browser(app, cast.editor)
    for address in (f"/incidents/{slug}", f"/incidents/{slug}/source", "/", "/incidents", "/?state=all"):
        page = client.get(address).text
        assert "<script>" not in page and "<iframe" not in page and "<svg onload" not in page and "<img" not in page
        assert 'href="javascript:' not in page and not re.search(r"<[^>]+\son\w+\s*=", page), address


LEARNT = b"""# Queue

Date: 2024-05-05

## Timeline

- 10:00 it fills

## What went wrong

- Nobody watched the queue

## What went well

- The backup worked

## Action items

- [ ] Watch it
"""


@pytest.mark.parametrize(
    ("text", "cause", "shown"),
    [
        (LEARNT, "Root cause inferred from \u201cWhat went wrong\u201d Nobody watched", 0),
        (
            LEARNT.replace(b"went wrong", b"went wrong\n\nIt was.\n\n## Root cause\n\nA bolt.\n\n## What went wrong"),
            "A bolt.",
            1,
        ),
        (
            LEARNT.replace(b"What went wrong", b"Contributing factors"),
            "inferred from \u201cContributing factors\u201d Nobody",
            0,
        ),
    ],
)
def test_what_the_cause_was_taken_from_is_shown_as_the_cause_only(app, cast, session, text, cause, shown):
    slug = create(session, text, "queue.md", by=cast.editor).slug
    session.commit()
    page = browser(app, cast.editor).get(f"/incidents/{slug}").text.partition('class="whole"')[0]
    assert cause in words(page)
    assert page.count("Nobody watched the queue") == 1
    assert page.count("<h2>What went wrong</h2>") == shown
    assert "<h2>Contributing factors</h2>" not in page
    assert "<h2>What went well</h2>" in page


def test_the_source_marks_lessons_and_factors_too(app, cast, session):
    slug = create(session, LEARNT, "queue.md", by=cast.editor).slug
    session.commit()
    page = browser(app, cast.editor).get(f"/incidents/{slug}/source").text
    assert '<mark class="role-lesson">- The backup worked</mark>' in page
    assert '<mark class="role role-lesson">lesson</mark>' in page
