"""`tracker items` and `tracker incidents`: the lists, in the shapes that the pages have."""

import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from textwrap import shorten
from typing import Any

import click

from tracker.cli.context import Context
from tracker.cli.report import counted, printable
from tracker.domain.claims import Claim
from tracker.services import lists, shapes
from tracker.services.lists import IncidentFilters, ItemFilters, ItemRow

FEW = 20  # items nobody has said anything about that are listed; more are summed up by year
TABLE = ("key", "text", "claim", "owner", "due", "priority", "age_days", "incident_title")
CLAIMS = {one.value.replace("_", "-"): one for one in Claim}
shape_option = click.option(
    "--format", "shape", type=click.Choice(["table", "json", "csv", "md"]), default="table", help="How to print it."
)


class Days(click.ParamType[int]):
    """`90`, `90d`, `6w`, `3m`, `1y` as days."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,5})\s*([dwmy]?)", str(value).strip().lower())
        if not match:
            self.fail(f"{value} is no age: use 90d, 6w, 3m or 1y.", param, ctx)
        return int(match[1]) * {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}[match[2]]


@click.command("items")
@click.option("--owner", metavar="NAME", help="Only what this person owns.")
@click.option("--without-owner", is_flag=True, help="Only what nobody owns.")
@click.option("--overdue", is_flag=True, help="Only what should be done by now.")
@click.option("--regressed", is_flag=True, help="Only what is done and no longer in force.")
@click.option("--deployment", metavar="NAME", help="Only incidents of this deployment.")
@click.option("--incident", metavar="SLUG", help="Only what this incident asks for.")
@click.option("--group", metavar="HEADING", help="Only items under this heading of their document.")
@click.option("--claim", type=click.Choice(list(CLAIMS)), help="Only items of which this was said.")
@click.option("--priority", type=click.Choice(["P0", "P1", "P2", "P3"]), help="Only items of this priority.")
@click.option("--older-than", type=Days(), metavar="AGE", help="Only items older than, say, 90d, 6w, 3m or 1y.")
@click.option("--all", "everything", is_flag=True, help="Closed ones too, and every item that nobody spoke of.")
@shape_option
@click.pass_obj
def items(
    context: Context,
    owner: str | None,
    without_owner: bool,
    overdue: bool,
    regressed: bool,
    deployment: str | None,
    incident: str | None,
    group: str | None,
    claim: str | None,
    priority: str | None,
    older_than: int | None,
    everything: bool,
    shape: str,
) -> None:
    """Print the action items that remain: what is done and no longer in force, what is open, what nobody has spoken of.

    \b
    Example:
      tracker items
      tracker items --owner ada --older-than 90d
      tracker items --overdue --without-owner
      tracker items --claim blocked --format csv > blocked.csv
    """
    state = "all" if claim or everything else "remaining"
    filters = ItemFilters(
        state=state, by="none", owner=owner, unowned=without_owner, overdue=overdue,
        deployment=deployment, incident=incident, priority=priority, regressed=regressed,
    )  # fmt: skip
    back, found = _read(context, filters)
    back = [row for row in back if _is_asked_for(row, claim, group, older_than)]
    rows = [row for row in found if _is_asked_for(row, claim, group, older_than)]
    rows.sort(key=lambda row: row.claim is Claim.NOT_STATED)
    if shape != "table":
        click.echo(shaped(shape, lists.ITEM_COLUMNS, [*back, *rows]), nl=False)
        return
    _say_regressed(back)
    if rows or not back:
        _say_items(rows, in_full=everything or claim is not None)


def _read(context: Context, filters: ItemFilters) -> tuple[list[ItemRow], list[ItemRow]]:
    """What is done and no longer in force, where the list is of what remains; and the list."""
    with context.reading() as (session, person):
        wanted = filters.regressed or filters.state == "remaining"
        back = lists.regressed(session, person, filters, context.today).rows if wanted else []
        return back, [] if filters.regressed else lists.open_items(session, person, filters, context.today).rows


def _is_asked_for(row: ItemRow, claim: str | None, group: str | None, older_than: int | None) -> bool:
    return (
        (claim is None or row.claim is CLAIMS[claim])
        and (group is None or (row.section or "").casefold() == group.casefold())
        and (older_than is None or (row.age_days is not None and row.age_days > older_than))
    )


@click.command("incidents")
@click.option("--year", type=int, help="Only incidents of this year.")
@click.option("--deployment", metavar="NAME", help="Only incidents of this deployment.")
@click.option("--remaining", is_flag=True, help="Only those with items that are not closed.")
@shape_option
@click.pass_obj
def incidents(context: Context, year: int | None, deployment: str | None, remaining: bool, shape: str) -> None:
    """Print the incidents, newest first, with how many of their items are open, not stated, closed.

    \b
    Example:
      tracker incidents --remaining
      tracker incidents --year 2025 --format json
    """
    filters = IncidentFilters(year=year, deployment=deployment, remaining=remaining)
    with context.reading() as (session, person):
        rows = lists.incidents(session, person, filters).rows
    if shape != "table":
        click.echo(shaped(shape, lists.INCIDENT_COLUMNS, rows), nl=False)
    elif rows:
        shown = ("slug", "title", "open", "not_stated", "closed")  # a slug begins with the day
        columns = [one for name in shown for one in lists.INCIDENT_COLUMNS if one[0] == name]
        click.echo(shapes.to_table(columns, rows, width=terminal_width()), nl=False)
        click.echo(f"{counted(len(rows), 'incident')}.")
    else:
        click.echo("No incidents. `tracker import PATH…` takes some in.")


def shaped(shape: str, columns: shapes.Columns, rows: Sequence[Any]) -> str:
    """Rows as JSON, CSV or Markdown."""
    write = {"json": shapes.to_json, "csv": shapes.to_csv, "md": shapes.to_markdown}[shape]
    return write(columns, rows)


def terminal_width() -> int:
    """How wide a line may be; 0, no limit, where nobody looks at a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _say_regressed(rows: Sequence[ItemRow]) -> None:
    """What came back, before all that is merely open: each with what broke."""
    for row in rows:
        day = f" ({row.broke_at:%Y-%m-%d})" if row.broke_at else ""
        click.echo(f"{row.key}  regressed{day}: {printable(row.text)}")
        click.echo(f"    {printable(row.broke_because or 'what proves it does not hold')}")
    if rows:
        click.echo(f"{len(rows):,} done and no longer in force.")


