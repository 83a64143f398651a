"""`tracker item` and `tracker undo`: deciding at a terminal what the pages decide by a click."""

from datetime import date, datetime
from typing import Any

import click

from tracker.cli.context import Context
from tracker.domain.claims import Claim, Role
from tracker.domain.errors import NotFound
from tracker.services import action_items, acts, history, lists
from tracker.services.lists import ItemFilters, ItemRow

DECISIONS = ("open", "in-progress", "blocked", "done", "wont-do", "not-an-item")


def decision(word: str) -> str | None:
    """A decision as people may type it: `won't do`, `wont_do` and `real` too."""
    folded = word.lower().replace("’", "").replace("'", "").replace("_", "-").replace(" ", "-")
    folded = {"real": "open", "reopen": "open", "reopened": "open", "close": "done", "closed": "done"}.get(folded, folded)
    return folded if folded in DECISIONS else None


@click.command("item")
@click.argument("words", nargs=-1, required=True, metavar="KEY… [DECISION]")
@click.option("--owner", metavar="NAMES", help="Who will see it done; several with commas, '' for nobody.")
@click.option("--due", metavar="DAY", help="By when, as 2026-12-24; '' for no date.")
@click.option("--priority", metavar="P0–P3", help="How important it is; '' for not said.")
@click.option("--reason", metavar="TEXT", help="Why it won't be done.")
@click.option("--everywhere", is_flag=True, help="With not-an-item: hide this text wherever it stands.")
@click.pass_obj
def item(
    context: Context,
    words: tuple[str, ...],
    owner: str | None,
    due: str | None,
    priority: str | None,
    reason: str | None,
    everywhere: bool,
) -> None:
    """Decide on the action items KEY…, or print them where no decision is given.

    A decision is open, in-progress, blocked, done, wont-do (with --reason) or not-an-item. Their documents say so too, as
    `tracker export` then writes; `tracker undo` takes it back.

    \b
    Example:
      tracker item A47
      tracker item A47 A48 done
      tracker item A49 wont-do --reason "The service was shut down"
      tracker item A50 --owner ada --due 2026-12-24 --priority P1
    """
    keys, decided = _split(words)
    changes = _changes(owner, due, priority)
    if everywhere and decided != "not-an-item":
        raise click.UsageError("--everywhere goes with not-an-item.")
    if decided or changes:
        _decide(context, keys, decided, changes, reason=reason, everywhere=everywhere)
    with context.reading() as (session, person):
        found = [action_items.find(session, key, person).key for key in keys]
        rows = {row.key: row for row in lists.open_items(session, person, ItemFilters(state="all"), context.today).rows}
    for key in dict.fromkeys(found):
        click.echo(_described(rows[key]) if key in rows else f"{key}  is hidden: not an item.")


@click.command("undo")
@click.pass_obj
def undo(context: Context) -> None:
    """Take back the last decision of the person who acts, in the documents too.

    \b
    Example:
      tracker item A47 done
      tracker undo
    """
    with context.writing(needs=Role.EDITOR) as (session, person):
        act = acts.last_decision(session, person)
        if act is None:
            raise NotFound(f"There is nothing that {person.name} decided and could take back.")
        history.undo(session, act.batch, by=person, at=context.at)
        session.commit()
    click.echo(f"Taken back: {act.text}.")


def _split(words: tuple[str, ...]) -> tuple[list[str], str | None]:
    decided = decision(words[-1])
    keys = [word for word in (words[:-1] if decided else words) if word]
    if not decided and len(words) > 1 and not words[-1].lower().lstrip("a").isdigit():
        raise click.UsageError(f"“{words[-1]}” is no decision: use one of {', '.join(DECISIONS)}.")
    if not keys:
        raise click.UsageError("Which action item? `tracker items` prints their keys.")
    return keys, decided


def _changes(owner: str | None, due: str | None, priority: str | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if owner is not None:
        changes["owner"] = owner or None
    if due is not None:
        changes["due"] = _day(due) if due else None
    if priority is not None:
        changes["priority"] = priority.upper() or None
    return changes


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise click.BadParameter(f"{text} is no day: use 2026-12-24.", param_hint="--due") from None


def _decide(
    context: Context, keys: list[str], decided: str | None, changes: dict[str, Any], *, reason: str | None, everywhere: bool
) -> None:
    with context.writing(needs=Role.EDITOR) as (session, person):
        items = [action_items.find(session, key, person) for key in keys]
        if decided == "not-an-item":
            action_items.hide(session, items, everywhere=everywhere, by=person, at=context.at)
        elif decided:
            claim = Claim(decided.replace("-", "_"))
            action_items.set_claim(session, items, claim, by=person, at=context.at, today=context.today, reason=reason)
        for one in items if changes else []:
            action_items.set_fields(session, one, changes, by=person, at=context.at)
        session.commit()


def _described(row: ItemRow) -> str:
    facts = [
        row.claim.label,
        f"because: {row.reason}" if row.reason else None,
        f"owner {row.owner}" if row.owner else "no owner",
        f"due {row.due}" if row.due else None,
        row.priority,
        f"closed {row.closed_on}" if row.closed_on else None,
    ]
    return f"{row.key}  {row.text}\n     {' · '.join(filter(None, facts))}\n     {row.incident_title} ({row.incident_slug})"
