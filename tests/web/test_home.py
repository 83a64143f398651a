"""Action items, the first page: what is open, then what nobody has spoken of, and the same in other shapes."""

import csv
import io
import re

import pytest

from tests.services.documents_of import document
from tests.web.pages import browser, send, words
from tests.web.world import checksum, create, items_of
from tracker.services import action_items, finding, imports
from tracker.store.models import Incident


def rows(page):
    """Keys of the rows, in the order of the page."""
    return re.findall(r'<li id="(A\d+)"', page)


@pytest.fixture
def editor(app, cast, world):
    return browser(app, cast.editor)


def test_the_first_line_says_how_much_is_open_and_how_much_nobody_spoke_of(editor):
    assert "3 open · 4 more that nobody has said anything about · closed ones" in words(editor.get("/").text)


def test_what_nobody_spoke_of_comes_last_under_its_own_heading(editor, world):
    page = editor.get("/").text
    assert page.index("Without owner") < page.index("Nobody has said anything about <span>")
    assert page.index(f'id="{world.open_key}"') < page.index(f'id="{world.untold_key}"')


def test_the_seed_alone_shows_its_three_items_under_that_heading(app, cast, session, settings, corpus):
    found = finding.find([corpus / "seed"], settings=settings)
    imports.plan_or_import(session, found, by=cast.admin, at=cast.admin.created_at)
    session.commit()
    page = browser(app, cast.editor).get("/").text
    assert "0 open · 3 that nobody has said anything about" in words(page)
    assert len(rows(page.partition("Nobody has said anything about")[2])) == 3
    assert "refamiliarize" in page


def test_few_that_nobody_spoke_of_are_shown_and_many_are_summed_up_by_year(app, cast, session):
    for year in (2015, 2016, 2017):
        head = f"# Outage\n\n**Date:** {year}-03-05\n\n## Action items\n\n"
        create(session, document(*(f"Think of {year}.{n}" for n in range(10)), head=head), f"{year}.md", by=cast.editor)
    session.commit()
    page = browser(app, cast.editor).get("/").text
    assert len(rows(page)) == 8
    assert "All 30 by year: 2017 10 2016 10 2015 10" in words(page)
    assert 'href="/triage?year=2016"' in page


def test_an_empty_tracker_says_how_to_begin(app, cast):
    assert "There are no action items yet" in browser(app, cast.editor).get("/").text


@pytest.fixture
def decided(session, cast, world):
    """Of the open items one is overdue and Edith's, P1."""
    from datetime import date

    incident = session.query(Incident).filter_by(slug=world.internal).one()
    item = items_of(session, incident)[0]
    changes = {"owner": "Edith", "due": date(2024, 5, 1), "priority": "P1"}
    action_items.set_fields(session, item, changes, by=cast.admin, at=cast.admin.created_at)
    session.commit()
    return world


@pytest.mark.parametrize(
    ("query", "headings"),
    [
        ("", ["Edith", "Without owner"]),
        ("?by=priority", ["P1", "Without priority"]),
        ("?by=incident", ["A node hangs", "The site is down"]),
        ("?by=deployment", ["Without deployment"]),
        ("?by=age", ["Over two years"]),
        ("?by=claim&state=remaining", ["Not stated", "Open"]),
        ("?by=year", ["2024", "2023"]),
        ("?by=nonsense", ["Edith", "Without owner"]),
    ],
)
def test_items_are_grouped_as_the_address_says(editor, decided, query, headings):
    page = editor.get(f"/{query}").text.partition('<section class="untold"')[0]
    found = re.findall(r'<h2 class="group">(.*?) <span>', page)
    assert [re.sub("<[^>]+>", "", heading) for heading in found] == headings


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("mine=1", True),
        ("overdue=1", True),
        ("unowned=1", False),
        ("owner=edith", True),
        ("owner=ada", False),
        ("priority=P1", True),
        ("priority=P0", False),
        ("words=runbook+RECYCLING", True),
        ("words=edith", True),
        ("words=100%25", False),
        ("year=2024", True),
        ("year=none", False),
        ("deployment=datahub", False),
    ],
)
def test_filters_stand_in_the_address_and_hold_for_every_shape(editor, decided, query, shown):
    assert (decided.open_key in rows(editor.get(f"/?{query}").text)) is shown
    keys = [row["key"] for row in editor.get(f"/items.json?{query}").json["rows"]]
    assert (decided.open_key in keys) is shown
    assert f"{decided.open_key}," in editor.get(f"/items.csv?{query}").text or not shown