def _say_items(rows: Sequence[ItemRow], *, in_full: bool) -> None:
    said = [row for row in rows if row.claim is not Claim.NOT_STATED]
    unsaid = [row for row in rows if row.claim is Claim.NOT_STATED]
    columns = [one for one in lists.ITEM_COLUMNS if one[0] in TABLE]
    if not rows:
        click.echo("No action items that match.")
        return
    if said:
        _say_table(columns, said)
    open_ones = sum(row.claim.is_open for row in said)
    heading = f"{open_ones:,} open"
    if len(said) > open_ones:
        heading += f" · {len(said) - open_ones:,} closed"
    if unsaid:
        heading += f" · {len(unsaid):,} {'more ' if said else ''}that nobody has said anything about"
    click.echo(heading + (":" if unsaid else "."))
    if unsaid and (in_full or len(unsaid) <= FEW):
        _say_table([one for one in columns if one[0] != "claim"], unsaid)
    elif unsaid:
        _say_years(unsaid)


def _say_table(columns: shapes.Columns, rows: Sequence[ItemRow]) -> None:
    """The columns that say anything; on a terminal the item's text gets the room, not the incident's title."""
    width = terminal_width()
    if width:
        rows = [replace(row, incident_title=shorten(row.incident_title, 36, placeholder=" …")) for row in rows]
    filled = [one for one in columns if any(getattr(row, one[0]) is not None for row in rows)]
    click.echo(shapes.to_table(filled, rows, width=width), nl=False)


def _say_years(unsaid: Sequence[ItemRow]) -> None:
    years: dict[str, list[ItemRow]] = {}
    for row in unsaid:
        years.setdefault(str(row.incident_date.year) if row.incident_date else "no date", []).append(row)
    for year, rows in sorted(years.items(), reverse=True):
        slugs = {row.incident_slug for row in rows}
        click.echo(f"  {year:<8} {counted(len(rows), 'item')} in {counted(len(slugs), 'incident')}")
    click.echo("`tracker items --claim not-stated` lists them.")
