"""What a document states of an item, and what becomes of the item when that changes (DESIGN §2). Pure.

The item holds the current value; a mention holds what its document last stated. Values are as JSON keeps them: a claim's
word, a list of owners, ISO days, a priority.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.claims import Claim
from tracker.domain.postmortem import Item

FIELDS = ("claim", "owners", "due", "priority")
UNSET: dict[str, Any] = {"claim": Claim.NOT_STATED.value, "owners": [], "due": None, "priority": None}
STATED_IN_DOCUMENT = "stated in the document"
PRIORITIES = ("P0", "P1", "P2", "P3")


def stated_of(item: Item) -> dict[str, Any]:
    """What a document states of `item`, and nothing that it leaves open."""
    stated: dict[str, Any] = {}
    if item.stated:
        stated["claim"] = item.state.value
        if item.state is Claim.WONT_DO:
            stated["reason"] = item.reason or STATED_IN_DOCUMENT
        if item.state.is_closed and (day := day_of(item.closed_on)):
            stated["closed_on"] = day.isoformat()
    if item.owners:
        stated["owners"] = list(dict.fromkeys(item.owners))
    if day := day_of(item.due):
        stated["due"] = day.isoformat()
    if item.priority in PRIORITIES:
        stated["priority"] = item.priority
    if item.kind:
        stated["kind"] = item.kind
    if item.links:
        stated["links"] = list(dict.fromkeys(item.links))
    return stated


def day_of(iso: str | None) -> date | None:
    """The day, or None where it is none that a calendar has (a document may say 2019-02-30)."""
    try:
        return date.fromisoformat(iso) if iso else None
    except ValueError:
        return None


def first_values(stated: dict[str, Any]) -> dict[str, Any]:
    """The values of an item that was not known before; what was found closed has only the day that its document gives."""
    return {
        **{name: stated.get(name, unset) for name, unset in UNSET.items()},
        "reason": stated.get("reason"),
        "closed_on": stated.get("closed_on"),
    }


@dataclass(slots=True)
class Taken:
    """What a document's new statement does."""

    changes: dict[str, Any] = field(default_factory=dict)  # the item's values that become others
    known: dict[str, Any] = field(default_factory=dict)  # the mention's `known`, afterwards
    asks: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # field -> (ours, theirs): both had changed
    settled: list[str] = field(default_factory=list)  # fields of which both say the same now


def take(
    values: dict[str, Any],
    before: dict[str, Any],
    known: dict[str, Any],
    now: dict[str, Any],
    *,
    day: date | None,
    here: bool = False,
) -> Taken:
    """Compare a statement with the one before and take over what changed, unless it was decided here meanwhile.

    `values` are the item's current ones, `before` and `now` what the document stated and states, `known` the item's values
    that the document had taken into account. A document that says what it said before says nothing; a statement that
    disappears takes nothing away. `day` is when it was written, where that is known: the day of the commit. What is
    edited `here` is said after all that was decided before, so there is nothing to ask.
    """
    taken = Taken(known=dict(known))
    for name in FIELDS:
        theirs = now.get(name)
        same_reason = name != "claim" or now.get("reason") == before.get("reason")
        if theirs is None or (theirs == before.get(name) and same_reason):
            continue
        ours = values[name]
        if ours == theirs:
            taken.settled.append(name)
        elif here or ours == known.get(name, UNSET[name]):
            taken.changes[name] = theirs
        else:
            taken.asks[name] = (ours, theirs)
            continue
        taken.known[name] = theirs
    _take_closing(values, before, now, taken, day)
    return taken


def _take_closing(
    values: dict[str, Any], before: dict[str, Any], now: dict[str, Any], taken: Taken, day: date | None
) -> None:
    """The reason and the day go with the claim."""
    if "claim" in taken.changes:
        closed = Claim(taken.changes["claim"]).is_closed
        written = day.isoformat() if day and closed else None
        taken.changes["reason"] = now.get("reason")
        taken.changes["closed_on"] = now.get("closed_on", written)
    elif "claim" in taken.settled and now.get("reason") and values["reason"] == before.get("reason"):
        taken.changes["reason"] = now["reason"]


def named(owners: str | Iterable[str] | None) -> list[str]:
    """Owners as people write them, "Ada, Edith", as a list without doubles."""
    parts = owners.split(",") if isinstance(owners, str) else (owners or ())
    return list(dict.fromkeys(name for part in parts if (name := " ".join(part.split()))))
