"""Keys are given once, in order; bytes are kept once."""

import sqlalchemy as sa

from tracker.store.blobs import keep, sha_of
from tracker.store.engine import sessions
from tracker.store.keys import last_key, next_keys
from tracker.store.models import Blob


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


def test_bytes_are_kept_once(session):
    assert keep(session, [b"one", b"two", b"one"]) == [sha_of(b"one"), sha_of(b"two"), sha_of(b"one")]
    assert keep(session, [b"two"]) == [sha_of(b"two")] and keep(session, []) == []
    assert sorted(session.scalars(sa.select(Blob.bytes))) == [b"one", b"two"]
