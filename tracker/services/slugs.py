"""Names of incidents in addresses: the day and the title, each once."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.folding import words
from tracker.store.models import Incident

LONGEST = 60
FEW = 20  # incidents at once, for which the slugs beginning alike are asked for; for more it is all of them


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
    of = sa.select(Incident.slug)
    if len(wanted) <= FEW:
        of = of.where(sa.or_(*(Incident.slug.startswith(slug, autoescape=True) for slug in wanted)))
    taken = {"new", *session.scalars(of)}  # /incidents/new is where one is written
    numbers: dict[str, int] = {}
    free = []
    for slug in wanted:
        chosen = slug
        while chosen in taken:
            numbers[slug] = numbers.get(slug, 1) + 1
            chosen = f"{slug}-{numbers[slug]}"
        taken.add(chosen)
        free.append(chosen)
    return free
