"""Restricted means: whoever may not see an incident gets the same answers as if there were none.

Compared are whole answers, before the incident was there and after, so that a number, a suggestion, a heading or the
name of a file that somebody forgets is found without a test of its own.
"""

import re

import pytest
import sqlalchemy as sa

from tests.web.pages import browser
from tests.web.routes import table
from tests.web.test_pages import LISTS
from tests.web.world import NOW, RESTRICTED, create, items_of, make_world
from tracker.domain.claims import Claim, Visibility
from tracker.services import action_items
from tracker.store.models import Incident, IncidentDeployment, IncidentReader

CHANGING = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="csrf_token"')
MORE = ["/?state=all&by=deployment", "/?deployment=vault-prod", "/?state=all&by=none&words=Zelda", "/?owner=Zelda"]
MORE += ["/?priority=P0&state=all", "/?year=2025&state=all", "/items.json?state=all", "/items.csv?state=all"]
MORE += ["/items.md?state=all", "/items.json?owner=Zelda&state=all", "/incidents.csv", "/incidents.json", "/incidents.md"]
MORE += ["/incidents?year=2025", "/incidents?deployment=vault-prod", "/incidents?severity=SEV+7", "/search?q=vault"]
MORE += ["/search.json?q=rotate", "/search?q=zelda", "/search.json?q=A9", "/triage?year=2025", "/questions?page=2"]
SEEN = "a word that only the restricted one has"


@pytest.fixture
def addresses(session, cast):
    """Every page that can be looked at of a world without the restricted incident."""
    world = make_world(session, cast)
    addresses = [route.address(world.values()) for route in table() if route.method == "GET"] + LISTS + MORE
    return [address for address in addresses if address != "/static/base.css"]


def answers(client, addresses):
    got = {address: client.get(address) for address in addresses}
    return {
        address: (answer.status_code, answer.headers.get("Content-Disposition"), CHANGING.sub("", answer.text))
        for address, answer in got.items()
    }


def add_another(session, cast):
    """A restricted incident with something in each place that a list, a count or a suggestion could take it from."""
    text = RESTRICTED.replace(b"The key leaked", SEEN.encode()).replace(b"2025-01-02", b"2031-01-02")
    secret = create(session, text, "2031-01-02-secret.md", by=cast.admin, visibility=Visibility.RESTRICTED)
    secret.severity = "SEV 7"
    session.add(IncidentReader(incident_id=secret.id, person_id=cast.reader.id))
    session.add(IncidentDeployment(incident_id=secret.id, name="vault-prod"))
    first, second = items_of(session, secret)
    changes = {"owner": "Zelda", "priority": "P0", "due": NOW.date().replace(year=2020)}
    action_items.set_fields(session, first, changes, by=cast.admin, at=NOW)
    how = {"by": cast.admin, "at": NOW, "today": NOW.date()}
    action_items.set_claim(session, [second], Claim.DONE, **how)
    session.commit()
    return secret


@pytest.mark.parametrize("who", ["nobody", "stranger", "editor"])
def test_a_restricted_incident_leaves_no_trace_in_any_answer(make_app, cast, session, addresses, who):
    app = make_app(public_read=True)
    client = browser(app, None if who == "nobody" else getattr(cast, who))
    before = answers(client, addresses)
    add_another(session, cast)
    after = answers(client, addresses)
    assert [address for address in addresses if before[address] != after[address]] == []


def test_the_same_comparison_sees_it_where_it_may_be_seen(app, cast, session, addresses):
    client = browser(app, cast.reader)
    before = answers(client, addresses)
    add_another(session, cast)
    after = answers(client, addresses)
    changed = {address for address in addresses if before[address] != after[address]}
    assert changed >= {"/", "/?state=all&by=deployment", "/items.csv", "/incidents", "/incidents.md", "/search?q=vault"}


@pytest.mark.parametrize("who", ["stranger", "editor"])
def test_an_item_that_is_asked_for_in_a_restricted_incident_too_says_nothing_of_that(app, cast, session, addresses, who):
    """The item stays in the lists for the incident that may be seen; where else it is asked for is not told."""
    client = browser(app, getattr(cast, who))
    secret = add_another(session, cast)
    there = session.scalars(sa.select(Incident).where(Incident.visibility == Visibility.PUBLIC)).one()
    joined, known = items_of(session, secret)[0], items_of(session, there)[0]
    key, address = joined.key, f"/items/{known.key}"
    action_items.join(session, joined, known, by=cast.admin, at=NOW)
    session.commit()
    for page in [address, *addresses]:
        answer = client.get(page)
        assert SEEN not in answer.text and "2031-01-02" not in answer.text, page
        assert not re.search(rf"\b{key}\b", answer.text), page
    rows = client.get("/items.json?state=all").json["rows"]
    assert {row["mentions"] for row in rows} == {1}
