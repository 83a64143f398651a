"""Writing and editing a document as text; whatever happens, what was typed stays."""

import html
import re

import pytest
import sqlalchemy as sa

from tests.web.pages import browser, send, token_of, words
from tracker.domain.claims import Visibility
from tracker.services import documents
from tracker.store.models import Blob, Incident, IncidentReader, Question, Revision

TEXT = """# DNS was slow

## Timeline

- 10:00 Slow
- 11:00 Fast

## Action items

1. Bound the cache
2. Alert on slow lookups
"""
PLAIN = TEXT.encode()


@pytest.fixture
def editor(app, cast):
    return browser(app, cast.editor)


@pytest.fixture
def make(session, cast):
    """An incident with these bytes; gives its address."""
    from tests.conftest import NOW

    def make(data=PLAIN, visibility=Visibility.INTERNAL):
        saved = documents.create(
            session, data, "dns.md", by=None, at=NOW, message="Imported", via="import", visibility=visibility
        )
        slug = saved.incident.slug
        session.commit()
        return f"/incidents/{slug}"

    return make


def shown(client, address):
    """What the text area and the hidden base of an editor's page hold, as a browser reads them."""
    page = client.get(address).text
    area = re.search(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page, re.DOTALL)[1]
    base = re.search(r'name="base"[^>]*value="(\d+)"', page)
    return html.unescape(area), base and base[1]


