"""Names of incidents in addresses: the day and the title, each once."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.folding import words
from tracker.store.models import Incident

LONGEST = 60


def slug_of(day: date | None, title: str) -> str:
    """`2018-01-25-accidental-merge-to-prod`: whole words of the title, as many as fit."""
    slug = day.isoformat() if day else ""
    for word in words(title.replace(slug, " ") if slug else title):
        if slug and len(slug) + 1 + len(word) > LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:LONGEST]
    return slug or "incident"


def free_slugs(session: Session, wanted: Sequence[str]) -> list[str]:
    """`wanted`, those that are taken with a number behind. The caller holds the documents' lock."""
    taken = {"new"}  # /incidents/new is where one is written
    for start in range(0, len(wanted), 500):
        part = set(wanted[start : start + 500])
        taken.update(session.scalars(sa.select(Incident.slug).where(Incident.slug.in_(part))))
    free = []
    numbers: dict[str, int] = {}
    for slug in wanted:
        chosen = slug
        while chosen in taken:
            numbers[slug] = numbers.get(slug, 1) + 1
            chosen = f"{slug}-{numbers[slug]}"
            if chosen not in taken and session.scalar(sa.select(Incident.id).where(Incident.slug == chosen)):
                taken.add(chosen)
        taken.add(chosen)
        free.append(chosen)
    return free
