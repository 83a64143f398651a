"""Importing in the browser: send, look, take."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.web.pages import browser, send, token_of, words
from tracker.store.models import Blob, Incident, Revision, Upload, UploadFile

DNS = b"""# DNS was slow

Date: 2021-03-04

## Timeline

- 10:00 Lookups take seconds
- 11:30 The resolver is restarted

## Root cause

A cache without a bound.

## Action items

- [ ] Bound the cache
- [ ] Alert on slow lookups
"""
DISK = DNS.replace(b"DNS was slow", b"The disk was full").replace(b"2021-03-04", b"2022-05-06").replace(b"cache", b"disk")


@pytest.fixture
def editor(app, cast):
    return browser(app, cast.editor)


def file(data, name):
    return (io.BytesIO(data), name)


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def upload(client, *files, **fields):
    answer = send(client, "/import", files=list(files), **fields)
    assert answer.status_code == 303, words(answer.text)
    return answer.location


def take(client, page, **fields):
    return send(client, page, re.match(r"/import/[^/]+", page)[0] + "/accept", visibility="internal", **fields)


def count(session, table):
    number = session.scalar(sa.select(sa.func.count()).select_from(table))
    session.rollback()
    return number


def test_looking_takes_nothing_in_and_taking_keeps_the_exact_bytes(editor, session):
    page = upload(editor, file(DNS, "dns.md"))
    assert editor.get(page).status_code == 200
    assert count(session, Incident) == 0
    answer = take(editor, page, chosen="0")
    assert answer.status_code == 303
    assert "1 document was taken in" in words(editor.get(answer.location).text)
    assert session.scalar(sa.select(Blob.bytes).join(Revision, Revision.sha == Blob.sha)) == DNS


def test_one_document_shows_its_source_what_was_understood_and_why(editor):
    page = editor.get(upload(editor, file(DNS, "dns.md"))).text
    assert 'id="L12"' in page
    assert page.count('<mark class="role-item">') >= 2
    text = words(page)
    for said in ("2 timeline entries", "2 action items", "DNS was slow", "2021-03-04", "Bound the cache", "line 16"):
        assert said in text


def test_several_files_and_a_zip_are_listed_and_some_are_taken(editor, session):
    packed = zipped({"2022/disk.md": DISK, "notes.md": b"# Notes\n\nNothing happened.\n", "image.png": b"\x89PNG"})
    page = upload(editor, file(DNS, "dns.md"), file(packed, "all.zip"))
    text = words(editor.get(page).text)
    for said in ("dns.md", "2022/disk.md", "notes.md", "2 new", "1 left out"):
        assert said in text
    assert "image.png" not in text
    n = re.search(r'value="(\d+)"[^>]*aria-label="Take 2022/disk.md"', editor.get(page).text)[1]
    take(editor, page, chosen=n)
    assert list(session.scalars(sa.select(Incident.slug))) == ["2022-05-06-the-disk-was-full"]
    session.rollback()
    take(editor, page, all="1")
    assert count(session, Incident) == 2


def test_a_page_that_is_no_postmortem_is_taken_when_a_person_ticks_it(editor, session):
    packed = zipped({"notes.md": b"# Notes\n\nNothing happened.\n", "dns.md": DNS})
    page = upload(editor, file(packed, "all.zip"))
    n = re.search(r'value="(\d+)"[^>]*aria-label="Take notes.md"', editor.get(page).text)[1]
    take(editor, page, chosen=n)
    assert count(session, Incident) == 1


def test_what_is_known_already_says_so_and_a_change_is_shown(editor, session):
    take(editor, upload(editor, file(DNS, "dns.md")), chosen="0")
    again = editor.get(upload(editor, file(DNS, "dns.md"))).text
    assert "known already" in words(again)
    assert "Take it in" not in words(again)
    changed = upload(editor, file(DNS.replace(b"[ ] Bound", b"[x] Bound"), "dns.md"))
    page = editor.get(changed).text
    assert "changes a document" in words(page)
    assert "<ins>" in page
    take(editor, changed, chosen="0")
    assert count(session, Incident) == 1
    assert count(session, Revision) == 2


def test_pasted_text_gets_a_name_of_its_own(editor, session):
    for text in (DNS, DISK):
        page = upload(editor, text=text.decode().replace("\n", "\r\n"), name="")
        take(editor, page, chosen="0")
    assert sorted(session.scalars(sa.select(Incident.name))) == [
        "2021-03-04-dns-was-slow.md",
        "2022-05-06-the-disk-was-full.md",
    ]
    assert DNS in set(session.scalars(sa.select(Blob.bytes)))


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image.md", "binary"),
        ("täglich".encode("latin-1"), "latin.md", "UTF-8"),
        (b"# Huge\n" + b"x" * 300_000, "huge.md", "bytes"),
        (b"PK\x03\x04 not really", "bad.zip", "zip"),
    ],
)
def test_one_bad_file_stops_nothing_else(editor, session, data, name, says):
    page = upload(editor, file(data, name), file(DNS, "dns.md"))
    text = words(editor.get(page).text)
    assert "cannot be taken" in text
    assert says in text
    take(editor, page, all="1")
    assert count(session, Incident) == 1


def test_an_archive_that_climbs_out_is_refused_whole(editor, session):
    page = upload(editor, file(zipped({"../evil.md": DNS, "fine.md": DISK}), "bad.zip"))
    text = words(editor.get(page).text)
    assert "climbs out" in text
    assert count(session, UploadFile) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd.md", "/abs/a.md", "C:\\x\\a.md", "a\x00b.md", "..", ""])
def test_a_name_from_outside_stays_where_it_belongs(editor, session, name):
    send(editor, "/import", files=[file(DNS, name)])
    for stored in session.scalars(sa.select(UploadFile.name)):
        assert not stored.startswith("/")
        assert ".." not in stored.split("/")
        assert stored.isprintable()


@pytest.mark.parametrize("fields", [{}, {"text": "   "}])
def test_nothing_to_import_is_said_on_the_same_page(editor, fields):
    answer = send(editor, "/import", **fields)
    assert answer.status_code == 422
    assert "There is no document in it" in words(answer.text)


def test_too_much_is_refused_with_the_limit(app, editor):
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    token = token_of(editor.get("/import").text)
    answer = editor.post("/import", data={"csrf_token": token, "files": [file(b"x" * 20_000, "a.md")]})
    assert answer.status_code == 413
    assert "more than is taken at once" in words(answer.text)


def test_what_waits_is_only_its_senders_and_goes_after_a_day(app, cast, editor, session):
    page = upload(editor, file(DNS, "dns.md"))
    admin = browser(app, cast.admin)
    assert admin.get(page).status_code == 404
    assert take_as(admin, page).status_code == 404
    session.execute(sa.update(Upload).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    session.commit()
    assert editor.get(page).status_code == 404
    upload(editor, file(DISK, "disk.md"))
    assert count(session, Upload) == 1


def take_as(client, page):
    return send(client, "/import", re.match(r"/import/[^/]+", page)[0] + "/accept", visibility="internal", all="1")


def test_a_second_click_takes_nothing_twice(editor, session):
    page = upload(editor, file(DNS, "dns.md"))
    token = token_of(editor.get(page).text)
    accept = re.match(r"/import/[^/]+", page)[0] + "/accept"
    answers = [
        editor.post(accept, data={"csrf_token": token, "visibility": "internal", "chosen": "0"}).status_code
        for _ in range(2)
    ]
    assert answers == [303, 409]
    assert count(session, Incident) == 1


def test_choosing_nothing_says_so(editor):
    answer = take(editor, upload(editor, file(DNS, "dns.md"), file(DISK, "disk.md")))
    assert answer.status_code == 422
    assert "Choose at least one document" in answer.text


def test_new_incidents_are_seen_by_whom_the_sender_says(app, cast, editor):
    page = upload(editor, file(DNS, "dns.md"))
    send(editor, page, re.match(r"/import/[^/]+", page)[0] + "/accept", visibility="restricted", chosen="0")
    assert editor.get("/incidents/2021-03-04-dns-was-slow").status_code == 200
    assert browser(app, cast.reader).get("/incidents/2021-03-04-dns-was-slow").status_code == 404
    assert "Bound the cache" not in browser(app, cast.reader).get("/search?q=cache").text


def test_what_was_sent_is_forgotten_on_demand(editor, session):
    page = upload(editor, file(DNS, "dns.md"))
    send(editor, page, re.match(r"/import/[^/]+", page)[0] + "/drop")
    assert count(session, Upload) == count(session, UploadFile) == 0


def test_one_person_keeps_only_the_newest_few_waiting(editor, session):
    for n in range(7):
        upload(editor, file(DNS + b"%d" % n, f"dns{n}.md"))
    assert count(session, Upload) == 5


def test_hostile_text_is_shown_as_text(editor):
    bad = DNS + b"\n- [ ] <script>alert(1)</script> <img src=x onerror=alert(1)>\n"
    page = editor.get(upload(editor, file(bad, "<b>x</b>.md"))).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>x</b>" not in page


def test_a_long_list_comes_in_pages_and_all_of_it_is_taken_at_once(editor, session):
    files = {f"dns{n:03}.md": DNS.replace(b"DNS", b"DNS %d" % n).replace(b"cache", b"cache %d" % n) for n in range(120)}
    page = upload(editor, file(zipped(files), "all.zip"))
    html = editor.get(page).text
    assert html.count('name="chosen"') == 100
    assert len(html) < 100_000
    assert editor.get(page + "?page=2").text.count('name="chosen"') == 20
    assert "Take in all 120" in words(html)
    take(editor, page, all="1")
    assert count(session, Incident) == 120
