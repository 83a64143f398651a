"""Removing a source hides what came from it and from nowhere else; only a purge deletes."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Cast
from tests.services.conftest import NOW, Team, report
from tracker.domain.claims import Claim
from tracker.domain.errors import Conflict, NotFound
from tracker.services import action_items, documents, lists, sources
from tracker.services.found import Found
from tracker.services.imports import plan_or_import
from tracker.services.lists import ItemFilters
from tracker.store import search
from tracker.store.models import ActionItem, Blob, Event, Incident, Mention, Place, Revision, Source

TODAY = date(2026, 11, 24)


def shown(team: Team) -> list[str]:
    filters = ItemFilters(state="all", by="none")
    return sorted(row.text for row in lists.open_items(team.session, team.by, filters, TODAY).rows)


def remove(team: Team, name: str = "docs") -> int:
    hidden = sources.remove(team.session, sources.find(team.session, name), by=team.by, at=NOW)
    team.session.commit()
    return hidden


def count(team: Team, table: type) -> int:
    return team.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.fixture
def two_folders(team: Team, tmp_path: Path) -> Team:
    """`docs` with two documents, and `other` with one of these and one more."""
    team.write("a.md", report(items=("Add an alert",)))
    team.write("b.md", report("Certificate expired", items=("Renew it",)))
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.md").write_bytes((team.docs / "b.md").read_bytes())
    (other / "c.md").write_text(report("Login loop", items=("Fix the loop",)))
    team.take_in(team.docs, other)
    return team


def test_a_removed_source_hides_what_came_from_nowhere_else_and_comes_back(two_folders: Team) -> None:
    team = two_folders
    assert shown(team) == ["Add an alert", "Fix the loop", "Renew it"]
    assert remove(team) == 1
    assert shown(team) == ["Fix the loop", "Renew it"]
    assert sources.restore(team.session, sources.find(team.session, "docs"), by=team.by, at=NOW) == 1
    assert shown(team) == ["Add an alert", "Fix the loop", "Renew it"]


def test_importing_a_removed_source_again_brings_it_back_with_what_was_decided(two_folders: Team) -> None:
    team = two_folders
    item = team.session.scalars(sa.select(ActionItem).join(Mention).where(Mention.text == "Add an alert")).one()
    action_items.set_claim(team.session, [item], Claim.DONE, by=team.by, at=NOW, today=TODAY)
    remove(team)
    assert {one.verb for one in team.take_in()} == {"unchanged"}
    assert "Add an alert" in shown(team)
    assert team.session.get_one(ActionItem, item.id).claim is Claim.DONE


def test_a_file_that_resembles_what_is_hidden_is_new_and_asks_nothing(two_folders: Team) -> None:
    """Nobody would see the question, so the file would wait for an answer for ever."""
    team = two_folders
    remove(team)
    pasted = Found("a.md", report(items=("Add an alert", "Buy a disk")).encode())
    assert [one.verb for one in plan_or_import(team.session, [pasted], by=team.by, at=NOW)] == ["created"]
    assert "Buy a disk" in shown(team)


def test_what_was_written_here_is_not_hidden_with_a_source(two_folders: Team) -> None:
    team = two_folders
    documents.create(
        team.session, report("Own", items=("Own it",)).encode(), "own.md", by=team.by, at=NOW, message="", via="form"
    )
    remove(team)
    remove(team, "other")
    assert shown(team) == ["Own it"]


def test_a_removed_source_cannot_be_removed_again_and_uploads_never(two_folders: Team) -> None:
    team = two_folders
    remove(team)
    with pytest.raises(Conflict, match="already"):
        remove(team)
    plan_or_import(
        team.session,
        [Found("u.md", report("Certificate of the mail server", "2025-05-05", ("Renew it in time",)).encode(), named=True)],
        by=team.by,
        at=NOW,
    )
    with pytest.raises(Conflict, match="Uploads"):
        remove(team, "uploads")


def test_an_unknown_source_is_said_so(team: Team) -> None:
    with pytest.raises(NotFound, match="tracker source list"):
        sources.find(team.session, "nothing")


def test_sources_are_listed_with_their_files_removed_ones_last(two_folders: Team) -> None:
    team = two_folders
    remove(team)
    rows = sources.listing(team.session)
    assert [(row.name, row.files, row.removed_at is None) for row in rows] == [("other", 2, True), ("docs", 2, False)]


def test_a_purge_needs_a_removed_source(two_folders: Team) -> None:
    with pytest.raises(Conflict, match="source remove"):
        sources.purge(two_folders.session, sources.find(two_folders.session, "docs"), by=two_folders.by, at=NOW)


def test_a_purge_deletes_what_came_from_nowhere_else_and_keeps_the_rest_whole(two_folders: Team, cast: Cast) -> None:
    team = two_folders
    item = team.session.scalars(sa.select(ActionItem).join(Mention).where(Mention.text == "Add an alert")).one()
    action_items.set_claim(team.session, [item], Claim.DONE, by=team.by, at=NOW, today=TODAY)
    remove(team)
    source = sources.find(team.session, "docs")
    assert sources.would_purge(team.session, source) == 1
    events = count(team, Event)
    assert sources.purge(team.session, source, by=team.by, at=NOW) == 1
    team.session.commit()
    assert shown(team) == ["Fix the loop", "Renew it"]
    assert [count(team, table) for table in (Incident, Source, Place, ActionItem, Mention)] == [2, 1, 2, 2, 2]
    assert count(team, Revision) == 2 and count(team, Blob) == 2
    assert count(team, Event) == events + 1  # what happened stays written down
    assert list(search.search(team.session, "alert", team.by, 10)) == []
    assert {one.verb for one in team.take_in()} == {"created", "unchanged"}


def test_names_of_sources_are_kept_apart(team: Team, tmp_path: Path) -> None:
    first, second = report("Disk full", "2025-01-01"), report("Certificate expired", "2026-02-02", ("Renew it in time",))
    for folder, text in ((tmp_path / "x" / "incidents", first), (tmp_path / "y" / "incidents", second)):
        folder.mkdir(parents=True)
        (folder / "a.md").write_text(text)
        team.take_in(folder)
    assert [row.name for row in sources.listing(team.session)] == ["incidents", "incidents-2"]


def test_restoring_what_is_not_removed_is_said_so(two_folders: Team) -> None:
    with pytest.raises(Conflict, match="not removed"):
        sources.restore(two_folders.session, sources.find(two_folders.session, "docs"), by=two_folders.by, at=NOW)
