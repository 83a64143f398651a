"""What is asked at a gate, and everything that has to be known to answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict, Forbidden, Invalid, NotFound
from tracker.domain.policy import ChangeType
from tracker.policy import model, values
from tracker.policy.load import Loaded
from tracker.services import gate_facts, policies, tokens
from tracker.services.server_checks import Place
from tracker.store.models import Check, Override, Person, Policy, PolicyVersion, Stage, Token, Waiver
from tracker.store.queries import policies as queries

PHASES = ("check", "exec", "hook", "forge")
SEND_YAML = "The server does not know that version of the policy: send its text, too (send yaml)."


@dataclass(frozen=True, kw_only=True)
class GateRequest:
    """A question at a gate. `digest` and `yaml` are of the policy's text on the protected side; without them, what is in
    force here counts. `at` is for dry runs only. `key` makes that asking twice is one run."""

    change: values.Change
    policy: str | None = None
    digest: str | None = None
    yaml: str | None = None
    phase: str = "check"
    dry_run: bool = False
    at: datetime | None = None
    break_glass: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Text:
    """The policy's text that judges. `loaded` is None where that version is stored; `in_force`: some version of the
    policy is; `same`: it is this one."""

    policy: model.Policy
    digest: str
    yaml: str
    loaded: Loaded | None
    in_force: bool
    same: bool


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A question with all that is known about it; holds no row, so that no transaction has to stay open."""

    request: GateRequest
    text: Text
    place: Place
    stage_id: int | None
    checks: Sequence[model.Check]
    facts: values.Facts
    waivers: Sequence[values.Waiver]
    relaxed: values.Relaxed | None
    override: values.Override | None
    override_id: int | None
    person_id: int | None
    incident_id: int | None
    at: datetime  # for when it is asked

    @property
    def policy(self) -> model.Policy:
        return self.text.policy

    @property
    def now(self) -> values.Ran | None:
        """What runs there now."""
        return gate_facts.now_on(self.facts.ran.get(self.place.stage.id, ()))

    @property
    def change(self) -> values.Change:
        change = self.place.change
        assert change is not None
        return change


def prepare(session: Session, request: GateRequest, *, token: Token | None, at: datetime) -> Prepared:
    """Gather what is known; writes nothing. `token` None is a person at a page, who has been looked at there.

    Raises `NotFound` for a deployment or stage that the policy does not have, `Conflict` where the text has to be sent,
    `Forbidden` where the token is for another place, `Invalid` for what cannot be asked.
    """
    _checked(request)
    asked_for = request.at or at
    text, row = _text(session, request)
    policy, place = text.policy, _place(text.policy, request)
    deployment, stage, change = place.deployment, place.stage, request.change
    if token is not None:
        tokens.allow(session, token, tokens.GATE, policy.name, deployment.id, stage.id)
    change = replace(change, deployment=deployment.id, stage=stage.id)
    person = gate_facts.person_of_actor(session, change.actor, change.actor_forge)
    facts, waivers, incident_id, stage_row = _known_there(session, row, place, asked_for, person)
    override = _override(session, request, stage_row, change, at)
    change_type = change.change_type
    return Prepared(
        request=request,
        text=text,
        place=replace(place, change=change),
        stage_id=stage_row.id if stage_row else None,
        checks=policy.applicable(
            deployment.id, stage.id, ref=change.ref, changed_paths=change.changed_paths, change_type=change_type
        ),
        facts=facts,
        waivers=waivers,
        relaxed=relaxed(policy, change, facts),
        override=values.Override(by=override[1].name, reason=override[0].reason) if override else None,
        override_id=override[0].id if override else None,
        person_id=person.id if person else None,
        incident_id=incident_id if change_type is ChangeType.RECOVERY else None,
        at=asked_for,
    )


def _known_there(
    session: Session, row: Policy | None, place: Place, at: datetime, person: Person | None
) -> tuple[values.Facts, tuple[values.Waiver, ...], int | None, Stage | None]:
    """Facts, waivers, the newest open incident, the stage's row. A place that was never seen here has none of them."""
    found = session.execute(queries.places(row.id, place.deployment.id, place.stage.id)).one_or_none() if row else None
    if row is None or found is None:
        return values.Facts(), (), None, None
    deployment, stage = found
    facts = gate_facts.facts(session, row, deployment, at=at, person=person)
    incident = next(iter(gate_facts.open_incidents(session, deployment)), None)
    return facts, tuple(waivers_on(session, stage, at)), incident.id if incident else None, stage


def _place(policy: model.Policy, request: GateRequest) -> Place:
    """Where the change wants to go. Raises `NotFound`, naming what there is."""
    deployment = policy.deployment(request.change.deployment)
    if deployment is None:
        raise NotFound(f"There is no deployment {request.change.deployment}: there is {_names(policy.deployments)}.")
    stage = deployment.stage(request.change.stage)
    if stage is None:
        raise NotFound(f"{deployment.id} has no stage {request.change.stage}: it has {_names(deployment.stages)}.")
    return Place(policy=policy, deployment=deployment, stage=stage, phase=request.phase)


