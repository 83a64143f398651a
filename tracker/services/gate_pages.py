"""What the pages of gates show: the questions that were asked, and one with its answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.store.queries import gate_pages as queries

LATE = timedelta(minutes=10)  # a run that came later than this was made while the server was away


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    run: Any  # of queries.run
    results: Sequence[Any]  # of queries.results_of

    @property
    def touched(self) -> list[str]:
        """The deployments that the change touches, where it is not only its own."""
        touched = [str(one) for one in self._change.get("deployments_touched") or ()]
        return touched if set(touched) - {self.run.deployment} else []

    @property
    def edits_policy(self) -> bool:
        return bool(self._change.get("edits_policy"))

    @property
    def is_late(self) -> bool:
        return bool(self.run.received_at - self.run.at > LATE)

    @property
    def _change(self) -> dict[str, Any]:
        context: dict[str, Any] = self.run.context or {}
        change = context.get("change", context)
        return change if isinstance(change, dict) else {}


def runs(session: Session, where: str | None, *, limit: int, offset: int = 0) -> Sequence[Any]:
    """The questions, newest first; of one stage where `where` is DEPLOYMENT/STAGE."""
    query = queries.runs_of()
    if where is not None:
        query = queries.only_of(query, where)
    return session.execute(query.limit(limit).offset(offset)).all()


def run_page(session: Session, public_id: str) -> RunPage:
    """Raises `NotFound`."""
    run = session.execute(queries.run(public_id)).one_or_none()
    if run is None:
        raise NotFound("There is no such question at a gate. All of them are listed under Policy.")
    return RunPage(run=run, results=session.execute(queries.results_of(run.id)).all())
