"""Three incidents: one that everybody may see, one for whoever is signed in, one for Rosa (and admins) only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Visibility
from tracker.policy.values import Change
from tracker.services import action_items, deployments, documents, evidence, gates, policies, proofs, said, uploads
from tracker.services.policies_in_force import in_force
from tracker.services.policy_places import stage_row
from tracker.services.sent import found_in, pasted
from tracker.store.models import ActionItem, Base, Deployment, Event, Incident, IncidentReader, Mention, Question

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

INTERNAL = b"""# A node hangs

**Date:** 2024-03-05

## Summary

A node stopped answering.

## Timeline

- 14:30 the node hangs, impact starts
- 14:50 we notice it: detected
- 16:10 resolved, it is back

## Root cause

The disk was *full*.

## Action items

- [ ] Write the runbook for recycling a node
- [x] Alert on a full disk
- Page somebody when a pod stays Pending
- Write this report
"""
PUBLIC = INTERNAL.replace(b"A node hangs", b"The site is down").replace(b"2024-03-05", b"2023-07-01")
RESTRICTED = b"""# The key leaked

**Date:** 2025-01-02

## Timeline

- 09:00 somebody sees the key in a log

## Action items

- [ ] Rotate the key of the vault
- Look for the key in old logs
"""


@dataclass(frozen=True)
class World:
    """Slugs and keys, so that no row keeps a transaction open."""

    internal: str
    public: str
    restricted: str
    open_key: str  # of the internal incident
    untold_key: str  # of the internal incident
    restricted_key: str
    restricted_batch: str
    restricted_revision: int
    revision: int
    question: int
    restricted_question: int
    upload: str
    gate: str  # the public id of a question at the gate of hub/prod
    waiver: int
    proof: int  # of `open_key`
    restricted_proof: int  # of `restricted_key`
    people: dict[str, int]

    def values(self, restricted: bool = False) -> dict[str, Any]:
        """What stands for each argument of a route."""
        return {
            "slug": self.restricted if restricted else self.internal,
            "key": self.restricted_key if restricted else self.open_key,
            "batch": self.restricted_batch if restricted else "no-such-batch",
            "revision_id": self.restricted_revision if restricted else self.revision,
            "question_id": self.restricted_question if restricted else self.question,
            "shape": "json",
            "upload_id": self.upload,
            "n": 0,
            "person_id": self.people["reader"],
            "sign_in": "0" * 20,
            "token": "no-such-token",
            "filename": "base.css",
            "where": "hub/prod",
            **dict.fromkeys(("deployment", "stage", "policy", "check", "name"), "no-such"),
            "public_id": self.gate,
            "waiver_id": self.waiver,
            "proof_id": self.restricted_proof if restricted else self.proof,
        }


def make_world(session: Session, cast: Any) -> World:
    """Build it through the services, and commit."""
    internal = create(session, INTERNAL, "2024-03-05-node.md", by=cast.editor)
    public = create(session, PUBLIC, "2023-07-01-site.md", by=cast.editor, visibility=Visibility.PUBLIC)
    restricted = create(session, RESTRICTED, "2025-01-02-key.md", by=cast.admin, visibility=Visibility.RESTRICTED)
    session.add(IncidentReader(incident_id=restricted.id, person_id=cast.reader.id))
    items, secret = items_of(session, internal), items_of(session, restricted)
    batch = action_items.set_fields(session, secret[0], {"owner": "Ada"}, by=cast.admin, at=NOW)
    questions = [ask(session, incident, item) for incident, item in ((internal, items[0]), (restricted, secret[0]))]
    session.commit()
    sent = found_in([pasted(INTERNAL.decode(), "a.md")], max_files=10, max_bytes=100_000)
    upload = uploads.hold(session, sent, by=cast.editor, at=datetime.now(UTC), max_document_bytes=100_000)
    gate, waiver = make_policy(session, cast)
    proven = [prove(session, cast, item) for item in (items[0], items[1], secret[0])]
    world = World(
        internal=internal.slug,
        public=public.slug,
        restricted=restricted.slug,
        open_key=items[0].key,
        untold_key=items[2].key,
        restricted_key=secret[0].key,
        restricted_batch=batch,
        restricted_revision=restricted.head_id or 0,
        revision=internal.head_id or 0,
        question=questions[0].id,
        restricted_question=questions[1].id,
        upload=upload.id,
        gate=gate,
        waiver=waiver,
        proof=proven[0],
        restricted_proof=proven[2],
        people={name: getattr(cast, name).id for name in ("admin", "editor", "reader", "stranger")},
    )
    session.commit()
    return world


def prove(session: Session, cast: Any, item: ActionItem) -> int:
    """Proven by the check that a change went past: broken, and regressed where the item is done."""
    place = proofs.place(session, "hub", "prod", "tried")
    proof = proofs.prove(session, item, place.check, place.stage, by=cast.editor, at=NOW - timedelta(hours=1))
    evidence.refresh(session, items=[item], at=NOW)
    return proof.id


POLICY = b"""\
apiVersion: policy/v1
name: hubs
document: docs/policy.md
deployments:
  - id: hub
    title: The hub
    stages:
      - {id: staging}
      - {id: prod, promotes_from: staging, protected: true}
