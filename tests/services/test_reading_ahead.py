"""What is read before an import begins is what the import would read, and is not read again."""

import pytest

from tests.services.conftest import NOW, Team, report
from tracker.config import Settings
from tracker.services.finding import find
from tracker.services.found import Found
from tracker.services.imports import plan_or_import, unplaced
from tracker.services.reading_ahead import Ahead, Understood, read_ahead


def found_in(team: Team) -> list[Found]:
    return list(find([team.docs], settings=Settings()))


@pytest.fixture
def known(team: Team) -> Team:
    """A team of whose files some are known, some changed since, and some new."""
    for n in range(3):
        team.write(f"{n}.md", report(f"Trouble {n}", items=(f"Do the {n}th thing",)))
    team.take_in()
    team.write("1.md", report("Trouble 1", items=("Do the 1th thing", "And more")))
    team.write("moved.md", (team.docs / "2.md").read_bytes())
    (team.docs / "2.md").unlink()
    team.write("new.md", report("Certificate expired"))
    team.write("page.md", "# Welcome\n\nHello.\n")
    team.write("broken.md", b"\x00\x01")
    return team


def ahead_of(team: Team, found: list[Found], *, all_pages: bool) -> Ahead:
    files = unplaced(team.session, found)
    team.session.commit()
    ahead = read_ahead(files, all_pages=all_pages)
    assert not team.session.in_transaction()  # nobody waited for it
    return ahead


@pytest.mark.parametrize("all_pages", [False, True])
def test_an_import_that_was_read_ahead_comes_to_the_same(known: Team, all_pages: bool) -> None:
    found = found_in(known)
    ahead = ahead_of(known, found, all_pages=all_pages)
    plans = [
        plan_or_import(known.session, found, by=known.by, at=NOW, dry_run=True, all_pages=all_pages, ahead=one)
        for one in (ahead, None)
    ]
    assert plans[0] == plans[1]
    page = "created" if all_pages else "skipped"
    verbs = {"0.md": "unchanged", "1.md": "changed", "broken.md": "refused"}
    verbs |= {"moved.md": "renamed", "new.md": "created", "page.md": page}
    assert {one.name: one.verb for one in plans[0]} == verbs


def test_only_what_stands_at_no_known_place_is_read_ahead(known: Team) -> None:
    assert [file.name for file in unplaced(known.session, found_in(known))] == ["broken.md", "moved.md", "new.md", "page.md"]


def test_what_was_read_ahead_is_not_read_again(team: Team) -> None:
    team.write("new.md", report())
    found = found_in(team)
    ahead = {key: Understood(why_not="as was said") for key in ahead_of(team, found, all_pages=False)}
    [outcome] = plan_or_import(team.session, found, by=team.by, at=NOW, ahead=ahead)
    assert (outcome.verb, outcome.detail) == ("skipped", "as was said")
    [outcome] = plan_or_import(team.session, found, by=team.by, at=NOW, all_pages=True, ahead=ahead)
    assert outcome.verb == "created"  # it was read for another kind of import
