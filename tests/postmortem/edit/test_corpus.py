"""What must hold for every item that is read in the real documents, by the habit in which it is written."""

import sys
from collections import Counter
from datetime import date
from pathlib import Path

from tests.postmortem.edit.changed import changed_lines, values
from tracker.domain.claims import Claim
from tracker.domain.errors import Unreadable
from tracker.domain.postmortem import Postmortem
from tracker.postmortem.edit import set_claim
from tracker.postmortem.merge import merge
from tracker.postmortem.reader import read, write

DAY = date(2026, 11, 24)
EVERY = 12  # of the many plain items that nobody has said anything about, one in so many; of all others each


def documents(corpus: Path) -> list[Postmortem]:
    seen: dict[bytes, Path] = {}
    for path in sorted(corpus.rglob("*")):
        if path.is_file():
            seen.setdefault(path.read_bytes(), path)
    found = []
    for data, path in seen.items():
        try:
            found.append(read(data, path.name))
        except Unreadable:
            continue
    return found


def but_state(pm: Postmortem, n: int) -> list[object]:
    """Every value of the document but the state of item `n` and what belongs to it."""
    found = values(pm)
    one = found[n + 1]
    assert isinstance(one, dict)
    found[n + 1] = {name: value for name, value in one.items() if name not in ("state", "stated", "closed_on", "reason")}
    return found


def check(pm: Postmortem, n: int) -> None:
    """Close, undo and reopen item `n`, or reopen and close it where it is closed already."""
    first, second = (Claim.OPEN, Claim.DONE) if pm.items[n].state is Claim.DONE else (Claim.DONE, Claim.OPEN)
    after = set_claim(pm, n, first, day=DAY)
    assert len(changed_lines(pm.source, after)) == 1
    changed = read(after, pm.name)
    assert changed.items[n].state.is_closed is (first is Claim.DONE)
    assert but_state(changed, n) == but_state(pm, n)
    assert merge(after, after, pm.source).text == pm.source
    again = set_claim(changed, n, second, day=DAY)
    assert len(changed_lines(after, again)) <= 1
    back = read(again, pm.name)
    assert back.items[n].state.is_closed is (second is Claim.DONE)
    assert but_state(back, n) == but_state(pm, n)


def test_every_real_document_is_written_as_it_was_read(corpus):
    for pm in documents(corpus):
        assert write(pm) == pm.source


def test_every_item_can_be_closed_undone_and_reopened_and_nothing_else_changes(corpus, capsys):
    checked: Counter[str] = Counter()
    plain = 0
    for pm in documents(corpus):
        for n, item in enumerate(pm.items):
            if item.slots.habit == "text" and not item.stated:
                plain += 1
                if plain % EVERY:
                    continue
            try:
                check(pm, n)
            except Exception as error:
                error.add_note(f"{pm.name}, line {item.line}: {item.text}")
                raise
            stated = "done" if item.state.is_closed else "open" if item.stated else "not stated"
            checked[f"{item.slots.habit}, {stated}{', by its group' if item.slots.by_group else ''}"] += 1
    with capsys.disabled():
        sys.stdout.write(f"\nclosed, undone and reopened: {sum(checked.values())} items, {dict(sorted(checked.items()))}\n")
    assert len(checked) >= 8
