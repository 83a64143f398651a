"""A page about one thing asks the database as little when that thing has grown: statements do not follow its rows."""

import pytest
import sqlalchemy as sa

from tests.web.pages import browser
from tests.web.test_pages import MOST_STATEMENTS, PAGES, statements
from tests.web.world import NOW, RESTRICTED, ask, create, items_of
from tracker.domain.claims import Role
from tracker.services import action_items, documents, people
from tracker.store.models import Incident, IncidentDeployment, IncidentReader, Person

MANY = 25


def grow(session, cast, world):
    """Entries, items, owners, revisions, events, mentions, questions, people, sign-ins: many of each."""
    incident = session.scalars(sa.select(Incident).where(Incident.slug == world.internal)).one()
    text = documents.head_bytes(session, incident)
    for n in range(MANY):
        text = text.replace(b"\n## Root cause", b"- 17:%02d the disk is at %d percent\n\n## Root cause" % (n, n), 1)
        text = text.rstrip() + b"\n- [ ] Buy disk number %d\n" % n
        how = {"by": cast.editor, "at": NOW, "message": f"Change {n}", "via": "text"}
        documents.save(session, incident, incident.head_id, text, **how)
    items = items_of(session, incident)
    assert len(items) > MANY
    for n in range(MANY):
        changes = {"owner": ", ".join(f"Person {m}" for m in range(n % 5 + 1)), "priority": f"P{n % 3}"}
        action_items.set_fields(session, items[0], changes, by=cast.editor, at=NOW)
        action_items.set_fields(session, items[n], changes, by=cast.editor, at=NOW)
        ask(session, incident, items[n + 1])
        other = create(session, RESTRICTED, f"key-{n}.md", by=cast.editor)
        action_items.join(session, items_of(session, other)[0], items[0], by=cast.editor, at=NOW)
        session.add(IncidentDeployment(incident_id=incident.id, name=f"prod-{n}"))
        somebody = Person(name=f"Person {n}", email=f"p{n}@example.org", role=Role.READER, created_at=NOW)
        session.add(somebody)
        session.flush()
        session.add(IncidentReader(incident_id=incident.id, person_id=somebody.id))
        people.make_link(session, cast.reader, at=NOW, hours=1)
    session.commit()


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_a_page_about_something_large_runs_no_more_than_six_statements(app, cast, world, session, who):
    client = browser(app, getattr(cast, who))
    for _ in range(5):
        browser(app, cast.reader)
    grow(session, cast, world)
    gets = [route.address(world.values()) for route in PAGES if "<filename>" not in route.rule]
    addresses = [*gets, "/questions?page=2", f"/incidents/{world.internal}/history?page=2", "/?by=none&state=all"]
    seen = {address: statements(app, client, address) for address in addresses}
    assert {address: texts for address, (number, texts) in seen.items() if number > MOST_STATEMENTS} == {}
    if who == "admin":
        page = client.get(f"/items/{world.open_key}").text
        assert page.count("<time") > MANY and page.count('<a href="/incidents/') > MANY, "the page did grow"
