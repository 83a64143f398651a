"""Whatever is imported, edited, decided and undone: no claim, owner, key or event is lost or moves to another item.

A file in a folder and the document here are edited independently, and imported over each other. Each item's text begins
with a sentence of its own, by which the test knows it whatever the tracker thinks: that is the truth it is held against.
"""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.services.documents_of import HEAD, NOW, TODAY
from tracker.domain.claims import Claim
from tracker.domain.errors import Conflict, NotFound
from tracker.postmortem.reader import read
from tracker.services import action_items, documents, history, questions
from tracker.services.found import Found, SourceRef
from tracker.services.imports import plan_or_import
from tracker.store.engine import make_engine, sessions
from tracker.store.models import ActionItem, Event, Incident, ItemOwner, Mention, Question

SENTENCES = [
    "Add an alert on disk space",
    "Write the runbook for upgrades",
    "Ask the vendor about refunds",
    "Move DNS records into Terraform",
    "Rotate every expired certificate",
    "Practise failover each quarter",
    "Delete unused staging clusters",
]
ENDINGS = ["", " soon", " by May"]
SAYABLE = [one for one in Claim if one is not Claim.NOT_STATED]
BOXES = ["", "[ ] ", "[x] "]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes; add Phase.shrink to look into a failure
DOCS = SourceRef("folder", "/docs", Path("/docs"))
TAIL = "\n## Appendix\n\nThat is all.\n"


def sentence_of(text):
    return next(one for one in SENTENCES if one in text)


def lines_of(data):
    """The lines of the document's list, and what stands before and after."""
    lines = data.decode().splitlines(keepends=True)
    listed = [n for n, line in enumerate(lines) if line.startswith("- ") and any(one in line for one in SENTENCES)]
    first, last = (listed[0], listed[-1] + 1) if listed else (len(HEAD.splitlines()), len(HEAD.splitlines()))
    return lines[:first], lines[first:last], lines[last:]


@st.composite
def edits(draw):
    """A function from a document's bytes to others: some of add, delete, reword, tick and reorder."""
    acts = draw(st.lists(st.sampled_from(["add", "delete", "reword", "tick", "reorder"]), min_size=1, max_size=3))
    picks = [(draw(st.integers(0, 9)), draw(st.sampled_from(ENDINGS)), draw(st.sampled_from(BOXES))) for _ in acts]
    order = draw(st.randoms(use_true_random=False))

    def edit(data):
        before, lines, after = lines_of(data)
        for act, (number, ending, box) in zip(acts, picks, strict=True):
            if act == "add":
                here = {sentence_of(line) for line in lines}
                if absent := [one for one in SENTENCES if one not in here]:
                    lines.insert(number % (len(lines) + 1), f"- {box}{absent[number % len(absent)]}{ending}\n")
            elif act == "reorder":
                order.shuffle(lines)
            elif lines:
                at = number % len(lines)
                if act == "delete":
                    del lines[at]
                else:
                    sentence = sentence_of(lines[at])
                    rest = lines[at].split(sentence)[0], lines[at].split(sentence)[1]
                    lines[at] = f"{rest[0]}{sentence}{ending}\n" if act == "reword" else f"- {box}{sentence}{rest[1]}"
        return "".join([*before, *lines, *after]).encode()

    return edit


