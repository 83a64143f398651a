"""Rows in bulk are the rows that SQLAlchemy would store one by one, and ids of both never meet."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from tracker.domain.claims import Claim, Milestone, Visibility
from tracker.store.bulk import AT_ONCE, allocate, insert_rows
from tracker.store.models import ActionItem, Base, Blob, Entry, Event, Incident, Mention, Place, Source

NOON = datetime(2026, 11, 24, 12, 0, 0, 250, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
SAID: dict[str, Any] = {
    "claim": "wont_do",
    "reason": "zu teuer – “100 %” é\n\u2028",
    "owners": ["Ada", "Edith"],
    "due": None,
}
PARENTS: list[tuple[type[Base], dict[str, Any]]] = [
    (Blob, {"sha": "0" * 64, "bytes": b"\x00\xff\r\n"}),
    (Source, {"id": 1, "name": "docs", "kind": "folder", "location": "/docs", "writes": "always"}),
    (Incident, {"id": 1, "slug": "one", "name": "one.md", "status": "draft", "visibility": "internal"}),
    (ActionItem, {"id": 1, "key": "A1", "claim": "open"}),
]
ROWS: list[tuple[type[Base], list[dict[str, Any]]]] = [
    (Blob, [{"sha": "1" * 64, "bytes": b"\x00\xff\r\n"}, {"sha": "2" * 64, "bytes": b""}]),
    (Incident, [
        {"id": 2, "slug": "a", "name": "a.md", "status": "published", "visibility": Visibility.RESTRICTED,
         "due": date(2024, 2, 29), "resolved_at": NOON},
        {"id": 3, "slug": "b", "name": "b.md", "status": "draft", "visibility": "public", "due": None, "resolved_at": None},
    ]),
    (ActionItem, [
        {"id": 2, "key": "A2", "claim": Claim.WONT_DO, "reason": "it's late", "hidden_at": SUMMER, "due": date(1999, 1, 1)},
        {"id": 3, "key": "A3", "claim": "not_stated", "reason": None, "hidden_at": SUMMER, "due": date(1999, 1, 1)},
    ]),
    (Mention, [
        {"id": n, "action_item_id": 1, "incident_id": 1, "n": None, "text": "x", "group_": "Später", "line": 3,
         "stated": said, "known": {}}
        for n, said in enumerate(({}, SAID), 1)
    ]),
    (Entry, [
        {"incident_id": 1, "n": 0, "start": "T14:30", "end": None, "precision": "exact", "zone": "CEST", "utc": SUMMER,
         "milestone": Milestone.DETECTED, "line": 1, "text": "50 % down"},
        {"incident_id": 1, "n": 1, "start": None, "end": None, "precision": "unknown", "zone": None, "utc": None,
         "milestone": None, "line": 2, "text": ":name ? %s"},
    ]),
    (Event, [
        {"id": 1, "at": NOON, "by_id": None, "batch_id": "b", "verb": "found", "old": None, "new": SAID, "because": ""},
        {"id": 2, "at": SUMMER, "by_id": None, "batch_id": "b", "verb": "found", "old": {}, "new": None, "because": "x"},
    ]),
    (Place, [
        {"id": n, "source_id": 1, "path": f"{n}.md", "incident_id": 1, "base_sha": "0" * 64, "present": present}
        for n, present in ((1, True), (2, False))
    ]),
]  # fmt: skip


@pytest.fixture
def plain(session):
    """What stands in a table, as the driver gives it."""
    for model, row in PARENTS:
        session.execute(sa.insert(model), row)

    def plain(model):
        return [tuple(row) for row in session.execute(sa.text(f'SELECT * FROM "{model.__tablename__}" ORDER BY 1, 2'))]

    return plain


@pytest.mark.parametrize(("model", "rows"), ROWS, ids=[model.__tablename__ for model, _ in ROWS])
def test_rows_in_bulk_are_stored_as_one_by_one(session, plain, model, rows):
    with session.begin_nested() as attempt:
        session.execute(sa.insert(model), rows)
        one_by_one = plain(model)
        attempt.rollback()
    insert_rows(session, model.__table__, rows)
    assert plain(model) == one_by_one and len(one_by_one) >= len(rows)


@pytest.mark.parametrize("many", [1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7])
def test_rows_of_several_statements_keep_their_order(session, plain, many):
    rows = [{"action_item_id": 1, "incident_id": 1, "text": f"{n}", "stated": {"n": n}, "known": {}} for n in range(many)]
    insert_rows(session, Mention.__table__, rows)
    found = session.execute(sa.select(Mention.text, Mention.stated).order_by(Mention.id)).all()
    assert [tuple(one) for one in found] == [(f"{n}", {"n": n}) for n in range(many)]


def test_no_rows_are_no_statement(session):
    insert_rows(session, Blob.__table__, [])
    assert session.scalars(sa.select(Blob.sha)).all() == []


def test_ids_in_bulk_and_one_by_one_do_not_meet(session):
    session.add(ActionItem(key="A1"))
    session.flush()
    ids = allocate(session, ActionItem.__table__, 3)
    insert_rows(session, ActionItem.__table__, [{"id": one, "key": f"B{one}", "claim": "open"} for one in ids])
    session.add(ActionItem(key="A2"))
    session.flush()
    assert list(session.scalars(sa.select(ActionItem.id).order_by(ActionItem.id))) == [1, 2, 3, 4, 5]
    assert ids == [2, 3, 4] and allocate(session, ActionItem.__table__, 0) == []
