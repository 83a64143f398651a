"""What holds for every page: it is whole, small, changes nothing by being looked at, and asks the database little."""

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from tests.web.pages import browser
from tests.web.routes import table
from tests.web.world import checksum, create

PAGES = [route for route in table() if route.method == "GET" and route.right != "token"]
GETS = [route for route in PAGES if route.rule != "/static/<filename>"]
MOST_STATEMENTS = 6
MOST_BYTES = 100 * 1024
LISTS = ["/", "/?by=incident", "/?by=deployment", "/?by=age", "/?by=priority", "/?by=group", "/?by=claim&state=all"]
LISTS += ["/?state=closed&by=year", "/?state=not_stated&by=none", "/?words=node&mine=1&overdue=1&unowned=1&owner=Ada"]
LISTS += ["/items.csv", "/items.md", "/incidents.md", "/incidents?year=2024&remaining=1&words=node", "/triage?year=none"]
LISTS += ["/triage?year=2024", "/?edit=A1&field=due", "/triage?ask=A3"]


@pytest.fixture
def addresses(world):
    return [route.address(world.values()) for route in GETS] + LISTS


@pytest.mark.parametrize("who", ["nobody", "reader", "editor", "admin"])
def test_looking_changes_nothing(app, cast, world, session, addresses, who):
    client = browser(app, None if who == "nobody" else getattr(cast, who))
    before = checksum(session)
    for address in addresses:
        assert client.get(address).status_code < 500, address
        client.head(address)
    assert checksum(session) == before


def statements(app, client, address):
    """How many statements the page needs, its answer being fine."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    sa.event.listen(app.extensions["engine"], "before_cursor_execute", note)
    try:
        answer = client.get(address)
    finally:
        sa.event.remove(app.extensions["engine"], "before_cursor_execute", note)
    assert answer.status_code in (200, 403, 404), address
    return len(seen), seen


def many(session, cast):
    """Twenty more incidents with two hundred items."""
    for n in range(20):
        items = "\n".join(f"- [ ] Do thing {n}.{m} (Owner: Ada)\n- Think of {n}.{m}" for m in range(5))
        text = f"# Outage {n}\n\n**Date:** 20{10 + n % 15}-03-05\n\n## Action items\n\n{items}\n"
        create(session, text.encode(), f"outage-{n}.md", by=cast.editor)
    session.commit()


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_no_page_runs_more_than_six_statements_whatever_its_number_of_rows(app, cast, world, session, addresses, who):
    client = browser(app, getattr(cast, who))
    few = {address: statements(app, client, address) for address in addresses}
    many(session, cast)
    grown = {address: statements(app, client, address) for address in addresses}
    too_many = {address: texts for address, (number, texts) in grown.items() if number > MOST_STATEMENTS}
    assert too_many == {}
    assert [address for address in addresses if grown[address][0] > max(few[address][0], MOST_STATEMENTS)] == []


@pytest.mark.parametrize("who", ["admin", "reader", "nobody"])
def test_every_page_is_whole(app, cast, world, session, addresses, who):
    many(session, cast)
    client = browser(app, None if who == "nobody" else getattr(cast, who))
    for address in addresses:
        answer = client.get(address)
        if answer.mimetype == "text/html":
            assert_whole(address, answer.text)


def assert_whole(address, page):
    assert len(page.encode()) <= MOST_BYTES, address
    assert re.search(r"<title>[^<]*\S[^<]*</title>", page), address
    assert '<html lang="en">' in page and '<main id="main"' in page, address
    own = page.partition('<div class="document">')[0]
    assert len(re.findall(r"<h1\b", own)) == 1, address
    assert " style=" not in page and "<style" not in page and not re.search(r"<[^>]*\son\w+=", page), address
    for script in re.findall(r"<script[^>]*>[^<]*", page):
        assert 'src="/static/' in script and script.endswith(">"), address
    assert not re.findall(r'<(?:link|img|script)[^>]*(?:href|src)="(?!/static/)[^"]*"', page), address
    twice = [name for name, number in Counter(re.findall(r'\sid="([^"]+)"', page)).items() if number > 1]
    assert twice == [], address
    assert "None" not in re.sub(r"<[^>]+>", " ", own), address


def test_head_says_the_same_as_get_without_the_body(app, cast, world):
    client = browser(app, cast.reader)
    assert client.head("/").status_code == 200 and client.head("/").data == b""
