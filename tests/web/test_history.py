"""Revisions of a document: what changed, the exact bytes of each, ways back; and what is said beside the document."""

import re

import pytest
import sqlalchemy as sa

from tests.conftest import NOW
from tests.web.pages import browser, send, words
from tracker.domain.claims import Visibility
from tracker.services import documents
from tracker.store.models import Blob, Incident, Revision

LINES = ("# DNS was slow", "", "## Timeline", "", "- 10:00 Slow", "- 11:00 Fast", "", "## Action items", "", "1. Bound it")
FIRST = b"\xef\xbb\xbf" + "\r\n".join(LINES).encode()
SECOND = FIRST.replace(b"Slow", b"Very slow")
THIRD = SECOND + b"\r\n2. [ ] Watch it"


@pytest.fixture
def make(session, cast):
    """An incident whose document was saved three times; gives its address and the ids of its revisions."""

    def make(*texts, visibility=Visibility.INTERNAL):
        said = {"by": None, "at": NOW, "via": "import"}
        saved = documents.create(session, texts[0], "2021/dns.md", message="Imported", visibility=visibility, **said)
        ids = [saved.revision.id]
        for n, text in enumerate(texts[1:], start=2):
            later = documents.save(session, saved.incident, ids[-1], text, message=f"Change {n}", **said)
            ids.append(later.revision.id)
        address = f"/incidents/{saved.incident.slug}"
        session.commit()
        return address, ids

    return make


def head(session):
    data = session.scalar(
        sa.select(Blob.bytes).join(Revision, Revision.sha == Blob.sha).join(Incident, Incident.head_id == Revision.id)
    )
    session.rollback()
    return data


def test_the_history_tells_each_revision_and_what_it_did_to_items(app, cast, make):
    address, _ = make(FIRST, SECOND, THIRD)
    text = words(browser(app, cast.reader).get(f"{address}/history").text)
    for said in ("3 revisions", "Imported", "Change 2", "Change 3", "new: A1", "new: A2", "The tracker"):
        assert said in text
    assert text.index("Change 3") < text.index("Change 2") < text.index("Imported")
    assert "Restore" not in text


def test_every_revision_is_downloaded_to_the_byte(app, cast, make):
    address, ids = make(FIRST, SECOND, THIRD)
    reader = browser(app, cast.reader)
    for number, data in zip(ids, (FIRST, SECOND, THIRD), strict=True):
        answer = reader.get(f"{address}/history/{number}.md")
        assert answer.data == data
        assert answer.headers["Content-Disposition"] == f"attachment; filename=dns-r{number}.md"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_change_is_shown_by_lines_and_words(app, cast, make):
    address, ids = make(FIRST, SECOND, THIRD)
    reader = browser(app, cast.reader)
    page = reader.get(f"{address}/history/diff?new={ids[1]}").text
    assert "1 line added, 1 removed" in words(page)
    assert "<ins>Very slow</ins>" in page or "<ins>Very s</ins>" in page
    both = reader.get(f"{address}/history/diff?old={ids[0]}&new={ids[2]}").text
    assert "Watch it" in both
    assert words(both) == words(reader.get(f"{address}/history/diff?old={ids[2]}&new={ids[0]}").text)
    assert "the first revision" in words(reader.get(f"{address}/history/diff?new={ids[0]}").text)
    same = reader.get(f"{address}/history/diff?old={ids[0]}&new={ids[0]}").text
    assert "The two are the same" in words(same)


@pytest.mark.parametrize("query", ["new=999999", "old=1&new=999999", "old=999999", f"new={10**30}", "new=x", "new=-1"])
def test_a_revision_that_is_not_there_is_not_found(app, cast, make, query):
    address, _ = make(FIRST, SECOND)
    assert browser(app, cast.reader).get(f"{address}/history/diff?{query}").status_code in (404, 422)


def test_taking_back_one_revision_keeps_what_came_later(app, cast, make, session):
    address, ids = make(FIRST, SECOND, THIRD)
    editor = browser(app, cast.editor)
    assert send(editor, f"{address}/history", f"{address}/history/{ids[1]}/undo").status_code == 303
    assert head(session) == THIRD.replace(b"Very slow", b"Slow")
    refused = send(editor, f"{address}/history", f"{address}/history/{ids[0]}/undo")
    assert refused.status_code == 409
    assert "nothing before it" in words(refused.text)


def test_restoring_gives_the_old_bytes_as_a_new_revision_and_is_undone(app, cast, make, session):
    address, ids = make(FIRST, SECOND, THIRD)
    editor = browser(app, cast.editor)
    answer = send(editor, f"{address}/history", f"{address}/history/{ids[0]}/restore")
    assert head(session) == FIRST
    page = editor.get(answer.location).text
    assert "4 revisions" in words(page)
    undo = re.search(r'action="(/undo/[^"]+)"', page)[1]
    assert send(editor, f"{address}/history", undo).status_code == 303
    assert head(session) == THIRD


def test_revisions_of_another_document_are_not_reached(app, cast, make):
    mine, _ = make(FIRST)
    hidden, ids = make(FIRST.replace(b"DNS", b"LDAP"), visibility=Visibility.RESTRICTED)
    editor = browser(app, cast.editor)
    for path in ("", f"/{ids[0]}.md", "/diff"):
        assert editor.get(f"{hidden}/history{path}").status_code == 404
    assert editor.get(f"{mine}/history/{ids[0]}.md").status_code == 404
    assert editor.get(f"{mine}/history/diff?new={ids[0]}").status_code == 404
    for act in ("undo", "restore"):
        assert send(editor, f"{mine}/history", f"{mine}/history/{ids[0]}/{act}").status_code == 404


def test_hostile_text_is_shown_as_text(app, cast, make):
    address, ids = make(FIRST, FIRST.replace(b"Slow", b"<script>alert(1)</script><img src=x>"))
    page = browser(app, cast.reader).get(f"{address}/history/diff?new={ids[1]}").text
    assert "<script>alert" not in page
    assert "<img" not in page
