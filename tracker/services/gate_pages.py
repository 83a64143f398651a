"""What the pages of gates show: the questions that were asked, and one with its answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.policy import banner
from tracker.policy.outputs import Report, as_json
from tracker.policy.outputs.junit import junit
from tracker.policy.outputs.markdown import markdown
from tracker.policy.values import Change
from tracker.policy.wire import from_json
from tracker.services import gates
from tracker.services.policies_in_force import parsed
from tracker.store.models import PolicyVersion
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


SHAPES = {"md": "text/markdown", "json": "application/json", "xml": "application/xml"}


def shaped(session: Session, public_id: str, shape: str, *, url: str) -> tuple[bytes, str]:
    """A decided question as the command line would write it, and its media type. `shape` is a key of `SHAPES`.

    Raises `NotFound`, and `Conflict` where it was not decided.
    """
    report = _report(session, public_id, url)
    if shape == "xml":
        return junit(report), SHAPES[shape]
    if shape == "md":
        return markdown(report).encode(), SHAPES[shape]
    return json.dumps(as_json(report), indent=1, ensure_ascii=False).encode(), SHAPES["json"]


def _report(session: Session, public_id: str, url: str) -> Report:
    run = gates.find(session, public_id)
    decision = gates.decision_of(session, run)
    version = session.get_one(PolicyVersion, run.version_id)
    policy, change = parsed(version), from_json(Change, run.context)
    deployment = policy.deployment(change.deployment)
    stage = deployment.stage(change.stage) if deployment else None
    if deployment is None or stage is None:
        raise NotFound("What the forge told of this change has no report.")
    heading = banner.heading(policy, version.digest, deployment, stage, change, at=run.at)
    return Report(
        heading=heading,
        decision=decision,
        at=run.at,
        dry_run=run.dry_run,
        digest=version.digest,
        url=url,
        expires_at=run.expires_at,
    )