def relaxed(policy: model.Policy, change: values.Change, facts: values.Facts) -> values.Relaxed | None:
    """What a rollback or a recovery may leave out, or why it is none. None for a normal change (and for break-glass)."""
    if change.change_type is ChangeType.ROLLBACK:
        rule: model.Rollback | model.Recovery = policy.rollback
    elif change.change_type is ChangeType.RECOVERY:
        rule = policy.recovery
    else:
        return None
    ran = {one.content_id for one in facts.ran.get(change.stage, ())}
    has = {
        "reason": bool(change.reason.strip()),
        "content_ran_on_stage": change.content_id is not None and change.content_id in ran,
        "open_incident": bool(facts.incidents),
    }
    lacks = {
        "reason": "it needs a reason (--reason)",
        "content_ran_on_stage": f"this content never ran on {change.deployment}/{change.stage}",
        "open_incident": f"no incident of {change.deployment} is open (tracker incident declare … -d {change.deployment})",
    }
    refused = "; ".join(lacks[need] for need in rule.needs if not has[need])
    return values.Relaxed(change_type=change.change_type, checks=frozenset(rule.relax), refused=refused or None)


def waivers_on(session: Session, stage: Stage, at: datetime) -> list[values.Waiver]:
    """The waivers that count on a stage at `at`."""
    rows = queries.waivers_in_force(stage.id, at).add_columns(Check.slug, Person.name)
    rows = rows.join(Check, Check.id == Waiver.check_id).join(Person, Person.id == Waiver.person_id)
    return [
        values.Waiver(check=slug, until=waiver.until, reason=waiver.reason, by=name)
        for waiver, slug, name in session.execute(rows)
    ]


def _checked(request: GateRequest) -> None:
    if request.phase not in PHASES:
        raise Invalid(f"phase has to be one of {', '.join(PHASES)}.", "phase")
    if request.at is not None and not request.dry_run:
        raise Invalid("Another time can be asked about in a dry run only, since it would open every freeze.", "at")
    if len(request.change.commits) > 1000 or len(request.change.changed_paths or ()) > 100_000:
        raise Invalid("At most 1,000 commits and 100,000 paths are taken.", "change")


def _text(session: Session, request: GateRequest) -> tuple[Text, Policy | None]:
    """By the digest of what the repo has; where it has nothing, what is in force here. And the policy's row, if any."""
    if request.digest is None and request.yaml is None:
        there, _ = policies.of_deployment(session, request.change.deployment, request.policy)
        return Text(there.policy, there.version.digest, there.version.yaml, None, True, True), there.row
    known = _stored(session, request)
    if known is not None:
        version, row = known
        in_force = row.version_id is not None
        return Text(
            policies.parsed(version), version.digest, version.yaml, None, in_force, row.version_id == version.id
        ), row
    if request.yaml is None:
        raise Conflict(SEND_YAML)
    loaded = policies.readable(request.yaml.encode())
    policy = loaded.policy
    assert policy is not None
    if request.digest not in (None, loaded.digest):
        raise Invalid("The digest is not that of the text: it is the SHA-256 of its bytes.", "digest")
    if request.policy not in (None, policy.name):
        raise Invalid(f"The text is the policy {policy.name}, not {request.policy}.", "policy")
    there_row = session.scalar(sa.select(Policy).where(Policy.name == policy.name))
    stored = policies.find_version(session, there_row, loaded.digest) if there_row is not None else None
    in_force = there_row is not None and there_row.version_id is not None
    same = stored is not None and there_row is not None and there_row.version_id == stored.id
    return Text(policy, loaded.digest, request.yaml, None if stored else loaded, in_force, same), there_row


def _stored(session: Session, request: GateRequest) -> tuple[PolicyVersion, Policy] | None:
    query = sa.select(PolicyVersion, Policy).join(Policy, Policy.id == PolicyVersion.policy_id)
    query = query.where(PolicyVersion.digest == request.digest)
    if request.policy is not None:
        query = query.where(Policy.name == request.policy)
    found = session.execute(query.limit(1)).one_or_none()
    return (found[0], found[1]) if found is not None else None


def _override(
    session: Session, request: GateRequest, stage: Stage | None, change: values.Change, at: datetime
) -> tuple[Override, Person] | None:
    """The break-glass code's row, still unused. Raises `Forbidden` for one that will not do, saying why."""
    if request.break_glass is None or not request.break_glass.strip():
        return None
    code = tokens.hash_of(request.break_glass.strip())
    query = sa.select(Override, Person).join(Person, Person.id == Override.person_id).where(Override.code_hash == code)
    found = session.execute(query).one_or_none()
    if found is None:
        raise Forbidden("That break-glass code is not known: was all of it copied?")
    override, person = found
    if stage is None or override.stage_id != stage.id:
        raise Forbidden("That break-glass code is for another stage.")
    if override.used_at is not None:
        raise Forbidden("That break-glass code has been used: each works once. Ask for a new one.")
    if override.expires_at <= at:
        raise Forbidden(f"That break-glass code was good until {override.expires_at:%Y-%m-%d %H:%M} UTC. Ask for a new one.")
    if override.content_id is not None and override.content_id != change.content_id:
        raise Forbidden("That break-glass code is for another content.")
    return override, person


def _names(ones: Sequence[model.Deployment] | Sequence[model.Stage]) -> str:
    return ", ".join(one.id for one in ones)
