"""A small policy in force, with the incident whose items it proves, for tests of services, API and commands."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from tests.conftest import Cast
from tracker.domain.claims import Visibility
from tracker.domain.policy import ChangeType
from tracker.policy.values import Change
from tracker.services import documents, policies, tokens
from tracker.store.models import Incident, Person

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
DOCUMENT = "docs/policy/deployment.md"
TEXT = "# How we deploy\n\nLook at staging first.\n"

INCIDENT = b"""# Accidental merge to prod brings things down

**Date:** 2026-01-25

## Action items

1. [x] Admins should read the deployment policy again
2. [x] Block merges to production if the staging hub is not online
3. [x] Make it obvious which deployment is being managed
"""

POLICY = """\
apiVersion: policy/v1
name: datahub
title: How the hubs are deployed
timezone: America/Los_Angeles
document: docs/policy/deployment.md
terms:
  - {id: fall-2026, start: 2026-08-20, end: 2026-12-18}
deployments:
  - id: datahub
    title: DataHub
    aliases: [data8]
    repo: github.com/example/datahub
    paths: [datahub/**]
    stages:
      - {id: staging, refs: [refs/heads/staging], url: "http://staging.example.org"}
      - {id: prod, refs: [refs/heads/prod], url: "http://hub.example.org", promotes_from: staging, protected: true}
  - id: other
    stages:
      - {id: prod, protected: true}
windows:
  labs:
    reason: Labs run until 19:00
    rules:
      - {start: 2026-08-24T08:00:00, duration: 11h, rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", until: 2026-12-18}
checks:
  - id: acknowledged
    kind: acknowledged
    title: Every admin has read the text
    applies_to: {deployments: [datahub], stages: [prod]}
    enforcement: advisory
    mode: condition
    schedule: 1d
    with: {document: docs/policy/deployment.md, who: all-with-role, role: admin, every: term}
    proves: [A1 Admins read the policy]
  - id: tested
    kind: attestation
    title: Somebody tried this content on staging
    applies_to: {deployments: [datahub], stages: [prod]}
    with: {statement: I signed in to staging and ran a notebook, max_age: 24h}
  - id: online
    kind: http
    title: Staging is online
    applies_to: {deployments: [datahub], stages: [prod]}
    enforcement: hard
    with: {url: "{{ stage.promotes_from.url }}/hub/health", attempts: 2, wait: 0, need: 1}
    proves: [A2 Block merges]
  - id: one-hub
    kind: target
    title: It is plain which hub is meant
    applies_to: {deployments: [datahub], stages: [prod]}
    enforcement: hard
    proves: [A3 which deployment]
  - id: labs
    kind: window
    title: Not while labs run
    applies_to: {deployments: [datahub], stages: [prod]}
    runs_on: server
    with: {windows: [labs]}
  - id: soak
    kind: deployed_on
    title: On staging for half an hour
    applies_to: {deployments: [datahub], stages: [prod]}
    with: {stage: staging, min_age: 30m}
  - id: load
    kind: pushed
    title: The load test passes
    applies_to: {deployments: [datahub], stages: [staging]}
  - id: back
    kind: window
    title: Another hub is released outside of labs only
    applies_to: {deployments: [other], refs: [refs/heads/release]}
    with: {windows: [labs]}
rollback: {relax: [soak, labs, tested]}
recovery: {relax: [soak, labs]}
"""


@dataclass(frozen=True)
class PolicyWorld:
    """Committed: the incident, the policy, and tokens."""

    incident: str
    keys: tuple[str, ...]
    ci: str  # a token for datahub/prod and staging, all scopes but policy:write
    elsewhere: str  # a token for another deployment of the same policy
    writer: str  # a token that may push the policy
    admin: str  # the admin's own
    editor: str
    reader: str


def make_policy_world(session: Session, cast: Cast, *, yaml: str = POLICY, at: datetime = NOW) -> PolicyWorld:
    saved = documents.create(session, INCIDENT, "2026-01-25-merge.md", by=cast.admin, at=at, message="Import", via="import")
    saved.incident.visibility = Visibility.INTERNAL
    session.flush()
    push(session, yaml, by=cast.admin, at=at)

    def ci(name: str, deployments: list[str], *scopes: str) -> str:
        how = {"policy": "datahub", "deployments": deployments, "scopes": scopes, "at": at}
        return tokens.make(session, by=cast.admin, name=name, **how)  # type: ignore[arg-type]

    def own(person: Person) -> str:
        return tokens.make_own(session, person, name="laptop", at=at)

    world = PolicyWorld(
        incident=saved.incident.slug,
        keys=("A1", "A2", "A3"),
        ci=ci("CI of datahub", ["datahub"], tokens.GATE, tokens.OBSERVE, tokens.RECORD),
        elsewhere=ci("CI of other", ["other"], tokens.GATE, tokens.OBSERVE, tokens.RECORD),
        writer=ci("CI of the policy", [], tokens.WRITE),
        admin=own(cast.admin),
        editor=own(cast.editor),
        reader=own(cast.reader),
    )
    session.commit()
    return world


def push(session: Session, yaml: str = POLICY, *, by: Person, at: datetime = NOW, commit: str = "c" * 40) -> policies.Pushed:
    texts = {DOCUMENT: TEXT}
    return policies.push(session, yaml.encode(), commit=commit, author="Ada", texts=texts, by=by.name, seen_by=by, at=at)


def change(**values: object) -> Change:
    """A change of datahub on its way to prod."""
    known: dict[str, object] = {
        "deployment": "datahub",
        "stage": "prod",
        "ref": "refs/heads/prod",
        "repo": "github.com/example/datahub",
        "old": "a" * 40,
        "new": "b" * 40,
        "content_id": "e08a",
        "commits": ("b" * 40,),
        "changed_paths": ("datahub/config.yaml",),
        "deployments_touched": ("datahub",),
        "subject": "Merge staging",
        "author": "Ada",
        "actor": "ada@example.org",
        "change_type": ChangeType.NORMAL,
    }
    return Change(**{**known, **values})  # type: ignore[arg-type]


def incident_of(session: Session, slug: str) -> Incident:
    from sqlalchemy import select

    return session.scalars(select(Incident).where(Incident.slug == slug)).one()
