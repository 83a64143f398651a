"""Many new files are stored at once, and yet each as if alone: one that the database does not take stops none of them."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.services.conftest import Team, report
from tracker.domain.claims import Visibility
from tracker.services import new_files
from tracker.services.found import Found, Outcome, SourceRef
from tracker.services.imports import plan_or_import
from tracker.store.models import ActionItem, Blob, Incident, IncidentReader, Mention, Place, Revision

Verbs = Callable[[list[Outcome]], dict[str, str]]


@pytest.fixture
def poison(session: Session) -> str:
    """A text of an item that the database refuses to store, whoever asks."""
    if session.get_bind().dialect.name == "sqlite":
        says = "WHEN NEW.text = 'Poison' BEGIN SELECT RAISE(ABORT, 'it is poison'); END"
    else:
        says = "FOR EACH ROW WHEN (NEW.text = 'Poison') EXECUTE FUNCTION refuse('it is poison')"
    session.execute(sa.text(f"CREATE TRIGGER poison BEFORE INSERT ON mention {says}"))
    session.commit()
    return "Poison"


def cure(session: Session) -> None:
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON mention"
    session.execute(sa.text(f"DROP TRIGGER poison{on}"))
    session.commit()


def test_what_the_database_does_not_take_is_refused_and_stops_nothing(team: Team, verbs: Verbs, poison: str) -> None:
    for n in range(6):
        team.write(f"{n}.md", report(f"Trouble {n}", items=(poison if n == 2 else f"Do the {n}th thing", "And more")))
    outcomes = team.take_in(visibility=Visibility.RESTRICTED)
    assert verbs(outcomes) == {f"{n}.md": "refused" if n == 2 else "created" for n in range(6)}
    assert "fault of the tracker" in outcomes[2].detail and "poison" in outcomes[2].detail
    session = team.session
    assert session.scalars(sa.select(Place.path).order_by(Place.id)).all() == [f"{n}.md" for n in (0, 1, 3, 4, 5)]
    assert session.scalars(sa.select(ActionItem.key).order_by(ActionItem.id)).all() == [f"A{n}" for n in range(1, 11)]
    for table in (Incident, Revision, Blob, IncidentReader):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 5
    cure(session)
    assert verbs(team.take_in()) == {f"{n}.md": "created" if n == 2 else "unchanged" for n in range(6)}


def test_a_copy_of_what_is_refused_is_refused(team: Team, poison: str) -> None:
    data = report(items=(poison,)).encode()
    found = [Found("a.md", data, SourceRef("folder", f"/{name}", team.docs)) for name in ("one", "other")]
    assert [one.verb for one in plan_or_import(team.session, found, by=team.by, at=team.by.created_at)] == ["refused"] * 2


def test_more_files_than_are_stored_together_are_told_of_as_they_come(team: Team) -> None:
    many = new_files.TOGETHER + 3
    data = [report(f"Trouble {n}", items=(f"Do the {n}th thing",)).encode() for n in range(many)]
    found = [Found(f"{n}.md", one, SourceRef("folder", "/docs", team.docs)) for n, one in enumerate(data)]
    told: list[tuple[int, int]] = []
    outcomes = plan_or_import(team.session, found, by=team.by, at=team.by.created_at, progress=lambda *one: told.append(one))
    assert {one.verb for one in outcomes} == {"created"} and told == [(new_files.TOGETHER, many), (many, many)]
    keys = team.session.execute(sa.select(ActionItem.key, Mention.text).join(Mention).order_by(Mention.id)).all()
    assert [tuple(one) for one in keys] == [(f"A{n + 1}", f"Do the {n}th thing") for n in range(many)]
