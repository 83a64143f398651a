"""Keys of action items, and the one lock of everybody who writes documents."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.models import Counter

_NEXT = sa.text(
    "INSERT INTO counter (name, last) VALUES ('action_item', :count)"
    " ON CONFLICT (name) DO UPDATE SET last = counter.last + excluded.last RETURNING last"
)


def next_keys(session: Session, count: int) -> list[str]:
    """`count` keys that were never given before, in order: A48, A49 …; a rolled back transaction gives them back."""
    last = session.scalar(_NEXT, {"count": count}) or 0
    return [f"A{number}" for number in range(last - count + 1, last + 1)]


def lock_documents(session: Session) -> None:
    """Let no other transaction change documents and items until this one ends.

    On SQLite a writing transaction has that already. On PostgreSQL whoever writes documents takes this row's lock first
    and rows of incidents and items after it, so that two of them never wait for each other. Read and merge before it.
    """
    session.scalar(_NEXT, {"count": 0})


def last_key(session: Session) -> str | None:
    last = session.scalar(sa.select(Counter.last).where(Counter.name == "action_item"))
    return f"A{last}" if last else None
