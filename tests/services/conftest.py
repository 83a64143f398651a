"""A team's folder of documents, and ways to take it in and give it back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Cast
from tracker.config import Settings
from tracker.services.exports import export
from tracker.services.finding import find
from tracker.services.found import Outcome
from tracker.services.imports import plan_or_import

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def report(title: str = "Disk full", day: str = "2026-01-02", items: tuple[str, ...] = ("Add an alert",)) -> str:
    """A small postmortem with a timeline and action items."""
    listed = "".join(f"1. {item}\n" for item in items)
    entries = f"- 10:00 It began with {title}.\n- 10:40 It was over.\n"
    return f"# {day}, {title}\n\n## Timeline\n\n{entries}\n## Action items\n\n{listed}"


@dataclass
class Team:
    """A folder `docs`, and what a person does with it; `session` commits after each act."""

    docs: Path
    session: Session
    by: Any

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take_in(self, *paths: Path, **how: Any) -> list[Outcome]:
        found = list(find(paths or (self.docs,), settings=Settings()))
        outcomes = plan_or_import(self.session, found, by=self.by, at=NOW, **how)
        self.session.commit()
        return outcomes

    def give_back(self, folder: Path | None = None, **how: Any) -> list[Outcome]:
        outcomes = export(self.session, folder or self.docs, by=self.by, **how)
        self.session.commit()
        return outcomes


@pytest.fixture
def team(session: Session, cast: Cast, tmp_path: Path) -> Iterator[Team]:
    docs = tmp_path / "docs"
    docs.mkdir()
    yield Team(docs, session, cast.admin)


@pytest.fixture
def verbs() -> Callable[[list[Outcome]], dict[str, str]]:
    """What became of each file, by its name."""
    return lambda outcomes: {one.name: one.verb for one in outcomes}
