"""After an upgrade of the reader documents are read again; what people decided stays."""

from datetime import date

import sqlalchemy as sa

from tests.services.conftest import NOW, Team, report
from tracker.domain.claims import Claim
from tracker.services import action_items
from tracker.services.rereading import reread
from tracker.store.models import ActionItem, Event, Mention, Reading, Revision


def age(team: Team) -> None:
    """Let every reading be by an older reader, which made less of it."""
    team.session.execute(sa.update(Reading).values(reader_version=0, title="Untitled"))
    team.session.commit()


def test_what_todays_reader_has_read_is_not_read_again(team: Team) -> None:
    team.write("a.md", report())
    team.take_in()
    assert reread(team.session, by=team.by, at=NOW) == []
    assert [one.changed for one in reread(team.session, by=team.by, at=NOW, everything=True)] == [False]


def test_an_older_reading_is_made_anew_and_no_document_changes(team: Team) -> None:
    team.write("a.md", report())
    team.take_in()
    age(team)
    revisions = team.session.scalar(sa.select(sa.func.count()).select_from(Revision))
    [found] = reread(team.session, by=team.by, at=NOW)
    assert (found.appeared, found.vanished, found.filled) == ([], [], [])
    assert team.session.scalars(sa.select(Reading.title)).one() == "Disk full"
    assert team.session.scalar(sa.select(sa.func.count()).select_from(Revision)) == revisions
    assert reread(team.session, by=team.by, at=NOW) == []


def test_what_was_decided_stays_and_is_not_asked_again(team: Team) -> None:
    team.write("a.md", report().replace("1. Add", "- [x] Add"))
    team.take_in()
    item = team.session.scalars(sa.select(ActionItem)).one()
    action_items.set_claim(team.session, [item], Claim.BLOCKED, by=team.by, at=NOW, today=date(2026, 11, 24))
    age(team)
    events = team.session.scalar(sa.select(sa.func.count()).select_from(Event))
    reread(team.session, by=team.by, at=NOW)
    assert team.session.get_one(ActionItem, item.id, populate_existing=True).claim is Claim.BLOCKED
    assert team.session.scalar(sa.select(sa.func.count()).select_from(Event)) == events


def test_an_item_that_the_older_reader_missed_is_named(team: Team) -> None:
    team.write("a.md", report(items=("Add an alert", "Buy a disk")))
    team.take_in()
    missed = team.session.scalars(sa.select(Mention).where(Mention.text == "Buy a disk")).one()
    team.session.delete(missed)
    age(team)
    seen: list[tuple[int, int]] = []
    [found] = reread(team.session, by=team.by, at=NOW, progress=lambda done, total: seen.append((done, total)))
    assert len(found.appeared) == 1 and seen == [(1, 1)]
