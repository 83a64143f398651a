"""What the server knows of one deployment, as checks look at it.

What is restricted stays so: the answers of checks reach everybody who sees a CI log. Items that only restricted incidents
mention are left out; an open incident that is restricted counts, since nobody may be kept from repairing an outage, and
has no name here.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim, Visibility
from tracker.policy import values
from tracker.store.models import (
    Acknowledgement,
    ActionItem,
    Attestation,
    Check,
    Deployment,
    Evidence,
    Incident,
    IncidentDeployment,
    Mention,
    Person,
    PersonLogin,
    Policy,
    Stage,
)
from tracker.store.queries import policies as queries
from tracker.store.queries.evidence import is_regressed

MOST_RAN = 200  # deployments of a stage that are looked back on
RESTRICTED = "a restricted incident"
OPEN_CLAIMS = (Claim.OPEN, Claim.IN_PROGRESS, Claim.BLOCKED)


def facts(
    session: Session, policy: Policy, deployment: Deployment, *, at: datetime, person: Person | None = None
) -> values.Facts:
    """All that is known of a deployment at `at`, in nine statements; each list is newest first.

    `person` is who acts, where known; what they may see changes nothing here.
    """
    humans = _humans(session)
    stages = session.scalars(sa.select(Stage).where(Stage.deployment_id == deployment.id)).all()
    return values.Facts(
        ran=_ran(session, stages),
        attested=_attested(session, deployment, humans, at),
        acknowledged=_acknowledged(session, policy, humans, at),
        texts=texts(session, policy, at=at),
        people=tuple(human for human, active in humans.values() if active),
        items=_items(session, deployment),
        incidents=tuple(
            values.OpenIncident(
                slug=RESTRICTED if one.visibility is Visibility.RESTRICTED else one.slug, severity=one.severity
            )
            for one in open_incidents(session, deployment)
        ),
    )


def for_the_command_line(facts: values.Facts) -> values.Facts:
    """What its own checks need: what ran where. People, items and incidents stay on the server, which judges them itself."""
    return values.Facts(ran=facts.ran)


def names_of(deployment: Deployment) -> list[str]:
    """What an incident may call it: its id, its title, an alias; in small letters."""
    return sorted({one.lower() for one in (deployment.slug, deployment.title, *deployment.aliases)})


def open_incidents(session: Session, deployment: Deployment) -> Sequence[Incident]:
    """Incidents of that deployment that were declared here and are not resolved, newest first."""
    return session.scalars(queries.open_incidents(names_of(deployment))).all()


def person_of_actor(session: Session, actor: str | None, forge: str | None) -> Person | None:
    """Who an actor is: by their login on the forge, else by e-mail or a name that only one has. Unknown: None."""
    name = (actor or "").strip()
    if not name:
        return None
    if forge:
        query = sa.select(Person).join(PersonLogin, PersonLogin.person_id == Person.id)
        query = query.where(PersonLogin.forge == forge.lower(), PersonLogin.login == name.casefold())
    else:
        query = sa.select(Person).where(sa.or_(Person.email == name.casefold(), sa.func.lower(Person.name) == name.lower()))
    found = session.scalars(query.where(Person.disabled_at.is_(None))).all()
    by_email = [one for one in found if one.email == name.casefold()] or found
    return by_email[0] if len(by_email) == 1 else None


def now_on(ran: Sequence[values.Ran]) -> values.Ran | None:
    """What runs on a stage now, from what ran there, newest first."""
    return ran[0] if ran else None


def texts(session: Session, policy: Policy, *, at: datetime) -> dict[str, values.Text]:
    """The documents that people acknowledge, as they stood at `at`."""
    found: dict[str, values.Text] = {}
    for row in session.scalars(queries.texts_of(policy.id)):
        if row.at <= at:
            found[row.path] = values.Text(path=row.path, sha256=row.sha256, since=row.at, earlier=row.path in found)
    return found


def _humans(session: Session) -> dict[int, tuple[values.Human, bool]]:
    logins: dict[int, set[str]] = defaultdict(set)
    for row in session.scalars(sa.select(PersonLogin)):
        logins[row.person_id].add(f"{row.forge}:{row.login}")
    humans = {}
    for one in session.scalars(sa.select(Person).order_by(Person.id)):
        known = frozenset({*logins[one.id], *((one.email,) if one.email else ())})
        humans[one.id] = (values.Human(name=one.name, role=one.role.value, logins=known), one.disabled_at is None)
    return humans


def _ran(session: Session, stages: Sequence[Stage]) -> dict[str, tuple[values.Ran, ...]]:
    """Successful deployments; where nobody records those, what reached the branch (where merging is deploying)."""
    ran = {}
    for stage in stages:
        any_record = session.scalar(queries.records_of([stage.id]).limit(1).with_only_columns(sa.literal(1)))
        if any_record:
            records = session.scalars(queries.records_of([stage.id], only_success=True).limit(MOST_RAN))
            found = [
                values.Ran(commit=one.commit, tree=one.tree, content_id=one.content_id, at=one.finished_at or one.started_at)
                for one in records
            ]
        else:
            updates = session.scalars(queries.updates_of([stage.id]).limit(MOST_RAN))
            found = [values.Ran(commit=one.commit, tree=None, content_id=one.content_id, at=one.at) for one in updates]
        ran[stage.slug] = tuple(sorted(found, key=lambda one: one.at, reverse=True))
    return ran


def _attested(
    session: Session, deployment: Deployment, humans: dict[int, tuple[values.Human, bool]], at: datetime
) -> tuple[values.Attested, ...]:
    query = (
        sa.select(Attestation, Check.slug)
        .join(Check, Check.id == Attestation.check_id)
        .where(Attestation.deployment_id == deployment.id, Attestation.at <= at)
        .where(sa.or_(Attestation.revoked_at.is_(None), Attestation.revoked_at > at))
        .order_by(Attestation.at.desc(), Attestation.id.desc())
        .limit(MOST_RAN)
    )
    return tuple(
        values.Attested(check=slug, content_id=one.content_id, by=humans[one.person_id][0], at=one.at)
        for one, slug in session.execute(query)
        if humans[one.person_id][1]
    )


def _acknowledged(
    session: Session, policy: Policy, humans: dict[int, tuple[values.Human, bool]], at: datetime
) -> tuple[values.Acknowledged, ...]:
    query = sa.select(Acknowledgement).where(Acknowledgement.policy_id == policy.id, Acknowledgement.at <= at)
    return tuple(
        values.Acknowledged(document=one.path, sha256=one.sha256, term=one.term, by=humans[one.person_id][0], at=one.at)
        for one in session.scalars(query.order_by(Acknowledgement.at.desc(), Acknowledgement.id.desc()))
    )


def _items(session: Session, deployment: Deployment) -> tuple[values.OpenItem, ...]:
    """Items that remain, or that regressed, of incidents which name the deployment."""
    regressed = is_regressed()
    mentioned = (
        sa.exists()
        .where(Mention.action_item_id == ActionItem.id, Mention.incident_id == Incident.id)
        .where(Incident.hidden_at.is_(None), Incident.visibility != Visibility.RESTRICTED)
        .where(IncidentDeployment.incident_id == Incident.id)
        .where(sa.func.lower(IncidentDeployment.name).in_(names_of(deployment)))
    )
    query = (
        sa.select(ActionItem.key, ActionItem.priority, ActionItem.due, regressed.label("regressed"))
        .outerjoin(Evidence, Evidence.action_item_id == ActionItem.id)
        .where(mentioned, ActionItem.hidden_at.is_(None), ActionItem.joined_to.is_(None))
        .where(sa.or_(ActionItem.claim.in_(OPEN_CLAIMS), regressed))
        .order_by(ActionItem.id.desc())
    )
    return tuple(
        values.OpenItem(key=row.key, priority=row.priority, due=row.due, regressed=bool(row.regressed))
        for row in session.execute(query)
    )


__all__ = [
    "facts",
    "for_the_command_line",
    "names_of",
    "now_on",
    "open_incidents",
    "person_of_actor",
    "texts",
]
