"""The parts of undoing a batch, each of which leaves what was changed again since."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.domain.errors import Conflict
from tracker.domain.folding import folded
from tracker.services import evidence
from tracker.services.documents import undo_revision
from tracker.services.events import new_batch, record
from tracker.services.evidence_decisions import recount
from tracker.services.item_values import owners_of, set_values, values_of
from tracker.services.new_items import Act
from tracker.services.statements import FIELDS
from tracker.store.models import ActionItem, Event, Mention, NotAnItem, Person, Proof, Question, Revision

WITH_CLAIM = ("reason", "closed_on")  # go back with the claim, and not without it


class Undoing:
    """One undoing; `anything` is whether anything could be taken back, `why_not` why a document could not."""

    def __init__(self, session: Session, by: Person | None, at: datetime) -> None:
        self.session, self.act = session, Act(by, at, new_batch())
        self.anything = False
        self.why_not = ""
        self._restored: defaultdict[int, set[str]] = defaultdict(set)  # names of values, by item id
        self._decided: set[int] = set()  # items whose last decision is another one now

    def items(self, events: Sequence[Event]) -> None:
        """Values of items, newest change first."""
        for event in events:
            if event.verb == "hidden_everywhere":
                self._show_everywhere(event.new or {})
            elif event.verb == "shown_everywhere":
                self._hide_everywhere(event.new or {})
            elif event.verb == "seen" and event.action_item_id is not None:
                self._unsee(event.action_item_id, event.new or {})
            elif event.verb in ("decided", "stated") and event.action_item_id is not None:
                item = self.session.get(ActionItem, event.action_item_id, populate_existing=True)
                if item is not None:
                    self._restore(item, event.old or {}, event.new or {})

    def documents(self, events: Sequence[Event]) -> None:
        """The documents' revisions, newest first; what its items went back to is not taken from them."""
        for event in events:
            if event.verb not in ("edited", "merged") or event.revision_id is None:
                continue
            revision = self.session.get(Revision, event.revision_id)
            if revision is None:
                continue
            act = self.act
            try:
                saved = undo_revision(self.session, revision, by=act.by, at=act.at, batch=act.batch, decided=self._restored)
            except Conflict as why:
                self.why_not = str(why)
            else:
                self.anything = self.anything or saved.revision is not None

    def newcomers(self, events: Sequence[Event]) -> None:
        """Items that came with a document's change and have left with it are hidden, unless somebody decided on them."""
        ids = [event.action_item_id for event in events if event.verb == "found" and event.action_item_id]
        if not ids:
            return
        present = sa.select(Mention.action_item_id).where(Mention.n.is_not(None))
        gone = sa.select(ActionItem).where(
            ActionItem.id.in_(ids), ActionItem.hidden_at.is_(None), ActionItem.id.not_in(present)
        )
        decided = set(self.session.scalars(self._decided_elsewhere(ids, events[0].batch_id)))
        for item in self.session.scalars(gone):
            if item.id not in decided:
                self._restore(item, {"hidden": self.act.at.isoformat()}, {"hidden": None})

    def questions(self, events: Sequence[Event]) -> None:
        """What the batch asked is asked no more; what it answered is asked again."""
        for event in events:
            if event.verb not in ("asked", "answered") or "question" not in (event.new or {}):
                continue
            question = self.session.get(Question, (event.new or {})["question"])
            if question is None:
                continue
            if event.verb == "asked" and question.answered_at is None:
                question.answered_at, question.answer = self.act.at, "undone"
            elif event.verb == "answered":
                question.answered_at = question.answer = question.by_id = None
                self.anything = True

    def tell(self, batch_id: str) -> None:
        record(
            self.session, "undone", by=self.act.by, at=self.act.at, batch=self.act.batch,
            new={"batch": batch_id}, because=self.why_not,
        )  # fmt: skip
        recount(self.session, self._decided)

    def _unsee(self, item_id: int, new: dict[str, Any]) -> None:
        """What somebody had seen is listed again, or no longer, where seeing it had been taken back before."""
        back = {"seen": None if new.get("seen") else self.act.at.isoformat()}
        self.session.add(Event(**self.act.event("seen", item_id=item_id, old=new, new=back, because="undone")))
        self._decided.add(item_id)
        self.anything = True

    def _restore(self, item: ActionItem, old: dict[str, Any], new: dict[str, Any]) -> None:
        values = values_of(item, owners_of(self.session, [item.id])[item.id])
        back = {name: old.get(name) for name, value in new.items() if name in values and values[name] == value}
        if "claim" in new:
            if "claim" in back:
                back |= {name: old.get(name) for name in WITH_CLAIM if name in new}
            else:
                back = {name: value for name, value in back.items() if name not in WITH_CLAIM}
        back = {name: value for name, value in back.items() if value != values[name]}
        if not back:
            return
        set_values(self.session, item, back)
        was = {name: values[name] for name in back}
        if "joined_to" in back:
            for name, kind in (("mentions", Mention), ("proofs", Proof)):
                if name in new:
                    moved = self._move(kind, item, was["joined_to"], back["joined_to"], new[name])
                    was[name] = back[name] = moved
        if "claim" in back:
            self._decided.add(item.id)
        self._restored[item.id] |= {name for name in back if name in FIELDS}
        values = self.act.event("decided", item_id=item.id, old=was, new=back, because="undone")
        self.session.add(Event(**values))
        self.session.flush()
        if back.get("proofs"):
            concerned = {item.id, was["joined_to"], back["joined_to"]} - {None}
            evidence.refresh(self.session, items=concerned, at=self.act.at)
        self.anything = True

    def _move(
        self, kind: type[Mention | Proof], item: ActionItem, was: int | None, back: int | None, ids: list[int]
    ) -> list[int]:
        """Those mentions or proofs of `ids` that are still with the item that they were joined to."""
        chosen = sa.select(kind).where(kind.id.in_(ids), kind.action_item_id == (was or item.id))
        moved: Sequence[Any] = self.session.scalars(chosen).all()
        for one in moved:
            one.action_item_id = back or item.id
        return [one.id for one in moved]

    def _decided_elsewhere(self, ids: list[int], batch_id: str) -> sa.Select[int | None]:
        return sa.select(Event.action_item_id).where(
            Event.action_item_id.in_(ids), Event.verb == "decided", Event.batch_id.not_in([batch_id, self.act.batch])
        )

    def _show_everywhere(self, what: dict[str, Any]) -> None:
        found = self.session.get(NotAnItem, what["folded"])
        if found is not None:
            self.session.delete(found)
            self._told("shown_everywhere", what)
            self._show_those_that_came_since(what["folded"])

    def _show_those_that_came_since(self, text: str) -> None:
        """Items of that text that were hidden as they came, and not by anybody's word about them."""
        hidden = sa.select(ActionItem, Mention.text).join(Mention, Mention.action_item_id == ActionItem.id)
        for item, said in self.session.execute(hidden.where(ActionItem.hidden_at.is_not(None))).all():
            told = sa.select(Event.new).where(Event.action_item_id == item.id, Event.verb == "decided")
            by_word = any("hidden" in (new or {}) for new in self.session.scalars(told))
            if item.hidden_at is not None and folded(said) == text and not by_word:
                self._restore(item, {"hidden": None}, {"hidden": item.hidden_at.isoformat()})

    def _hide_everywhere(self, what: dict[str, Any]) -> None:
        if self.session.get(NotAnItem, what["folded"]) is None:
            by_id = self.act.by.id if self.act.by is not None else None
            self.session.add(NotAnItem(folded=what["folded"], by_id=by_id, at=self.act.at))
            self._told("hidden_everywhere", what)

    def _told(self, verb: str, what: dict[str, Any]) -> None:
        record(self.session, verb, by=self.act.by, at=self.act.at, batch=self.act.batch, new=what)
        self.session.flush()
        self.anything = True
