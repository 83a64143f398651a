"""Add what a team's deployment policy needs: the policy's texts, gate runs, deployments, observations, proofs, evidence.

An observation and a version of a policy are never changed, a push is never changed or deleted: triggers say so. Old
observations that changed no state are deleted by `tracker tick`, so deleting those is allowed.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003_policy"
down_revision = "0002_upload"
branch_labels = None
depends_on = None

FROZEN = {"observation": ("UPDATE",), "policy_version": ("UPDATE",), "policy_push": ("UPDATE", "DELETE")}
WHY = {
    "observation": "an observation is never changed: record a new one",
    "policy_version": "a version of a policy is never changed: push a new one",
    "policy_push": "pushes of a policy are append only",
}
CHANGE_TYPES = ("normal", "rollback", "recovery", "break_glass")
OUTCOMES = ("pass", "fail", "error", "skip")


def column(name: str, kind: Any = sa.String, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def columns(*names: str, kind: Any = sa.String, null: bool = False) -> list[sa.Column[Any]]:
    return [column(name, kind, null=null) for name in names]


def key() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True)


def instants(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return columns(*names, kind=sa.DateTime(timezone=True), null=null)


def to(name: str, target: str, *, null: bool = False, gone: str | None = None, primary: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target, ondelete=gone), nullable=null, primary_key=primary)


def one_of(name: str, *values: str, check: str | None = None, null: bool = False) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=check or name, native_enum=False, create_constraint=True, length=20)
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    _policies()
    _deployments()
    _said()
    _gates()
    _observations()
    _proofs()
    _freeze()


def _policies() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"  # which cannot add a constraint, and may name a table to come
    version = to("version_id", "policy_version.id", null=True) if on_sqlite else column("version_id", sa.Integer, null=True)
    op.create_table(
        "policy", key(), *columns("name", "title"), column("repo", null=True), version, sa.UniqueConstraint("name")
    )
    op.create_table(
        "policy_version",
        key(),
        to("policy_id", "policy.id"),
        *columns("digest", "yaml"),
        column("parsed", sa.JSON),
        *instants("received_at"),
        sa.UniqueConstraint("policy_id", "digest"),
    )
    if not on_sqlite:
        op.create_foreign_key(None, "policy", "policy_version", ["version_id"], ["id"])
    op.create_table(
        "policy_push",
        key(),
        to("policy_id", "policy.id"),
        to("version_id", "policy_version.id"),
        *instants("at"),
        column("commit", null=True),
        *columns("author", "by"),
    )
    op.create_index("ix_policy_push_policy_id", "policy_push", ["policy_id"])
    op.create_table("policy_text", key(), to("policy_id", "policy.id"), *columns("path", "sha256", "body"), *instants("at"))
    op.create_index("ix_policy_text_policy_id", "policy_text", ["policy_id"])
    op.create_table(
        "person_login",
        sa.Column("forge", sa.String, primary_key=True),
        sa.Column("login", sa.String, primary_key=True),
        to("person_id", "person.id"),
    )
    op.create_table(
        "token",
        key(),
        *columns("hash", "name", "kind"),
        column("policy", null=True),
        *columns("deployments", "stages", "scopes", kind=sa.JSON),
        to("person_id", "person.id", null=True),
        *instants("created_at", "expires_at"),
        *instants("last_used_at", "revoked_at", null=True),
        sa.UniqueConstraint("hash"),
    )


def _deployments() -> None:
    op.create_table(
        "deployment",
        key(),
        to("policy_id", "policy.id"),
        *columns("slug", "title"),
        column("aliases", sa.JSON),
        column("repo", null=True),
        *instants("removed_at", null=True),
        sa.UniqueConstraint("policy_id", "slug"),
    )
    op.create_index("ix_deployment_slug", "deployment", ["slug"])
    op.create_table(
        "stage",
        key(),
        to("deployment_id", "deployment.id"),
        column("slug"),
        column("n", sa.Integer),
        column("protected", sa.Boolean),
        *columns("url", "promotes_from", null=True),
        *instants("removed_at", null=True),
        sa.UniqueConstraint("deployment_id", "slug"),
    )
    op.create_table(
        "check_",
        key(),
        to("policy_id", "policy.id"),
        *columns("slug", "kind", "title"),
        one_of("enforcement", "advisory", "soft", "hard"),
        one_of("mode", "guard", "condition"),
        *instants("removed_at", null=True),
        sa.UniqueConstraint("policy_id", "slug"),
    )
    op.create_table(
        "forge_watch",
        key(),
        to("policy_id", "policy.id"),
        *columns("forge", "repo", "branch"),
        column("contexts", sa.JSON),
        *instants("next_run_at", "asked_at", null=True),
        column("problem"),
        column("etags", sa.JSON),
        sa.UniqueConstraint("policy_id"),
    )
    op.create_index("ix_forge_watch_next_run_at", "forge_watch", ["next_run_at"])
    op.create_table("gap", key(), *instants("start", "end"))
    op.create_table("beat", sa.Column("name", sa.String, primary_key=True), *instants("at"))


def _said() -> None:
    """What people say: tried, read, waived, overridden."""
    op.create_table(
        "attestation",
        key(),
        to("check_id", "check_.id"),
        to("deployment_id", "deployment.id"),
        column("content_id"),
        column("commit", null=True),
        *columns("statement", "note"),
        to("person_id", "person.id"),
        *instants("at"),
        *instants("revoked_at", null=True),
    )
    op.create_index("ix_attestation_check_id", "attestation", ["check_id"])
    op.create_table(
        "acknowledgement",
        key(),
        to("policy_id", "policy.id"),
        *columns("path", "sha256"),
        column("term", null=True),
        to("person_id", "person.id"),
        *instants("at"),
    )
    op.create_index("ix_acknowledgement_policy_id", "acknowledgement", ["policy_id"])
    op.create_table(
        "waiver",
        key(),
        to("check_id", "check_.id"),
        to("stage_id", "stage.id"),
        column("reason"),
        to("person_id", "person.id"),
        *instants("from_", "until"),
        *instants("ended_at", "used_at", null=True),
    )
    op.create_index("ix_waiver_check_id", "waiver", ["check_id"])
    op.create_table(
        "override",
        key(),
        to("stage_id", "stage.id"),
        column("code_hash"),
        column("content_id", null=True),
        column("reason"),
        to("person_id", "person.id"),
        *instants("at", "expires_at"),
        *instants("used_at", null=True),
        to("action_item_id", "action_item.id", null=True, gone="SET NULL"),
        sa.UniqueConstraint("code_hash"),
    )


def _gates() -> None:
    op.create_table(
        "gate_run",
        key(),
        column("public_id"),
        *(to("stage_id", "stage.id"), to("version_id", "policy_version.id")),
        *instants("at", "received_at"),
        *instants("decided_at", "expires_at", null=True),
        one_of("verdict", "allow", "deny", "undecided", "overridden", null=True),
        column("because"),
        column("dry_run", sa.Boolean),
        column("phase"),
        one_of("change_type", *CHANGE_TYPES, check="changetype"),
        column("reason"),
        column("incident_id", sa.Integer, null=True),
        to("override_id", "override.id", null=True),
        *columns("ref", "old_commit", "new_commit", "content_id", "pull_request", null=True),
        column("commits", sa.JSON),
        *columns("subject", "author"),
        column("actor", null=True),
        to("person_id", "person.id", null=True),
        column("ci_url", null=True),
        column("context", sa.JSON),
        to("token_id", "token.id", null=True),
        column("idempotency_key", null=True),
        *(sa.UniqueConstraint("public_id"), sa.UniqueConstraint("idempotency_key")),
    )
    op.create_index("ix_gate_run_stage_id_at", "gate_run", ["stage_id", "at"])
    for name in ("new_commit", "content_id", "pull_request"):
        op.create_index(f"ix_gate_run_{name}", "gate_run", [name])
    op.create_table(
        "gate_result",
        *(to("gate_run_id", "gate_run.id", primary=True), to("check_id", "check_.id", primary=True)),
        column("n", sa.Integer),
        one_of("outcome", *OUTCOMES),
        one_of("enforcement", "advisory", "soft", "hard"),
        *columns("summary", "fix"),
        column("waived", null=True),
        column("blocking", sa.Boolean),
        column("evidence", sa.JSON),
        column("took_ms", sa.Integer),
        column("by_server", sa.Boolean),
    )
    op.create_table(
        "deployment_record",
        key(),
        to("stage_id", "stage.id"),
        column("status"),
        *columns("commit", "tree", "content_id", null=True),
        *columns("subject", "author"),
        *instants("started_at"),
        *instants("finished_at", null=True),
        to("gate_run_id", "gate_run.id", null=True),
        column("by"),
        column("idempotency_key", null=True),
        sa.CheckConstraint("status IN ('started', 'success', 'failure')", name="status"),
        sa.UniqueConstraint("idempotency_key"),
    )
    op.create_index("ix_deployment_record_stage_id_started_at", "deployment_record", ["stage_id", "started_at"])
    op.create_index("ix_deployment_record_stage_id_content_id", "deployment_record", ["stage_id", "content_id"])
    op.create_table(
        "ref_update",
        key(),
        to("stage_id", "stage.id"),
        *columns("ref", "commit"),
        *columns("parent", "content_id", "pull_request", null=True),
        *columns("subject", "author"),
        *instants("at", "received_at"),
        column("source"),
        column("url", null=True),
        *instants("confirmed_at", null=True),
        column("confirmed_by", null=True),
        sa.UniqueConstraint("stage_id", "commit", "at"),
    )
    op.create_index("ix_ref_update_stage_id_at", "ref_update", ["stage_id", "at"])
    op.create_index("ix_ref_update_stage_id_content_id", "ref_update", ["stage_id", "content_id"])


def _observations() -> None:
    op.create_table(
        "observation",
        key(),
        *(to("check_id", "check_.id"), to("stage_id", "stage.id")),
        one_of("outcome", *OUTCOMES),
        column("summary"),
        column("evidence", sa.JSON),
        *instants("observed_at", "received_at"),
        column("took_ms", sa.Integer),
        column("source"),
        *(to("token_id", "token.id", null=True), to("gate_run_id", "gate_run.id", null=True)),
        column("idempotency_key", null=True),
        sa.UniqueConstraint("idempotency_key"),
    )
    by_time = ["check_id", "stage_id", "observed_at"]
    op.create_index("ix_observation_check_id_stage_id_observed_at", "observation", by_time)
    op.create_index("ix_observation_gate_run_id", "observation", ["gate_run_id"])
    op.create_table(
        "check_state",
        *(to("check_id", "check_.id", primary=True), to("stage_id", "stage.id", primary=True)),
        one_of("state", "unknown", "pass", "fail"),
        *instants("since", null=True),
        *columns("fails", "passes", "errors", kind=sa.Integer),
        to("last_id", "observation.id", null=True),
        *instants("fresh_until", "next_run_at", null=True),
    )
    op.create_index("ix_check_state_next_run_at", "check_state", ["next_run_at"])


def _proofs() -> None:
    op.create_table(
        "proof",
        key(),
        to("action_item_id", "action_item.id", gone="CASCADE"),
        *(to("check_id", "check_.id"), to("stage_id", "stage.id")),
        one_of("mode", "guard", "condition"),
        *instants("since"),
        *instants("until", null=True),
        column("source"),
        to("by_id", "person.id", null=True),
    )
    op.create_index("ix_proof_action_item_id", "proof", ["action_item_id"])
    standings = ("none", "holding", "broken", "lapsed")
    op.create_table(
        "proof_state",
        to("proof_id", "proof.id", gone="CASCADE", primary=True),
        one_of("standing", *standings),
        *instants("since", null=True),
        column("because"),
        *instants("waived_until", null=True),
        *columns("answers", "carried", kind=sa.JSON),
    )
    op.create_table(
        "evidence",
        to("action_item_id", "action_item.id", gone="CASCADE", primary=True),
        one_of("standing", *standings),
        *instants("since", null=True),
        column("because"),
        *instants("verified_from", "broke_at", null=True),
        column("broke_because"),
        column("broke_url", null=True),
        *instants("decided_at", "told_at", "waived_until", null=True),
    )


def _freeze() -> None:
    for table, verbs in FROZEN.items():
        if op.get_bind().dialect.name == "sqlite":
            for verb in verbs:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{WHY[table]}'); END"
                )
        else:  # refuse() is 0001_initial's
            op.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE {' OR '.join(verbs)} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION refuse('{WHY[table]}')"
            )


def downgrade() -> None:
    """Policies and all that was observed are gone; the items that they proved stay, with what people said of them."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_policy_version_id_policy_version", "policy", type_="foreignkey")
    for table in (
        *("evidence", "proof_state", "proof", "check_state", "observation", "ref_update", "deployment_record"),
        *("gate_result", "gate_run", "override", "waiver", "acknowledgement", "attestation", "beat", "gap"),
        *("forge_watch", "check_", "stage", "deployment", "token", "person_login", "policy_text", "policy_push"),
        *("policy_version", "policy"),
    ):
        op.drop_table(table)