class Life(RuleBasedStateMachine):
    make_database = None  # a function that gives a URL

    @initialize(edit=edits())
    def begin(self, edit):
        self.engine = make_engine(type(self).make_database())
        self.context = sessions(self.engine).writing()
        self.session = self.context.__enter__()
        self.ticks = 0
        self.sentence_by_key = {}
        self.most_at_once = Counter()
        self.events = []
        self.batches = []
        self.file = edit((HEAD + f"- {SENTENCES[0]}\n- [ ] {SENTENCES[1]}\n" + TAIL).encode())
        assert self.bring().verb == "created"

    def teardown(self):
        if hasattr(self, "engine"):
            self.context.__exit__(None, None, None)
            self.engine.dispose()

    # What is done

    @rule(edit=edits())
    def edit_the_file_and_import(self, edit):
        self.file = edit(self.file)
        before, stated = self.values(), self.stated()
        decided_since = {key for key, was in before.items() if was["claim"] is not self.claims_at_sync.get(key)}
        asked = {one.action_item_id for one in self.waiting() if one.kind == "value"}
        asked = set(self.session.scalars(sa.select(ActionItem.key).where(ActionItem.id.in_(asked))))
        self.bring()
        self.only_statements_changed(before, stated, may_ask=decided_since | asked)
        ours = {key for key in decided_since if before[key]["claim"] in (Claim.BLOCKED, Claim.IN_PROGRESS)}
        assert {key: self.values()[key]["claim"] for key in ours} == {key: before[key]["claim"] for key in ours}

    @rule()
    def import_the_same_file(self):
        before = self.everything()
        clashes = any(one.kind == "merge" for one in self.waiting())  # of this text, or of an earlier one of the file
        assert self.bring().verb in ("unchanged", "asks" if clashes else "unchanged")
        assert self.everything() == before

    @rule()
    def publish_and_import(self):
        self.file = self.head()
        before = self.values()
        self.bring()
        assert self.values() == before and self.head() == self.file

    @rule(edit=edits())
    def edit_here(self, edit):
        before, stated = self.values(), self.stated()
        data = edit(self.head())
        incident = self.incident()
        saved = documents.save(
            self.session, incident, incident.head_id, data, by=None, at=self.now(), message="", via="text"
        )
        assert saved.question is None and self.head() == data
        self.batches.append(saved.batch)
        self.only_statements_changed(before, stated, may_ask=set())

    @precondition(lambda self: self.sentence_by_key)
    @rule(
        pick=st.integers(0, 9),
        claim=st.sampled_from([one for one in Claim if one is not Claim.NOT_STATED]),
        triage=st.booleans(),
    )
    def claim_one(self, pick, claim, triage):
        item = self.item(pick)
        before = self.values()
        how = {"by": None, "at": self.now(), "today": TODAY, "reason": "too dear", "triage": triage}
        self.batches.append(action_items.set_claim(self.session, [item], claim, **how))
        self.only_changed(before, {item.key})
        assert self.values()[item.key]["claim"] is claim

    @precondition(lambda self: self.sentence_by_key)
    @rule(pick=st.integers(0, 9), owner=st.sampled_from(["Ada", "Edith, Ada", ""]), priority=st.sampled_from(["P0", None]))
    def own_one(self, pick, owner, priority):
        item = self.item(pick)
        before = self.values()
        changes = {"owner": owner, "priority": priority}
        self.batches.append(action_items.set_fields(self.session, item, changes, by=None, at=self.now()))
        self.only_changed(before, {item.key})
        now = self.values()[item.key]
        assert ", ".join(now["owners"]) == owner and now["priority"] == priority
        assert now["claim"] is before[item.key]["claim"]

    @precondition(lambda self: self.batches)
    @rule(pick=st.integers(0, 3))
    def undo_one(self, pick):
        batch = self.batches[-1 - pick % len(self.batches)]
        of = sa.select(ActionItem.key).join(Event, Event.action_item_id == ActionItem.id).where(Event.batch_id == batch)
        touched = set(self.session.scalars(of))
        before = self.values()
        try:
            self.batches.append(history.undo(self.session, batch, by=None, at=self.now()))
        except (Conflict, NotFound):  # nothing left of it, or it had changed nothing
            assert self.values() == before
        self.only_changed(before, touched | self.stated_otherwise(before))

    @precondition(lambda self: self.sentence_by_key)
    @rule(pick=st.integers(0, 9), claim=st.sampled_from([Claim.DONE, Claim.WONT_DO, Claim.BLOCKED]))
    def decide_undo_and_redo(self, pick, claim):
        item = self.item(pick)
        before, text = self.values(), self.head()
        how = {"by": None, "at": self.now(), "today": TODAY, "reason": "no need"}
        batch = action_items.set_claim(self.session, [item], claim, **how)
        after, changed = self.values(), self.head()
        if after == before:
            return
        undone = history.undo(self.session, batch, by=None, at=self.now())
        assert (self.values(), self.head()) == (before, text)
        history.undo(self.session, undone, by=None, at=self.now())
        assert (self.values(), self.head()) == (after, changed)

    @precondition(lambda self: self.waiting())
    @rule(pick=st.integers(0, 9), first=st.booleans())
    def answer_one(self, pick, first):
        waiting = self.waiting()
        question = waiting[pick % len(waiting)]
        answers = {"merge": ("ours", "theirs"), "value": ("ours", "theirs")}.get(question.kind, ("different", "different"))
        before, stated = self.values(), self.stated()
        questions.answer(self.session, question, answers[0 if first else 1], by=None, at=self.now())
        if question.kind == "merge":
            self.only_statements_changed(before, stated, may_ask=set())
        else:
            self.only_changed(before, {self.session.get_one(ActionItem, question.action_item_id).key})

    # What must hold

    @invariant()
    def the_tables_say_what_the_document_says(self):
        if not hasattr(self, "engine"):
            return
        items = read(self.head(), self.incident().name).items
        present = sa.select(Mention.n, Mention.text).where(Mention.n.is_not(None)).order_by(Mention.n)
        assert [tuple(row) for row in self.session.execute(present)] == [(n, item.text) for n, item in enumerate(items)]

    @invariant()
    def a_key_is_one_item_for_ever(self):
        if not hasattr(self, "engine"):
            return
        keys = set()
        rows = self.session.execute(sa.select(ActionItem.key, Mention.text).join(Mention)).all()
        for key, text in rows:
            keys.add(key)
            assert self.sentence_by_key.setdefault(key, sentence_of(text)) == sentence_of(text)
        assert keys == set(self.sentence_by_key)
        standing = Counter(sentence_of(item.text) for item in read(self.head(), "").items)
        self.most_at_once |= standing
        assert Counter(self.sentence_by_key.values()) == self.most_at_once  # none that came back got another key

    @invariant()
    def no_event_is_lost_or_changed(self):
        if not hasattr(self, "engine"):
            return
        rows = self.session.execute(sa.select(*Event.__table__.c).order_by(Event.id)).all()
        assert rows[: len(self.events)] == self.events
        self.events = rows

    # What it is made of

    def now(self):
        self.ticks += 1
        return NOW + timedelta(minutes=self.ticks)

    def bring(self):
        found = Found("hub.md", self.file, DOCS)
        [outcome] = plan_or_import(self.session, [found], by=None, at=self.now())
        self.claims_at_sync = {key: one["claim"] for key, one in self.values().items()}
        return outcome

    def incident(self):
        return self.session.scalars(sa.select(Incident)).one()

    def head(self):
        return documents.head_bytes(self.session, self.incident())

    def item(self, pick):
        found = self.session.scalars(sa.select(ActionItem).order_by(ActionItem.id)).all()
        return found[pick % len(found)]

    def waiting(self):
        return self.session.scalars(sa.select(Question).where(Question.answered_at.is_(None)).order_by(Question.id)).all()

    def values(self):
        self.session.expire_all()
        owners = sa.select(ItemOwner.action_item_id, ItemOwner.name).order_by(ItemOwner.n)
        of = {}
        for item_id, name in self.session.execute(owners):
            of.setdefault(item_id, []).append(name)
        return {
            one.key: {
                "claim": one.claim,
                "reason": one.reason,
                "owner": one.owner,
                "owners": of.get(one.id, []),
                "priority": one.priority,
                "closed_on": one.closed_on,
                "joined_to": one.joined_to,
            }
            for one in self.session.scalars(sa.select(ActionItem))
        }

    def stated(self):
        rows = self.session.execute(sa.select(ActionItem.key, Mention.stated).join(Mention))
        return {key: stated.get("claim") for key, stated in rows}

    def everything(self):
        columns = [one for one in Mention.__table__.c if one.name != "known"]  # what was decided is known to the file now
        mentions = self.session.execute(sa.select(*columns).order_by(Mention.id)).all()
        events = self.session.scalar(sa.select(sa.func.count()).select_from(Event))
        return self.values(), mentions, events, self.head(), len(self.waiting())

    def only_changed(self, before, keys):
        now = self.values()
        assert set(now) >= set(before)
        for key in set(before) - keys:
            assert now[key] == before[key], key

    def only_statements_changed(self, before, stated, may_ask):
        """Nothing but claims has changed, those only to what the document newly states; those of `may_ask` may ask."""
        now, says = self.values(), self.stated()
        asked = {one.action_item_id for one in self.waiting() if one.kind == "value"}
        ids = dict(self.session.execute(sa.select(ActionItem.key, ActionItem.id)).all())
        for key, was in before.items():
            assert now[key]["owners"] == was["owners"] and now[key]["priority"] == was["priority"]
            if says[key] is None or says[key] == stated[key]:
                assert now[key]["claim"] is was["claim"], key
            elif now[key]["claim"] != says[key]:
                assert now[key]["claim"] is was["claim"] and ids[key] in asked and key in may_ask, key
        for key in set(now) - set(before):
            assert now[key]["claim"] == (says[key] or Claim.NOT_STATED)

    def stated_otherwise(self, before):
        """Undoing an edit lets the document state again what it stated before."""
        return {key for key in before if self.values()[key]["claim"] == self.stated().get(key)}


def test_the_life_of_items(make_database, dialect):
    class One(Life):
        pass

    One.make_database = staticmethod(make_database)
    examples = int(os.environ.get("LIVES", 20 if dialect == "sqlite" else 6))
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    how = settings(max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=checks, phases=PHASES)
    run_state_machine_as_test(One, settings=how)
