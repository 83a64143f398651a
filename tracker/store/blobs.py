"""Keeping bytes: once, however many revisions have them."""

from collections.abc import Sequence
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

_KEEP = sa.text("INSERT INTO blob (sha, bytes) VALUES (:sha, :bytes) ON CONFLICT (sha) DO NOTHING")


def keep(session: Session, documents: Sequence[bytes]) -> list[str]:
    """Keep each document's exact bytes; returns their names (SHA-256 in hex), in order."""
    rows = {sha256(data).hexdigest(): data for data in documents}
    if rows:
        session.execute(_KEEP, [{"sha": sha, "bytes": data} for sha, data in rows.items()])
    return [sha256(data).hexdigest() for data in documents]
