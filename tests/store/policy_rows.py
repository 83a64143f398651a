"""A row of every table of the policy, which refer to each other."""

from datetime import UTC, datetime

import sqlalchemy as sa

from tracker.store.models import Base

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VERSION = {"policy_id": 1, "digest": "d" * 64, "yaml": "name: hub", "parsed": {"name": "hub"}, "received_at": NOW}
RUN = {"public_id": "g1", "stage_id": 1, "version_id": 1, "at": NOW, "received_at": NOW, "verdict": "deny", "context": {}}
ROWS = {
    "policy": {"name": "hub"},
    "policy_version": VERSION,
    "policy_push": {"policy_id": 1, "version_id": 1, "at": NOW},
    "policy_text": {"policy_id": 1, "path": "policy.md", "sha256": "a" * 64, "body": "Be kind.", "at": NOW},
    "person_login": {"forge": "github", "login": "ada", "person_id": 1},
    "token": {"hash": "h", "name": "CI", "kind": "ci", "person_id": 1, "created_at": NOW, "expires_at": NOW},
    "deployment": {"policy_id": 1, "slug": "datahub", "title": "DataHub"},
    "stage": {"deployment_id": 1, "slug": "prod", "protected": True},
    "check_": {"policy_id": 1, "slug": "online", "kind": "http", "title": "On", "enforcement": "hard", "mode": "guard"},
    "forge_watch": {"policy_id": 1, "forge": "github", "repo": "o/n", "branch": "prod", "etags": {}},
    "gap": {"start": NOW, "end": NOW},
    "beat": {"name": "server", "at": NOW},
    "attestation": {"check_id": 1, "deployment_id": 1, "content_id": "c", "statement": "Tried", "person_id": 1, "at": NOW},
    "acknowledgement": {"policy_id": 1, "path": "policy.md", "sha256": "a" * 64, "person_id": 1, "at": NOW},
    "waiver": {"check_id": 1, "stage_id": 1, "reason": "r", "person_id": 1, "from_": NOW, "until": NOW},
    "override": {"stage_id": 1, "code_hash": "h", "reason": "r", "person_id": 1, "at": NOW, "expires_at": NOW},
    "gate_run": RUN | {"override_id": 1, "token_id": 1},
    "gate_result": {
        "gate_run_id": 1,
        "check_id": 1,
        "n": 0,
        "outcome": "fail",
        "enforcement": "hard",
        "summary": "down",
        "blocking": True,
        "evidence": {},
    },
    "deployment_record": {"stage_id": 1, "status": "success", "started_at": NOW, "gate_run_id": 1},
    "ref_update": {"stage_id": 1, "ref": "prod", "commit": "c", "at": NOW, "received_at": NOW, "source": "hook"},
    "observation": {
        "check_id": 1,
        "stage_id": 1,
        "outcome": "fail",
        "summary": "down",
        "evidence": {},
        "source": "server",
        "observed_at": NOW,
        "received_at": NOW,
    },
    "check_state": {"check_id": 1, "stage_id": 1, "last_id": 1},
    "proof": {"action_item_id": 1, "check_id": 1, "stage_id": 1, "mode": "guard", "since": NOW, "source": "policy"},
    "proof_state": {"proof_id": 1, "standing": "holding", "answers": {}, "carried": {}},
    "evidence": {"action_item_id": 1, "standing": "holding"},
}


def add_policy_rows(connection: sa.Connection) -> None:
    """To a database that has a person 1 and an action item 1."""
    for table, values in ROWS.items():
        connection.execute(sa.insert(Base.metadata.tables[table]).values(**values))
    connection.execute(sa.text("UPDATE policy SET version_id = 1"))
