"""Everything that the main job stores: people, sources, incidents with their documents, action items, events, questions.

An event is never changed or deleted, the bytes of a document and a revision are never changed: triggers say so, whoever
asks. Words are searched by FTS5 on SQLite and a tsvector on PostgreSQL (tracker.store.search).
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None

OPEN_ONLY = sa.text("claim IN ('open', 'in_progress', 'blocked') AND hidden_at IS NULL")
FROZEN = {"event": ("UPDATE", "DELETE"), "revision": ("UPDATE",), "blob": ("UPDATE",)}
WHY = {
    "event": "events are append only",
    "revision": "a revision is never changed: save a new one",
    "blob": "the bytes of a document are never changed",
}


def column(name: str, kind: Any = sa.String, *constraints: Any, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, *constraints, nullable=null)


def key() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True)


def instant(name: str, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def to(name: str, target: str, *, null: bool = False, cascade: bool = False, primary: bool = False) -> sa.Column[Any]:
    kind = sa.String(64) if target == "blob.sha" else sa.Integer
    reference = sa.ForeignKey(target, ondelete="CASCADE" if cascade else None)
    return sa.Column(name, kind, reference, nullable=null, primary_key=primary)


def one_of(name: str, *values: str, check: str, null: bool = False) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=20)
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    _people_and_sources()
    _documents()
    _action_items()
    _readings()
    _events_and_questions()
    _search()
    _freeze()


def _people_and_sources() -> None:
    roles = one_of("role", "reader", "editor", "admin", check="role")
    columns = column("name"), column("email", null=True), roles, instant("created_at"), instant("disabled_at", null=True)
    op.create_table("person", key(), *columns, sa.UniqueConstraint("email"))
    op.create_table(
        "login",
        sa.Column("hash", sa.String, primary_key=True),
        to("person_id", "person.id"),
        column("kind"),
        instant("created_at"),
        instant("expires_at"),
        instant("last_seen_at", null=True),
        instant("revoked_at", null=True),
        column("agent"),
        sa.CheckConstraint("kind IN ('link', 'session')", name="kind"),
    )
    op.create_index("ix_login_person_id", "login", ["person_id"])
    op.create_table(
        "source",
        key(),
        column("name"),
        column("kind"),
        column("location"),
        column("zone", null=True),
        column("writes"),
        instant("removed_at", null=True),
        sa.CheckConstraint("kind IN ('folder', 'git', 'upload')", name="kind"),
        sa.CheckConstraint("writes IN ('always', 'never')", name="writes"),
        *(sa.UniqueConstraint("name"), sa.UniqueConstraint("location")),
    )


def _documents() -> None:
    op.create_table("blob", sa.Column("sha", sa.String(64), primary_key=True), column("bytes", sa.LargeBinary))
    on_sqlite = op.get_bind().dialect.name == "sqlite"  # which cannot add a constraint, and may name a table to come
    head = to("head_id", "revision.id", null=True) if on_sqlite else column("head_id", sa.Integer, null=True)
    op.create_table(
        "incident",
        key(),
        column("slug"),
        column("name"),
        head,
        column("severity", null=True),
        instant("declared_at", null=True),
        instant("resolved_at", null=True),
        one_of("status", "draft", "in_review", "published", check="status"),
        to("owner_id", "person.id", null=True),
        column("due", sa.Date, null=True),
        one_of("visibility", "public", "internal", "restricted", check="visibility"),
        instant("hidden_at", null=True),
        sa.UniqueConstraint("slug"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "revision",
        key(),
        to("incident_id", "incident.id", cascade=True),
        to("parent_id", "revision.id", null=True),
        to("merged_id", "revision.id", null=True),
        to("sha", "blob.sha"),
        to("by_id", "person.id", null=True),
        instant("at"),
        column("message"),
        column("via"),
        sqlite_autoincrement=True,
    )
    if not on_sqlite:
        op.create_foreign_key(None, "incident", "revision", ["head_id"], ["id"])
    op.create_index("ix_revision_incident_id", "revision", ["incident_id"])
    op.create_index("ix_revision_sha", "revision", ["sha"])
    of = to("incident_id", "incident.id", cascade=True, primary=True)
    op.create_table("incident_deployment", of, sa.Column("name", sa.String, primary_key=True))
    of, who = to("incident_id", "incident.id", cascade=True, primary=True), to("person_id", "person.id", primary=True)
    op.create_table("incident_reader", of, who)
    op.create_table(
        "place",
        key(),
        to("source_id", "source.id", cascade=True),
        column("path"),
        to("incident_id", "incident.id", cascade=True),
        to("base_sha", "blob.sha"),
        column("present", sa.Boolean),
        sa.UniqueConstraint("source_id", "path"),
    )
    op.create_index("ix_place_base_sha", "place", ["base_sha"])
    op.create_index("ix_place_incident_id", "place", ["incident_id"])


def _action_items() -> None:
    op.create_table("counter", sa.Column("name", sa.String, primary_key=True), column("last", sa.Integer))
    op.create_table(
        "action_item",
        key(),
        column("key"),
        one_of("claim", "not_stated", "open", "in_progress", "blocked", "done", "wont_do", check="claim"),
        *(column(name, null=True) for name in ("reason", "owner")),
        column("due", sa.Date, null=True),
        *(column(name, null=True) for name in ("priority", "kind")),
        *(column(name, sa.Date, null=True) for name in ("opened_on", "closed_on")),
        instant("hidden_at", null=True),
        to("joined_to", "action_item.id", null=True),
        sa.CheckConstraint("claim <> 'wont_do' OR reason IS NOT NULL", name="wont_do_has_a_reason"),
        sa.CheckConstraint("priority IN ('P0', 'P1', 'P2', 'P3')", name="priority"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    # The one index of the home page; a plain one on (claim, owner) beside it makes SQLite choose wrongly.
    columns = ["owner", "due", "priority", "opened_on"]
    op.create_index("ix_action_item_open", "action_item", columns, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY)
    op.create_table(
        "mention",
        key(),
        to("action_item_id", "action_item.id"),
        to("incident_id", "incident.id", cascade=True),
        column("n", sa.Integer, null=True),
        column("text"),
        column("group_", null=True),
        column("line", sa.Integer, null=True),
        column("stated", sa.JSON),
        column("known", sa.JSON),
    )
    op.create_index("ix_mention_action_item_id", "mention", ["action_item_id"])
    op.create_index("ix_mention_incident_id_n", "mention", ["incident_id", "n"])
    op.create_table(
        "item_owner",
        to("action_item_id", "action_item.id", primary=True),
        sa.Column("name", sa.String, primary_key=True),
        column("n", sa.Integer),
        to("person_id", "person.id", null=True),
    )
    url = sa.Column("url", sa.String, primary_key=True)
    op.create_table("item_ticket", to("action_item_id", "action_item.id", primary=True), url)
    folded = sa.Column("folded", sa.String, primary_key=True)
    op.create_table("not_an_item", folded, to("by_id", "person.id", null=True), instant("at"))


def _readings() -> None:
    op.create_table(
        "reading",
        to("incident_id", "incident.id", cascade=True, primary=True),
        to("revision_id", "revision.id"),
        column("reader_version", sa.Integer),
        column("title"),
        column("date", sa.Date, null=True),
        column("zone", null=True),
        column("json", sa.JSON),
    )
    op.create_table(
        "entry",
        to("incident_id", "incident.id", cascade=True, primary=True),
        sa.Column("n", sa.Integer, primary_key=True),
        *(column(name, null=True) for name in ("start", "end")),
        column("precision"),
        column("zone", null=True),
        instant("utc", null=True),
        one_of("milestone", "impact_started", "detected", "mitigated", "resolved", check="milestone", null=True),
        column("line", sa.Integer),
        column("text"),
    )


def _events_and_questions() -> None:
    op.create_table(
        "event",
        key(),
        instant("at"),
        to("by_id", "person.id", null=True),
        column("batch_id"),
        *(column(name, sa.Integer, null=True) for name in ("incident_id", "revision_id", "action_item_id")),
        column("verb"),
        column("old", sa.JSON, null=True),
        column("new", sa.JSON, null=True),
        column("because"),
    )
    for name in ("action_item_id", "batch_id", "incident_id"):
        op.create_index(f"ix_event_{name}", "event", [name])
    kinds = "kind IN ('merge', 'similar_file', 'value', 'same_item', 'vanished')"
    op.create_table(
        "question",
        key(),
        column("kind"),
        *(to("incident_id", "incident.id", null=True, cascade=True), to("action_item_id", "action_item.id", null=True)),
        *(to("revision_id", "revision.id", null=True), to("place_id", "place.id", null=True, cascade=True)),
        to("sha", "blob.sha", null=True),
        column("detail", sa.JSON),
        instant("asked_at"),
        instant("answered_at", null=True),
        to("by_id", "person.id", null=True),
        column("answer", null=True),
        sa.CheckConstraint(kinds, name="kind"),
    )
    for name in ("action_item_id", "incident_id"):
        op.create_index(f"ix_question_{name}", "question", [name])


def _search() -> None:
    """Words come folded and one by one (tracker.domain.folding), so that both databases keep the same ones."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'ascii', detail = 'none')")
        return
    op.execute(
        "CREATE TABLE search (incident_id integer NOT NULL CONSTRAINT pk_search PRIMARY KEY"
        " CONSTRAINT fk_search_incident_id_incident REFERENCES incident (id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_words ON search USING gin (words)")


def _freeze() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, verbs in FROZEN.items():
            for verb in verbs:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{WHY[table]}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table, verbs in FROZEN.items():
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE {' OR '.join(verbs)} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION refuse('{WHY[table]}')"
        )
    op.execute("CREATE TRIGGER event_kept BEFORE TRUNCATE ON event EXECUTE FUNCTION refuse('events are append only')")


def downgrade() -> None:
    """Nothing is left."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_table("search")
    if not on_sqlite:
        op.drop_constraint("fk_incident_head_id_revision", "incident", type_="foreignkey")
    for table in (
        *("question", "event", "entry", "reading", "not_an_item", "item_ticket", "item_owner", "mention", "action_item"),
        *("counter", "place", "incident_reader", "incident_deployment", "revision", "incident", "blob", "source"),
        *("login", "person"),
    ):
        op.drop_table(table)
    if not on_sqlite:
        op.execute("DROP FUNCTION refuse()")
