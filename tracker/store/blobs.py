"""Keeping bytes: once, however many revisions have them."""

from collections.abc import Sequence
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session


def sha_of(data: bytes) -> str:
    """The name of a document's bytes: their SHA-256, in hex."""
    return sha256(data).hexdigest()


_KEEP = sa.text("INSERT INTO blob (sha, bytes) VALUES (:sha, :bytes) ON CONFLICT (sha) DO NOTHING")


def keep(session: Session, documents: Sequence[bytes]) -> list[str]:
    """Keep each document's exact bytes; returns their names, in order."""
    shas = [sha_of(data) for data in documents]
    if shas:
        session.execute(
            _KEEP, [{"sha": sha, "bytes": data} for sha, data in dict(zip(shas, documents, strict=True)).items()]
        )
    return shas
