"""Keys and ids are given once, in order, whether rows come one by one or in bulk."""

import sqlalchemy as sa

from tracker.store.blobs import keep, sha_of
from tracker.store.engine import allocate, sessions
from tracker.store.keys import last_key, next_keys
from tracker.store.models import ActionItem, Blob


def test_keys_go_on_from_the_last_one(session):
    assert last_key(session) is None
    assert next_keys(session, 3) == ["A1", "A2", "A3"]
    assert next_keys(session, 0) == []
    assert next_keys(session, 1) == ["A4"] and last_key(session) == "A4"


def test_two_transactions_never_get_the_same_key(engine):
    with sessions(engine).writing() as one:
        first = next_keys(one, 2)
        one.commit()
    with sessions(engine).writing() as other:
        assert not set(first) & set(next_keys(other, 2))


def test_ids_in_bulk_and_one_by_one_do_not_meet(session):
    session.add(ActionItem(key="A1"))
    session.flush()
    ids = allocate(session, ActionItem.__table__, 3)
    session.execute(sa.insert(ActionItem), [{"id": one, "key": f"B{one}", "claim": "open"} for one in ids])
    session.add(ActionItem(key="A2"))
    session.flush()
    assert list(session.scalars(sa.select(ActionItem.id).order_by(ActionItem.id))) == [1, 2, 3, 4, 5]
    assert ids == [2, 3, 4] and allocate(session, ActionItem.__table__, 0) == []


def test_bytes_are_kept_once(session):
    assert keep(session, [b"one", b"two", b"one"]) == [sha_of(b"one"), sha_of(b"two"), sha_of(b"one")]
    assert keep(session, [b"two"]) == [sha_of(b"two")] and keep(session, []) == []
    assert sorted(session.scalars(sa.select(Blob.bytes))) == [b"one", b"two"]
