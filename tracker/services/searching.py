"""What a search shows: incidents with the place that matches, and the action items in them that match, newest first."""

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.domain.folding import words as words_of
from tracker.store.models import ActionItem, Blob, Incident, Mention, Person, Reading, Revision
from tracker.store.search import search
from tracker.store.visibility import visible_to

LIMIT = 50
MOST_ITEMS = 100
SHOWN = 180  # letters of a snippet
KEY = re.compile(r"[Aa][1-9][0-9]{0,8}")
LEAD = re.compile(r"^[\s#>*+|-]*(?:\d+[.)]\s+)?")  # what makes a line a heading, a list's, a quote's
GAP = re.compile(r"\s+")
TOKEN = re.compile(r"\w+|[^\w]+")

Marked = list[tuple[str, bool]]  # pieces of a text, each with whether it is what was searched for


@dataclass(frozen=True, slots=True)
class IncidentHit:
    slug: str
    title: str
    date: date | None
    marked_title: Marked
    snippet: Marked  # the first line of the document that has one of the words; empty where only the title has


@dataclass(frozen=True, slots=True)
class ItemHit:
    key: str
    text: str
    claim: Claim
    owner: str | None
    incident_slug: str
    incident_title: str
    incident_date: date | None
    marked: Marked


@dataclass(frozen=True, slots=True)
class Found:
    incidents: list[IncidentHit]
    items: list[ItemHit]
    more: bool  # there are more incidents than are shown


def find(session: Session, words: str, person: Person | None) -> Found:
    """Incidents that have all the words, and items that have them all or bear that key; at most four statements."""
    asked = words_of(words)
    rows = search(session, words, person, LIMIT + 1)
    ids = [row.incident_id for row in rows[:LIMIT]]
    texts = _documents(session, ids)
    incidents = [
        IncidentHit(
            row.slug, row.title, row.date, mark(row.title, asked), _snippet(texts[row.incident_id], row.title, asked)
        )
        for row in rows[:LIMIT]
    ]
    return Found(incidents, _items(session, words.strip(), asked, ids, person), len(rows) > LIMIT)


def mark(text: str, asked: list[str]) -> Marked:
    """`text` in pieces; a piece is marked if it is one of the words, the last of which may be the beginning of one."""
    pieces: Marked = []
    for token in TOKEN.findall(text):
        hit = _is_hit(words_of(token), asked)
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + token, hit)
        else:
            pieces.append((token, hit))
    return pieces


def _is_hit(words: list[str], asked: list[str]) -> bool:
    return any(word in asked or (asked and word.startswith(asked[-1])) for word in words)


def _has_all(text: str, asked: list[str]) -> bool:
    words = words_of(text)
    return bool(asked) and set(asked[:-1]) <= set(words) and any(word.startswith(asked[-1]) for word in words)


def _snippet(text: str, title: str, asked: list[str]) -> Marked:
    """The line that has most of the words, cut to what surrounds the first of them; the title is shown anyway."""
    known = words_of(title)
    best, most = "", 0
    for line in text.splitlines():
        if line.isascii() and not any(word in line.lower() for word in asked):
            continue  # most lines; folding each would take most of a search's time
        words = words_of(line)
        found = len(set(asked[:-1]) & set(words)) + any(word.startswith(asked[-1]) for word in words)
        if found > most and words != known:
            best, most = line, found
    plain = LEAD.sub("", best).strip()
    pieces = mark(plain, asked)
    before = next((len("".join(text for text, _ in pieces[:n])) for n, piece in enumerate(pieces) if piece[1]), 0)
    return mark(_around(plain, before), asked)


def _around(text: str, hit: int) -> str:
    """At most `SHOWN` letters of `text` with the word that begins at `hit`: whole words, but for one that is too long."""
    start = max(0, hit - SHOWN // 3)
    if start and (gap := GAP.search(text, start - 1, hit)):
        start = gap.end()
    end = start + SHOWN
    if end < len(text):
        end = max((gap.start() for gap in GAP.finditer(text, hit, end + 1)), default=end)
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def _documents(session: Session, ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        sa.select(Incident.id, Blob.bytes)
        .join(Revision, Revision.id == Incident.head_id)
        .join(Blob, Blob.sha == Revision.sha)
        .where(Incident.id.in_(ids))
    )
    return {row.id: row.bytes.decode(errors="replace") for row in rows}


def _items(session: Session, typed: str, asked: list[str], ids: list[int], person: Person | None) -> list[ItemHit]:
    """Each item once, by its newest mention that has the words; what `typed` is the key of comes first."""
    key = typed.upper() if KEY.fullmatch(typed) else None
    here = sa.or_(Mention.incident_id.in_(ids), ActionItem.key == key) if key else Mention.incident_id.in_(ids)
    rows = session.execute(
        sa.select(
            ActionItem.key,
            Mention.text,
            ActionItem.claim,
            ActionItem.owner,
            Incident.slug,
            Reading.title,
            Reading.date,
        )
        .join(Mention, Mention.action_item_id == ActionItem.id)
        .join(Incident, Incident.id == Mention.incident_id)
        .join(Reading, Reading.incident_id == Incident.id)
        .where(here, visible_to(person), ActionItem.hidden_at.is_(None), ActionItem.joined_to.is_(None))
        .order_by(Reading.date.desc().nulls_last(), Incident.id.desc(), Mention.n)
    )
    hits: dict[str, ItemHit] = {}
    for row in rows:
        if row.key not in hits and (row.key == key or _has_all(row.text, asked)):
            hits[row.key] = ItemHit(*row, marked=mark(row.text, asked))
    return sorted(hits.values(), key=lambda hit: hit.key != key)[:MOST_ITEMS]