checks:
  - id: tried
    kind: attestation
    title: Somebody tried this content
    applies_to: {stages: [prod]}
    with: {statement: I tried it}
    fix: Try it.
  - id: load
    kind: pushed
    title: The load test passes
    enforcement: advisory
"""


def make_policy(session: Session, cast: Any) -> tuple[str, int]:
    """A policy in force, one change that was denied at its gate, one that went past it, and a waiver."""
    text = {"docs/policy.md": "# How we deploy\n\nTry it first.\n"}
    policies.push(session, POLICY, commit="c" * 40, author="Ada", texts=text, by="Ada", seen_by=cast.admin, at=NOW)
    there, deployment = in_force(session, "hubs"), session.scalars(sa.select(Deployment)).one()
    stage = stage_row(session, deployment, "prod")
    change = Change(deployment="hub", stage="prod", new="b" * 40, content_id="e08a" * 10, subject="Merge <b>staging</b>")
    opened = gates.open(session, gates.GateRequest(change=change, policy="hubs"), at=NOW)
    gates.decide(session, opened.run, [], at=NOW)
    gone = deployments.Deployed(status="success", commit="d" * 40, content_id="f19b" * 10, subject="By hand", started_at=NOW)
    deployments.record(session, stage, gone, key="by-hand", at=NOW)
    soon = datetime.now(UTC) + timedelta(days=3)
    waiver = said.waive(
        session, there, deployment, "prod", "load",
        reason="It is slow this week", until=soon, by=cast.admin, at=soon - timedelta(days=5),
    )  # fmt: skip
    return opened.run.public_id, waiver.id


def create(session: Session, data: bytes, name: str, **how: Any) -> Incident:
    return documents.create(session, data, name, **{"at": NOW, "message": "Import", "via": "import", **how}).incident


def items_of(session: Session, incident: Incident) -> Sequence[ActionItem]:
    query = sa.select(ActionItem).join(Mention).where(Mention.incident_id == incident.id).order_by(Mention.n)
    return session.scalars(query).all()


def ask(session: Session, incident: Incident, item: ActionItem) -> Question:
    mention = session.scalars(sa.select(Mention).where(Mention.action_item_id == item.id)).one()
    detail = {"field": "owners", "ours": ["Ada"], "theirs": ["Grace"], "mention": mention.id}
    question = Question(kind="value", incident_id=incident.id, action_item_id=item.id, detail=detail, asked_at=NOW)
    session.add(question)
    session.flush()
    return question


def checksum(session: Session) -> dict[str, int]:
    """Every row of every table, as a number a table; ends the transaction, so that the pages can write."""
    sums = {}
    for table in Base.metadata.sorted_tables:
        rows = session.execute(sa.select(table)).all()
        sums[table.name] = hash(tuple(sorted(map(repr, rows))))
    session.rollback()
    return sums


def last_batch(session: Session) -> str:
    batch = session.scalar(sa.select(Event.batch_id).order_by(Event.id.desc()).limit(1))
    session.rollback()
    assert batch is not None
    return batch
