"""Writing an item's values into the documents that mention it, where they may be written to (DESIGN §2)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.domain.errors import TrackerError
from tracker.domain.postmortem import Postmortem
from tracker.postmortem import edit
from tracker.postmortem.reader import read
from tracker.services import documents
from tracker.services.new_items import Act
from tracker.services.revisions import born_here, head_of
from tracker.store.models import ActionItem, Incident, Mention, Place, Source


@dataclass(frozen=True, slots=True)
class Target:
    """One mention in its document, as it is read now; `n` is its place in `postmortem.items`."""

    incident: Incident
    postmortem: Postmortem
    n: int


_SLOTS: dict[str, Literal["owner", "due", "priority"]] = {"owners": "owner", "due": "due", "priority": "priority"}
Edit = Callable[[Target], bytes | None]  # None: the document has no place for it
Message = Callable[[Sequence[ActionItem]], str]


@dataclass(slots=True)
class Written:
    """What became of one item's mentions: how many documents say it now, and why one was left as it is."""

    into: int = 0  # documents that say it now
    not_into: list[str] = field(default_factory=list)

    @property
    def because(self) -> str:
        """For the item's history: names no document, since whoever reads it may see the one and not the other."""
        number = {0: [], 1: ["written into its document"]}.get(self.into, [f"written into {self.into} documents"])
        return "; ".join([*number, *dict.fromkeys(self.not_into)])


def write_back(
    session: Session, items: Sequence[ActionItem], edits: Mapping[str, Edit], act: Act, message: Message
) -> dict[int, Written]:
    """Apply `edits` (by the value's name, as an item has it) to every present mention of `items`; by item id.

    One revision per document, however many of its items change. Where a document may not be written to, or has no place,
    the tracker holds the value and says so.
    """
    written: dict[int, Written] = {item.id: Written() for item in items}
    mentions = sa.select(Mention).where(Mention.action_item_id.in_(list(written)), Mention.n.is_not(None))
    by_incident: defaultdict[int, list[Mention]] = defaultdict(list)
    for mention in session.scalars(mentions.order_by(Mention.incident_id, Mention.n)):
        by_incident[mention.incident_id].append(mention)
    never = _never_written(session, by_incident)
    for incident_id, ones in by_incident.items():
        if incident_id in never:
            for mention in ones:
                written[mention.action_item_id].not_into.append("not written: its source is set to never")
            continue
        changed = _write_one(session, session.get_one(Incident, incident_id), ones, edits, act, message, written)
        for item_id in changed:
            written[item_id].into += 1
    return written


def claim_edit(claim: Claim, *, day: date | None, reason: str | None) -> Edit:
    """Write a claim into a document, in its own habit."""
    return lambda to: edit.set_claim(to.postmortem, to.n, claim, day=day, reason=reason)


def field_edit(session: Session, name: str, value: Any) -> Edit:
    """Write an item's owners, due or priority (names and values as an item has them) where the document has a place."""
    shown = (", ".join(value) if isinstance(value, list) else value) or None

    def edited(to: Target) -> bytes | None:
        return edit.set_field(to.postmortem, to.n, _SLOTS[name], shown, born_here=born_here(session, to.incident.id))

    return edited


def _never_written(session: Session, incident_ids: Iterable[int]) -> set[int]:
    """Incidents with a place in a source that is set to never."""
    never = (
        sa.select(Place.incident_id)
        .join(Source, Source.id == Place.source_id)
        .where(Place.incident_id.in_(list(incident_ids)), Source.writes == "never", Source.removed_at.is_(None))
    )
    return set(session.scalars(never))


def _write_one(
    session: Session,
    incident: Incident,
    mentions: Sequence[Mention],
    edits: Mapping[str, Edit],
    act: Act,
    message: Message,
    written: dict[int, Written],
) -> dict[int, set[str]]:
    """Edit after edit on one text, read again after each: a splice moves what stands behind it. What changed, by item id."""
    head_id, head = head_of(session, incident.id)
    postmortem = read(head, incident.name)
    changed: defaultdict[int, set[str]] = defaultdict(set)
    for mention in mentions:
        for name, edit_one in edits.items():
            if mention.n is None or mention.n >= len(postmortem.items):
                continue  # read by another version of the reader than the table's: `tracker reread` mends it
            try:
                data = edit_one(Target(incident, postmortem, mention.n))
            except TrackerError as refusal:
                written[mention.action_item_id].not_into.append(str(refusal))
                continue
            if data is None:
                written[mention.action_item_id].not_into.append(
                    f"its document has no place for the {_SLOTS.get(name, name)}"
                )
            elif data != postmortem.source:
                postmortem = read(data, incident.name)
                changed[mention.action_item_id].add(name)
    if changed:
        said = message([session.get_one(ActionItem, item_id) for item_id in changed])
        how: dict[str, Any] = {"by": act.by, "at": act.at, "message": said, "via": "form", "batch": act.batch}
        documents.save(session, incident, head_id, postmortem.source, **how, postmortem=postmortem, decided=changed)
    return changed
