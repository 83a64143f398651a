"""The items of a document that is read again, found among the known ones, and what becomes of them (DESIGN §2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.claims import Claim
from tracker.domain.folding import folded
from tracker.domain.postmortem import Item
from tracker.services import matching
from tracker.services.item_values import owners_of, people_by_name, set_values, values_of
from tracker.services.new_items import Act, Rows, add_items, newcomers
from tracker.services.statements import FIELDS, UNSET, Taken, stated_of, take
from tracker.store.models import ActionItem, Event, Incident, ItemTicket, Mention, Question

AS_OF_NOW = {"populate_existing": True}  # what was loaded before the lock was held may have changed
Decided = Mapping[int, Collection[str]]  # item id -> names of its values
NOTHING: Decided = {}


@dataclass(slots=True)
class Found:
    """Keys of the items that came, left, and got a claim."""

    appeared: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)


def place_items(
    session: Session,
    incident: Incident,
    items: Sequence[Item],
    act: Act,
    *,
    opened_on: date | None,
    day: date | None,
    here: bool = False,
    upgrade: bool = False,
    decided: Decided = NOTHING,
) -> Found:
    """Match `items` to the incident's mentions, vanished ones included, and take over what their statements changed.

    Newcomers get items; what left its document stays, marked (`n` None), and is found when it comes back. What is edited
    `here` is taken over as a decision; what comes from a source asks where we decided otherwise since it was last read, and
    has taken into account all that is decided by now. With `upgrade` it is the reader that changed and no document, so
    values are filled where they are unset and otherwise left. What was `decided` the document was edited to say, as well as
    it can: it knows the item's value now, and states no other. The caller holds the documents' lock.
    """
    session.flush()
    of_incident = sa.select(Mention).where(Mention.incident_id == incident.id).order_by(Mention.id)
    mentions = session.scalars(of_incident.execution_options(**AS_OF_NOW)).all()
    matched = matching.match(
        [matching.Known(one.id, one.text, one.group_, one.stated, one.n) for one in mentions],
        [matching.Found(n, item.text, item.group, stated_of(item)) for n, item in enumerate(items)],
    )
    how = _How(day, here, upgrade, decided)
    place = _Place(session, incident, act, {one.id: one for one in mentions}, how)
    for known_id in matched.vanished:
        place.vanish(known_id)
    for n, known_id in matched.pairs.items():
        place.stay(known_id, n, items[n])
    if not here and not upgrade:
        place.know()
    place.come(items, matched, opened_on)
    return place.found


@dataclass(frozen=True, slots=True)
class _How:
    """What `place_items` was asked for."""

    day: date | None
    here: bool
    upgrade: bool
    decided: Decided


class _Place:
    """One placing of a document's items; gathers events so that they are inserted at once."""

    def __init__(self, session: Session, incident: Incident, act: Act, mentions: dict[int, Mention], how: "_How") -> None:
        self.session, self.incident, self.act, self.how = session, incident, act, how
        self.mentions = mentions
        ids = {one.action_item_id for one in mentions.values()}
        items = sa.select(ActionItem).where(ActionItem.id.in_(ids)).execution_options(**AS_OF_NOW)
        self.items = {one.id: one for one in session.scalars(items)} if ids else {}
        self.owners = owners_of(session, ids) if ids else {}
        self.people = people_by_name(session) if ids else {}
        self.asked = self._open_value_questions() if ids else {}
        self.events: list[dict[str, Any]] = []
        self.found = Found()
        self.left_now: set[int] = set()

    def _open_value_questions(self) -> dict[tuple[int, str], Question]:
        waiting = sa.select(Question).where(
            Question.incident_id == self.incident.id, Question.kind == "value", Question.answered_at.is_(None)
        )
        return {(one.action_item_id or 0, one.detail["field"]): one for one in self.session.scalars(waiting)}

    def vanish(self, known_id: int) -> None:
        """It stays, and stays counted; only that it left is written down."""
        mention = self.mentions[known_id]
        if mention.n is None:
            return
        mention.n = mention.line = None
        self.left_now.add(known_id)
        self.found.vanished.append(self.items[mention.action_item_id].key)
        self._tell("vanished", mention, old={"text": mention.text})

    def stay(self, known_id: int, n: int, item: Item) -> None:
        mention = self.mentions[known_id]
        if mention.n is None:
            self._tell("returned", mention, new={"text": item.text})
            self.found.appeared.append(self.items[mention.action_item_id].key)
        if folded(mention.text) != folded(item.text):
            self._tell("reworded", mention, old={"text": mention.text}, new={"text": item.text})
        now = stated_of(item)
        if now != mention.stated or mention.action_item_id in self.how.decided:
            self._take(mention, now)
        mention.n, mention.text, mention.group_, mention.line = n, item.text, item.group, item.line

    def _take(self, mention: Mention, now: dict[str, Any]) -> None:
        item = self.items[mention.action_item_id]
        values = values_of(item, self.owners.get(item.id, ()))
        taken = take(values, mention.stated, mention.known, now, day=self.how.day, here=self.how.here)
        _leave_decided(taken, values, self.how.decided.get(item.id, ()))
        if self.how.upgrade:
            _only_fill(taken, values, mention.known)
        else:
            self._ask_values(mention, taken)
        if changes := {name: value for name, value in taken.changes.items() if value != values[name]}:
            set_values(self.session, item, changes, self.people)
            if "owners" in changes:
                self.owners[item.id] = changes["owners"]
            if self.how.upgrade and "claim" in changes:
                self.found.filled.append(item.key)
            old = {name: values[name] for name in changes}
            self._tell("stated", mention, old=old, new=changes, because="a newer reader" if self.how.upgrade else "")
        self._add_tickets(item.id, now)
        item.kind = now.get("kind", item.kind)
        mention.stated, mention.known = now, taken.known

    def know(self) -> None:
        """Its place was read: what it says next is said after what is decided by now. But not what is being asked."""
        for mention in self.mentions.values():
            item_id = mention.action_item_id
            values = values_of(self.items[item_id], self.owners.get(item_id, ()))
            mention.known = knowing(mention.known, values, {name for of, name in self.asked if of == item_id})

    def _add_tickets(self, item_id: int, now: dict[str, Any]) -> None:
        """A ticket that is no longer named is not taken away."""
        for url in now.get("links", ()):
            if self.session.get(ItemTicket, (item_id, url)) is None:
                self.session.add(ItemTicket(action_item_id=item_id, url=url))

    def _ask_values(self, mention: Mention, taken: Taken) -> None:
        """One question per item and value: a newer statement takes the older's place, agreement answers it."""
        for name, (ours, theirs) in taken.asks.items():
            detail = {"field": name, "ours": ours, "theirs": theirs, "mention": mention.id}
            if question := self.asked.get((mention.action_item_id, name)):
                question.detail = detail
            else:
                self.asked[mention.action_item_id, name] = self._ask("value", mention.action_item_id, detail)
        for name in (*taken.settled, *taken.changes):
            if question := self.asked.pop((mention.action_item_id, name), None):
                question.answered_at, question.answer = self.act.at, "same"

    def come(self, items: Sequence[Item], matched: matching.Matched, opened_on: date | None) -> None:
        """Newcomers get their items; those that may be one that left are asked about."""
        rows = Rows()
        new = newcomers(((n, items[n]) for n in matched.newcomers), opened_on=opened_on)
        of_incident = [(self.incident.id, one) for one in new]
        ids = dict(zip(matched.newcomers, add_items(self.session, rows, of_incident, self.act), strict=True))
        for event in self.events:
            rows.add(Event, event)
        rows.insert(self.session)
        for doubt in matched.doubts:
            self.ask_same(ids[doubt.n], doubt.known_id, doubt.score)
        if ids:
            keys = sa.select(ActionItem.key).where(ActionItem.id.in_(ids.values())).order_by(ActionItem.id)
            self.found.appeared += self.session.scalars(keys)

    def ask_same(self, item_id: int, known_id: int, score: float) -> None:
        """The item `item_id` has just come; it may be the one of a mention that left now, or before."""
        known = self.mentions[known_id]
        detail = {"known": self.items[known.action_item_id].key, "mention": known.id, "text": known.text}
        self._ask("vanished" if known_id in self.left_now else "same_item", item_id, detail | {"score": round(score)})

    def _ask(self, kind: str, item_id: int, detail: dict[str, Any]) -> Question:
        incident_id = self.incident.id
        question = Question(kind=kind, incident_id=incident_id, action_item_id=item_id, detail=detail, asked_at=self.act.at)
        self.session.add(question)
        self.session.flush()
        told = {"question": question.id, "kind": kind, **detail}
        self.session.add(Event(**self.act.event("asked", incident_id=incident_id, item_id=item_id, new=told)))
        return question

    def _tell(self, verb: str, mention: Mention, **values: Any) -> None:
        told = self.act.event(verb, incident_id=self.incident.id, item_id=mention.action_item_id, **values)
        self.events.append(told)