def test_overdue_and_unowned_ones_stand_out_in_words_and_figures(editor, decided):
    page = editor.get("/").text
    assert "days overdue" in page
    figures = words(page.partition('<ul class="figures">')[2].partition("</ul>")[0])
    assert "1 overdue" in figures and "1 without owner" in figures and "1 yours" in figures


@pytest.mark.parametrize("query", ["", "?state=all&by=claim", "?words=node", "?state=not_stated&by=none", "?state=closed"])
def test_the_shapes_say_exactly_what_the_page_shows(editor, query):
    shown = rows(editor.get(f"/{query}").text)
    assert [row["key"] for row in editor.get(f"/items.json{query}").json["rows"]] == shown
    table = list(csv.reader(io.StringIO(editor.get(f"/items.csv{query}").text)))
    assert [row[0] for row in table[1:]] == shown
    lines = editor.get(f"/items.md{query}").text.splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == shown


def test_an_unknown_shape_is_not_found(editor):
    assert editor.get("/items.exe").status_code == 404


def test_one_click_closes_an_item_its_document_says_so_and_undo_brings_both_back(editor, world):
    before = editor.get(f"/incidents/{world.internal}/document.md").data
    answer = send(editor, "/", f"/items/{world.open_key}/claim", claim="done", next="/?by=incident")
    assert answer.location == "/?by=incident"
    page = editor.get(answer.location).text
    assert f"{world.open_key} is done." in page and world.open_key not in rows(page)
    after = editor.get(f"/incidents/{world.internal}/document.md").data
    changed = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert changed == [(b"- [ ] Write the runbook for recycling a node", b"- [x] Write the runbook for recycling a node")]
    undo = re.search(r'action="(/undo/\w+)"', page)[1]
    assert send(editor, "/", undo, next="/").location == "/"
    assert world.open_key in rows(editor.get("/").text)
    assert editor.get(f"/incidents/{world.internal}/document.md").data == before


def test_a_row_opens_for_editing_without_scripts(editor, world):
    page = editor.get(f"/?edit={world.open_key}&field=due").text
    assert page.count('class="edit"') == 1 and re.search(r'<input type="date" name="due"[^>]* autofocus', page)
    fields = {"owner": "Grace", "due": "2027-01-31", "priority": "P2", "claim": "in_progress", "reason": "", "next": "/"}
    assert send(editor, "/", f"/items/{world.open_key}", **fields).status_code == 303
    page = words(editor.get("/").text)
    assert f"{world.open_key}: owner Grace, due 2027-01-31, priority P2." in page
    assert f"{world.open_key} is in progress." in page
    assert "Grace" in page and "due 31 Jan 2027" in page


def test_saving_what_is_there_already_changes_nothing(editor, world, session):
    send(editor, "/", f"/items/{world.open_key}", owner="", due="", priority="", claim="open", reason="")
    before = checksum(session)
    send(editor, "/", f"/items/{world.open_key}", owner="", due="", priority="", claim="open", reason="")
    assert checksum(session) == before


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"claim": "wont_do"}, "Say why it will not be done"),
        ({"due": "2027-02-30"}, "Not a valid date"),
        ({"priority": "P9"}, "Not a valid choice"),
        ({"owner": "x" * 300}, "longer than 200"),
    ],
)
def test_what_cannot_be_taken_is_explained_beside_its_field(editor, world, fields, says):
    given = {"owner": "", "due": "", "priority": "", "claim": "open", "reason": "", **fields}
    answer = send(editor, "/", f"/items/{world.open_key}", **given)
    assert answer.status_code == 422
    assert says in answer.text and 'aria-invalid="true"' in answer.text


def test_a_long_list_is_paged_and_says_so(app, cast, session):
    create(session, document(*(f"[ ] Do thing {n}" for n in range(130))), "many.md", by=cast.editor)
    session.commit()
    client = browser(app, cast.editor)
    pages = [rows(client.get(f"/?page={n}").text) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [60, 60, 10]
    assert len({key for page in pages for key in page}) == 130
    assert "page 1 of 3" in client.get("/").text
    assert len(client.get("/items.json").json["rows"]) == 130, "an export is not paged"
