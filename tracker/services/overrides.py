"""Break-glass that is used: one code, one gate; and an item that asks to explain it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.domain.errors import Conflict
from tracker.policy import model
from tracker.services import action_items, documents, events, gate_facts
from tracker.services.incidents import facts as incident_facts
from tracker.services.incidents import set_facts
from tracker.store.keys import lock_documents
from tracker.store.models import ActionItem, Deployment, GateRun, Incident, Override, Person, Stage

SLUG = "overrides-{deployment}-{stage}"


def use(session: Session, run: GateRun, deployment: Deployment, stage: Stage, rules: model.Policy, *, at: datetime) -> None:
    """Use the run's code up, by compare-and-set, and ask why. Raises `Conflict` where another gate was first."""
    override = session.get_one(Override, run.override_id)
    used = cast(
        "sa.CursorResult[Any]",
        session.execute(
            sa.update(Override)
            .where(Override.id == override.id, Override.used_at.is_(None))
            .values(used_at=at)
            .execution_options(synchronize_session=False)
        ),
    )
    if used.rowcount != 1:
        raise Conflict("Another gate has used that break-glass code meanwhile: each works once. Ask for a new one.")
    session.refresh(override)
    person = session.get_one(Person, override.person_id)
    what = {"run": run.public_id, "deployment": deployment.slug, "stage": stage.slug, "reason": override.reason}
    events.record(session, "overridden", by=person, at=at, batch=events.new_batch(), new=what, because=override.reason)
    if rules.break_glass.follow_up == "action_item":
        item = follow_up(session, override, run, deployment, stage, person, rules, at=at)
        override.action_item_id = item.id
    session.flush()


def follow_up(
    session: Session,
    override: Override,
    run: GateRun,
    deployment: Deployment,
    stage: Stage,
    person: Person,
    rules: model.Policy,
    *,
    at: datetime,
) -> ActionItem:
    """A P1 item, in the newest open incident of the deployment that all may see, else in the stage's list of overrides."""
    lock_documents(session)
    when = at.astimezone(ZoneInfo(rules.timezone))
    where = f"{deployment.slug}/{stage.slug}"
    text = f"Explain the override of {where} at {when:%Y-%m-%d %H:%M} by {person.name} (gate {run.public_id})"
    due = (at + rules.break_glass.follow_up_due).date()
    home = _home(session, deployment, stage, person, at=at)
    return action_items.add(session, home, text, by=person, at=at, owner=person.name, due=due, priority="P1")


def _home(session: Session, deployment: Deployment, stage: Stage, person: Person, *, at: datetime) -> Incident:
    for incident in gate_facts.open_incidents(session, deployment):
        if incident.visibility is not Visibility.RESTRICTED:
            return incident
    name = f"{SLUG.format(deployment=deployment.slug, stage=stage.slug)}.md"
    known = session.scalar(sa.select(Incident).where(Incident.name == name, Incident.hidden_at.is_(None)))
    if known is not None:
        return known
    title = f"Overrides of the gate before {deployment.slug}/{stage.slug}"
    summary = "Each time that somebody broke the glass, an item asks why, and what has to change so that nobody needs to."
    text = f"# {title}\n\n{summary}\n\n## Action items\n"
    saved = documents.create(session, text.encode(), name, by=person, at=at, message="Overridden", via="form")
    incident = saved.incident
    incident.resolved_at = at  # a list, no outage: it must not open the way for a recovery
    said = incident_facts(session, incident)
    set_facts(session, incident, replace(said, deployments=(deployment.slug,)), by=person, at=at)
    return incident
