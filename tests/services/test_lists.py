"""Lists of items and incidents, as pages and commands show them."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from tests.services.documents_of import TODAY, create, document, items
from tracker.domain.claims import Claim, Status, Visibility
from tracker.services import action_items, lists
from tracker.services.lists import GROUPINGS, STATES, IncidentFilters, ItemFilters
from tracker.store.models import Incident, IncidentDeployment, IncidentReader

OPEN = ItemFilters()


@pytest.fixture
def said(session, cast):
    """Two incidents ask for the runbook; one item is overdue, one nobody spoke of, one done, one secret."""
    head = "# {}\n\n**Date:** {}\n\n## Action items\n\n"
    lines = ["[ ] Write the runbook", "[ ] Buy a disk (Owner: Ada)", "[x] Alert", "Think"]
    create(session, document(*lines, head=head.format("Old", "2020-02-01")), "old.md")
    create(session, document("[ ] Write the runbook again", head=head.format("New", "2024-02-01")), "new.md")
    secret = document("[ ] Rotate the key", head=head.format("Secret", "2025-02-01"))
    incident = create(session, secret, "secret.md", visibility=Visibility.RESTRICTED).incident
    session.add(IncidentReader(incident_id=incident.id, person_id=cast.reader.id))
    known = items(session)
    action_items.join(session, known["A1"], known["A5"], by=cast.editor, at=cast.editor.created_at)
    action_items.set_fields(session, known["A2"], {"due": date(2026, 11, 1)}, by=cast.editor, at=cast.editor.created_at)
    session.flush()
    return session


def keys(session, person, filters=OPEN, **more):
    return [row.key for row in lists.open_items(session, person, filters, TODAY, **more).rows]


def test_an_item_is_titled_by_its_newest_mention_that_the_person_may_see(said, cast):
    [row] = [row for row in lists.open_items(said, cast.editor, OPEN, TODAY).rows if row.key == "A5"]
    assert (row.text, row.incident_title, row.mentions, row.since) == (
        "Write the runbook again",
        "New",
        2,
        date(2020, 2, 1),
    )
    said.execute(sa.update(Incident).where(Incident.name == "new.md").values(visibility="restricted"))
    [row] = [row for row in lists.open_items(said, cast.editor, OPEN, TODAY).rows if row.key == "A5"]
    assert (row.text, row.incident_title, row.mentions) == ("Write the runbook", "Old", 1)


def test_an_item_that_is_joined_to_another_is_not_listed_itself(said, cast):
    assert "A1" not in keys(said, cast.admin, replace(OPEN, state="all"))


@pytest.mark.parametrize("who", ["nobody", "stranger", "editor", "reader", "admin"])
def test_counts_and_lists_agree_for_everybody(said, cast, who):
    person = None if who == "nobody" else getattr(cast, who)
    counts = lists.counts(said, person, TODAY)
    shown = {state: len(keys(said, person, replace(OPEN, state=state))) for state in STATES}
    assert (counts.open, counts.not_stated, counts.any_closed) == (shown["open"], shown["not_stated"], shown["closed"] > 0)
    assert shown["all"] == shown["open"] + shown["not_stated"] + shown["closed"]
    assert shown["remaining"] == shown["open"] + shown["not_stated"]
    assert ("A6" in keys(said, person)) is (who in ("reader", "admin"))


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("state", STATES)
def test_every_grouping_lists_every_item_once_and_counts_its_groups(said, cast, by, state):
    filters = ItemFilters(state=state, by=by)
    found = lists.open_items(said, cast.admin, filters, TODAY)
    assert sorted(row.key for row in found.rows) == sorted(keys(said, cast.admin, replace(filters, by="none")))
    assert found.matching == len(found.rows)
    labels = [group.label for group in found.groups]
    assert len(labels) == len(set(labels)) and all(group.count == len(group.rows) for group in found.groups)


def test_a_page_of_a_list_still_counts_the_whole(said, cast):
    page = lists.open_items(said, cast.admin, ItemFilters(by="none"), TODAY, limit=1, offset=1)
    assert len(page.rows) == 1 and page.matching == 3 and page.groups[0].count == 3
    assert page.rows[0].key == keys(said, cast.admin, ItemFilters(by="none"))[1]


def test_what_is_due_first_comes_first_and_is_counted_as_overdue(said, cast):
    found = lists.open_items(said, cast.editor, ItemFilters(by="none"), TODAY)
    assert [(row.key, row.overdue_days) for row in found.rows] == [("A2", 23), ("A5", 0)]
    assert found.groups[0].overdue == 1


def test_a_closed_item_is_not_overdue(said, cast):
    known = items(said)
    action_items.set_claim(said, [known["A2"]], Claim.DONE, by=cast.editor, at=cast.editor.created_at, today=TODAY)
    assert lists.counts(said, cast.editor, TODAY).overdue == 0
    [row] = [row for row in lists.open_items(said, cast.editor, ItemFilters(state="closed"), TODAY).rows if row.key == "A2"]
    assert row.overdue_days == 0


def test_filters_find_any_of_several_owners_and_any_of_an_item_s_incidents(said, cast):
    known = items(said)
    action_items.set_fields(said, known["A5"], {"owner": "Ada, Edith"}, by=cast.editor, at=cast.editor.created_at)
    old = said.scalars(sa.select(Incident).where(Incident.name == "old.md")).one()
    head = "# Other\n\n**Date:** 2022-02-01\n\n## Action items\n\n"
    other = create(said, document("[ ] Something else", head=head), "other.md").incident
    for incident, name in ((old, "datahub"), (other, "prod")):
        said.add(IncidentDeployment(incident_id=incident.id, name=name))
    said.flush()
    assert len(keys(said, cast.editor)) == 3
    assert keys(said, cast.editor, replace(OPEN, owner="edith")) == ["A5"]
    assert keys(said, cast.editor, replace(OPEN, mine=True)) == ["A5"]
    assert keys(said, cast.editor, replace(OPEN, incident=old.slug, by="none")) == ["A2", "A5"]
    assert keys(said, cast.editor, replace(OPEN, deployment="datahub", by="none")) == ["A2", "A5"]
    assert keys(said, None, replace(OPEN, mine=True)) == []


@pytest.mark.parametrize(
    ("words", "found"), [("RUNBOOK again", ["A5"]), ("ada", ["A2"]), ("a2", ["A2"]), ("100%", []), ("_", []), ("'--", [])]
)
def test_words_are_looked_for_in_texts_owners_and_keys_and_mean_themselves(said, cast, words, found):
    assert keys(said, cast.editor, replace(OPEN, words=words)) == found


def test_years_say_how_much_nobody_spoke_of(said, cast):
    years = lists.not_stated(said, cast.admin, ItemFilters(state="not_stated"), TODAY)
    assert [(year.year, year.items, year.incidents) for year in years] == [(2020, 1, 1)]


def test_incidents_count_what_remains_of_each(said, cast):
    found = lists.incidents(said, cast.editor, IncidentFilters())
    assert [(row.title, row.open, row.not_stated, row.closed) for row in found.rows] == [("New", 1, 0, 0), ("Old", 2, 1, 1)]
    assert found.matching == 2
    assert [year for year, _ in found.by_year()] == [2024, 2020]
    facets = lists.incident_facets(said, cast.editor)
    assert facets.years == [(2024, 1), (2020, 1)] and facets.total == 2


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (IncidentFilters(deployment="datahub"), ["Old"]),
        (IncidentFilters(deployment="prod"), []),
        (IncidentFilters(severity="SEV 1"), ["New"]),
        (IncidentFilters(status=Status.IN_REVIEW), ["New"]),
        (IncidentFilters(year=2020), ["Old"]),
        (IncidentFilters(words="ol"), ["Old"]),
    ],
)
def test_incidents_are_filtered_by_what_is_said_of_them(said, cast, filters, titles):
    old, new = (said.scalars(sa.select(Incident).where(Incident.name == name)).one() for name in ("old.md", "new.md"))
    secret = said.scalars(sa.select(Incident).where(Incident.name == "secret.md")).one()
    new.severity, new.status = "SEV 1", Status.IN_REVIEW
    said.add_all(
        [IncidentDeployment(incident_id=old.id, name="datahub"), IncidentDeployment(incident_id=secret.id, name="prod")]
    )
    said.flush()
    found = lists.incidents(said, cast.editor, filters)
    assert [row.title for row in found.rows] == titles and found.matching == len(titles)