def typed(text):
    """As a browser sends it."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


def head(session):
    data = session.scalar(
        sa.select(Blob.bytes).join(Revision, Revision.sha == Blob.sha).join(Incident, Incident.head_id == Revision.id)
    )
    session.rollback()
    return data


def save(client, address, text, base, **fields):
    return send(client, f"{address}/edit", text=typed(text), base=base, message="", **fields)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        TEXT.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TEXT.rstrip().encode(),
        b"\n\n" + PLAIN + b"\n\n",
        TEXT.replace("\n", "\r\n", 4).encode(),
        (TEXT + "tabs\tand \u2028 and <b>&amp;\n").encode(),
    ],
    ids=["plain", "crlf", "bom and no final newline", "blank lines around", "mixed ends", "odd letters"],
)
def test_saving_what_was_not_touched_changes_nothing(editor, make, session, data):
    address = make(data)
    text, base = shown(editor, f"{address}/edit")
    answer = save(editor, address, text, base)
    assert answer.status_code == 303
    assert "Nothing was changed" in editor.get(answer.location).text
    assert head(session) == data


def test_a_changed_line_changes_that_line_only(editor, make, session):
    data = TEXT.replace("\n", "\r\n").encode()
    address = make(data)
    text, base = shown(editor, f"{address}/edit")
    save(editor, address, text.replace("Bound the cache", "Bound every cache"), base)
    assert head(session) == data.replace(b"Bound the cache", b"Bound every cache")


def test_a_preview_keeps_the_text_and_changes_nothing(editor, make, session):
    address = make()
    _, base = shown(editor, f"{address}/edit")
    new = TEXT + "3. Write it *down*\n"
    page = send(editor, f"{address}/edit", f"{address}/preview", text=typed(new), base=base, message="Why").text
    assert "<em>down</em>" in page
    assert "3 action items" in words(page)
    assert "Write it *down*" in page
    assert 'value="Why"' in page
    assert head(session) == PLAIN


def test_what_two_people_save_is_merged_and_it_says_so(app, cast, editor, make, session):
    address = make()
    other = browser(app, cast.admin)
    (mine, base), (theirs, _) = shown(editor, f"{address}/edit"), shown(other, f"{address}/edit")
    save(other, address, theirs.replace("10:00 Slow", "10:05 Slow"), base)
    answer = save(editor, address, mine.replace("Bound the cache", "Bound every cache"), base)
    assert "together with what somebody else saved" in words(editor.get(answer.location).text)
    assert head(session) == TEXT.replace("10:00 Slow", "10:05 Slow").replace("Bound the", "Bound every").encode()


def test_what_cannot_be_merged_keeps_both_texts_and_asks(app, cast, editor, make, session):
    address = make()
    other = browser(app, cast.admin)
    _, base = shown(editor, f"{address}/edit")
    save(other, address, TEXT.replace("Fast", "Repaired"), base)
    answer = save(editor, address, TEXT.replace("Fast", "Gone"), base)
    page = editor.get(answer.location)
    assert page.status_code == 200
    for said in ("Repaired", "Gone", "Put them together"):
        assert said in words(page.text)
    assert "Repaired" in head(session).decode()
    assert "Two texts for the same lines" in words(editor.get("/questions").text)
    send(editor, answer.location, answer="theirs")
    assert "Gone" in head(session).decode()
    assert "Nothing waits" in words(editor.get("/questions").text)


def test_two_texts_are_put_together_by_hand(app, cast, editor, make, session):
    address = make(TEXT.replace("\n", "\r\n").encode())
    _, base = shown(editor, f"{address}/edit")
    save(browser(app, cast.admin), address, TEXT.replace("Fast", "Repaired"), base)
    page = save(editor, address, TEXT.replace("Fast", "Gone"), base).location
    assert send(editor, page, answer="text", text="  ").status_code == 422
    both = TEXT.replace("Fast", "Repaired, then gone")
    assert send(editor, page, answer="text", text=typed(both)).status_code == 303
    assert head(session) == both.replace("\n", "\r\n").encode()
    assert send(editor, f"{address}/edit", page, answer="ours").status_code == 404


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no text yet"),
        (" \n ", "There is no text yet"),
        ("x" * 300_000, "are taken at most"),
        ("a\x00b", "binary"),
    ],
)
def test_on_an_error_the_text_stays(editor, make, session, text, says):
    address = make()
    _, base = shown(editor, f"{address}/edit")
    for to in ("edit", "preview"):
        answer = send(editor, f"{address}/edit", f"{address}/{to}", text=text, base=base, message="Why")
        assert answer.status_code == 422
        assert says in words(answer.text)
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{base}"' in answer.text
        assert html.escape(text[:2000]).replace("\x00", "\ufffd")[:10] in answer.text.replace("\x00", "\ufffd")
    assert head(session) == PLAIN


def test_a_sign_in_that_ended_gives_the_text_back(app, cast, make):
    address = make()
    client = browser(app, cast.editor)
    _, base = shown(client, f"{address}/edit")
    token = token_of(client.get(f"{address}/edit").text)
    client.delete_cookie("sign-in")
    answer = client.post(f"{address}/edit", data={"csrf_token": token, "text": "# What I typed\n", "base": base})
    assert answer.status_code in (401, 403)
    assert "# What I typed" in answer.text


def test_a_base_of_another_document_is_not_taken(editor, make, session):
    mine, other = make(), make(TEXT.replace("DNS", "LDAP").encode(), Visibility.RESTRICTED)
    number = session.scalar(sa.select(sa.func.max(Revision.id)))
    session.rollback()
    assert editor.get(f"{other}/edit").status_code == 404
    for base in (str(number), "0", "", "x", "9" * 30):
        assert save(editor, mine, "# Stolen\n", base).status_code in (404, 422), base
    assert head(session) == PLAIN


def test_a_new_document_begins_with_the_template_and_reads_back(editor, session):
    text, base = shown(editor, "/incidents/new?title=The+disk+was+full&day=2026-11-20&severity=SEV+2")
    assert base is None
    assert "The disk was full" in text
    assert "2026-11-20" in text
    answer = send(editor, "/incidents/new?empty=1", "/incidents/new", text=typed(text), message="", visibility="internal")
    assert answer.location == "/incidents/2026-11-20-the-disk-was-full"
    assert head(session) == text.encode()


def test_a_new_document_can_be_for_oneself_only(app, cast, editor, session):
    fields = {"text": typed(TEXT), "message": "", "visibility": "restricted"}
    address = send(editor, "/incidents/new?empty=1", "/incidents/new", **fields).location
    assert editor.get(address).status_code == 200
    assert browser(app, cast.reader).get(address).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(IncidentReader)) == 1


def test_a_new_text_that_cannot_be_taken_stays(editor, session):
    answer = send(editor, "/incidents/new?empty=1", "/incidents/new", text="  half\n", visibility="nonsense")
    assert answer.status_code == 422
    assert "  half" in answer.text
    preview = send(editor, "/incidents/new?empty=1", "/incidents/new/preview", text=typed(TEXT), visibility="restricted")
    assert "2 action items" in words(preview.text)
    assert re.search(r'<input[^>]*checked[^>]*value="restricted"', preview.text)
    assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 0


def test_readers_do_not_edit(app, cast, make):
    address, reader = make(), browser(app, cast.reader)
    assert reader.get(f"{address}/edit").status_code == 403
    assert send(reader, "/you", f"{address}/edit", text="x", base="1").status_code == 403


def test_hostile_markdown_does_not_run_in_a_preview(editor, make):
    address = make()
    _, base = shown(editor, f"{address}/edit")
    bad = "# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n</textarea><img src=x onerror=alert(1)>\n"
    page = send(editor, f"{address}/edit", f"{address}/preview", text=typed(bad), base=base).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page
    assert page.count("</textarea>") == 1


def test_questions_are_not_shown_to_who_may_not_see_the_incident(app, cast, make, session):
    address = make(visibility=Visibility.RESTRICTED)
    admin = browser(app, cast.admin)
    _, base = shown(admin, f"{address}/edit")
    save(admin, address, TEXT.replace("Fast", "Repaired"), base)
    page = save(admin, address, TEXT.replace("Fast", "Gone"), base).location
    assert session.scalar(sa.select(sa.func.count()).select_from(Question)) == 1
    session.rollback()
    editor = browser(app, cast.editor)
    assert editor.get(page).status_code == 404
    assert send(editor, "/you", page, answer="ours").status_code == 404
    assert "Nothing waits" in words(editor.get("/questions").text)


def test_a_document_called_new_does_not_stand_where_new_ones_are_written(editor):
    address = send(
        editor, "/incidents/new?empty=1", "/incidents/new", text="# New\n\n- 10:00 x\n", visibility="internal"
    ).location
    assert address == "/incidents/new-2"
    assert editor.get(address).status_code == 200
