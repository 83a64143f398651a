"""Search: incidents and items by words, newest first, with the words marked."""

import pytest

from tests.conftest import NOW
from tests.web.pages import browser, words
from tracker.domain.claims import Visibility
from tracker.services import documents, searching
from tracker.services.searching import mark

TEXT = (
    "# {title}\n\nDate: {day}\n\n## Summary\n\n{summary}\n\n## Timeline\n\n- 10:00 Start\n\n## Action items\n\n1. {item}\n"
)
DNS = {
    "title": "DNS was slow",
    "day": "2021-03-04",
    "summary": "A resolver had a cache without a bound.",
    "item": "Bound the cache",
}
DISK = {"title": "The disk was full", "day": "2022-05-06", "summary": "Caches filled the disk.", "item": "Alert on the disk"}
VAULT = {"title": "The vault leaked", "day": "2023-01-01", "summary": "A cache held keys.", "item": "Clear every cache"}


@pytest.fixture
def three(session, cast):
    for values, visibility in ((DNS, "internal"), (DISK, "public"), (VAULT, "restricted")):
        said = {"by": None, "at": NOW, "message": "Imported", "via": "import"}
        data = TEXT.format(**values).encode()
        documents.create(session, data, "x.md", visibility=Visibility(visibility), **said)
    session.commit()


def test_incidents_and_items_are_found_newest_first_and_marked(app, cast, three):
    page = browser(app, cast.reader).get("/search?q=cache").text
    assert "<mark>cache</mark>" in page
    assert "<mark>Caches</mark>" in page
    text = words(page)
    assert text.index("The disk was full") < text.rindex("DNS was slow")
    assert "2 incidents, newest first, and 1 action item." in text
    assert "vault" not in text


def test_all_words_are_wanted_and_the_last_may_be_a_beginning(app, cast, three):
    client = browser(app, cast.reader)
    found = client.get("/search.json?q=Cache+RESOLV").json
    assert [hit["title"] for hit in found["incidents"]] == ["DNS was slow"]
    assert found["items"] == []
    assert client.get("/search.json?q=resolv+cache").json["incidents"] == []


def test_an_item_is_found_by_its_key(app, cast, three):
    client = browser(app, cast.reader)
    assert [hit["text"] for hit in client.get("/search.json?q=a1").json["items"]] == ["Bound the cache"]
    assert client.get("/search.json?q=A3").json["items"] == [], "that item is of an incident that is not seen"
    assert client.get("/search.json?q=A99").json["items"] == []


def test_an_admin_finds_what_is_restricted(app, cast, three):
    assert "The vault leaked" in words(browser(app, cast.admin).get("/search?q=vault").text)


@pytest.mark.parametrize(
    "query", ["", "   ", "?!", "'; DROP TABLE person --", '"', "a" * 5000, "%00", "NEAR(", "*", "x OR y", "é"]
)
def test_no_words_break_it(app, cast, three, query):
    client = browser(app, cast.reader)
    for path in ("/search", "/search.json"):
        assert client.get(path, query_string={"q": query}).status_code == 200


def test_nothing_found_says_what_to_try(app, cast, three):
    assert "Nothing has this word" in words(browser(app, cast.reader).get("/search?q=zebra").text)


@pytest.mark.parametrize("bad", ["<script>alert(1)</script>", '"><img src=x>'])
def test_what_is_asked_is_shown_as_text(app, cast, three, bad):
    page = browser(app, cast.reader).get("/search", query_string={"q": bad}).text
    assert "<script>alert" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("Bound the cache", ["cache"], ["cache"]),
        ("Caches, cached", ["cache"], ["Caches", "cached"]),
        ("Déjà vu", ["deja"], ["Déjà"]),
        ("one two three", ["one", "th"], ["one", "three"]),
        ("themes", ["the", "x"], []),
    ],
)
def test_words_are_marked_as_they_were_found(text, asked, marked):
    pieces = mark(text, asked)
    assert [piece for piece, hit in pieces if hit] == marked
    assert "".join(piece for piece, _ in pieces) == text


def test_a_long_line_is_cut_around_what_was_found(session, cast, three):
    said = {"by": None, "at": NOW, "message": "Imported", "via": "import"}
    values = {**DNS, "summary": "word " * 200 + "needle " + "word " * 200}
    documents.create(session, TEXT.format(**values).encode(), "y.md", **said)
    (hit,) = searching.find(session, "needle", cast.admin).incidents
    assert ("needle", True) in hit.snippet
    assert sum(len(text) for text, _ in hit.snippet) < 200


@pytest.mark.parametrize("before", range(0, 120, 9))
def test_a_snippet_has_whole_words(session, cast, before):
    said = {"by": None, "at": NOW, "message": "Imported", "via": "import"}
    line = f"{'x' * (before % 13)} " + "every push counts, " * (before // 10) + "needle " + "restarting; " * 40
    documents.create(session, TEXT.format(**{**DNS, "summary": line}).encode(), "y.md", **said)
    (hit,) = searching.find(session, "needle", cast.admin).incidents
    shown = "".join(text for text, _ in hit.snippet)
    assert set(shown.split()) <= {"…", *line.split()}
    assert "needle" in shown and 100 < len(shown) <= searching.SHOWN + 4
    assert shown.startswith("… ") is (line.strip().index("needle") > 60) and shown.endswith(" …")


def test_a_word_without_an_end_is_cut_all_the_same(session, cast):
    said = {"by": None, "at": NOW, "message": "Imported", "via": "import"}
    documents.create(session, TEXT.format(**{**DNS, "summary": "needle" + "e" * 900}).encode(), "y.md", **said)
    (hit,) = searching.find(session, "needle", cast.admin).incidents
    assert "".join(text for text, _ in hit.snippet) == "needle" + "e" * 174 + " …"