def knowing(known: dict[str, Any], values: dict[str, Any], except_for: Collection[str] = ()) -> dict[str, Any]:
    """A mention's `known` after its document has taken the item's values into account, all but some."""
    left = {name: known[name] for name in except_for if name in known}
    return {name: values[name] for name in FIELDS if name not in except_for and values[name] != UNSET[name]} | left


def _leave_decided(taken: Taken, values: dict[str, Any], names: Collection[str]) -> None:
    """A document that can say "done" and "open" only says "open" of what is in progress: that is no statement of its own."""
    for name in names:
        taken.asks.pop(name, None)
        for changed in (name, "reason", "closed_on") if name == "claim" else (name,):
            taken.changes.pop(changed, None)
        taken.known[name] = values[name]


def _only_fill(taken: Taken, values: dict[str, Any], known: dict[str, Any]) -> None:
    """Keep of `taken` what nobody has said anything about: a reader's upgrade overrules nobody and asks nobody."""
    fillable = {name for name in FIELDS if values[name] == UNSET[name] == known.get(name, UNSET[name])}
    if "claim" in fillable:
        fillable |= {"reason", "closed_on"}
    taken.changes = {name: value for name, value in taken.changes.items() if name in fillable}
    taken.known = {**known, **{name: taken.known[name] for name in taken.changes if name in taken.known}}
    if taken.changes.get("claim") == Claim.NOT_STATED.value:
        del taken.changes["claim"]
