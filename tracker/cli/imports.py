"""`tracker import`: files, folders, zips and standard input."""

import sys
from collections.abc import Sequence

import click

from tracker.cli.context import Context
from tracker.cli.progress import Progress
from tracker.cli.report import counted, printable, say_files, say_numbers
from tracker.domain.claims import Role, Visibility
from tracker.services import finding, imports
from tracker.services.found import Found, Outcome
from tracker.services.reading_ahead import read_ahead

WORDS = {"asks": "waiting for an answer", "vanished": "gone from their folder"}


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and store nothing.")
@click.option("--all", "all_pages", is_flag=True, help="Take every Markdown file, not only postmortems.")
@click.option(
    "--visibility",
    type=click.Choice([one.value for one in Visibility]),
    default=Visibility.INTERNAL.value,
    show_default=True,
    help="Who may see the new incidents.",
)
@click.option("--verbose", "-v", is_flag=True, help="Name every file, also those that did not change.")
@click.pass_obj
def import_paths(
    context: Context, paths: tuple[str, ...], dry_run: bool, all_pages: bool, visibility: str, verbose: bool
) -> None:
    """Take in postmortems from PATH…: files, folders, zips, or - for standard input.

    In a folder only postmortems are taken. The same import twice changes nothing. A file that changed while its document
    was edited here is merged; what cannot be merged keeps both texts and asks.

    Exit code 0 if all went well, 1 if something waits for an answer or nothing was found, 2 if a file was refused.

    \b
    Example:
      tracker import ~/docs/incidents more.zip
      tracker import --dry-run ~/docs
      curl -s https://example.org/postmortem.md | tracker import -
    """
    found = find_all(context, paths)
    outcomes = take_in(context, found, dry_run=dry_run, all_pages=all_pages, visibility=Visibility(visibility))
    say_files(outcomes, verbose=verbose)
    for one in outcomes:
        if one.verb == "skipped" and not verbose and any(f.named and f.name == one.name for f in found):
            click.echo(f"skipped    {printable(one.name)}  {one.detail} --all takes it all the same.")
    _say_how_many(outcomes, found, all_pages=all_pages, dry_run=dry_run)
    if any(one.verb == "asks" for one in outcomes) and not dry_run:
        click.echo("`tracker questions` prints what waits and how to answer it.")
    raise SystemExit(exit_code(outcomes))


def find_all(context: Context, paths: Sequence[str]) -> list[Found]:
    progress = Progress("Looking: files")
    found: list[Found] = []
    for one in finding.find(paths, settings=context.settings, stdin=sys.stdin.buffer):
        found.append(one)
        progress(len(found))
    progress.end()
    return found


def take_in(
    context: Context, found: Sequence[Found], *, dry_run: bool, all_pages: bool, visibility: Visibility
) -> list[Outcome]:
    """Import what was found as the person who acts; stores nothing in a dry run. Nobody waits while documents are read."""
    limit = context.settings.max_document_bytes
    with context.reading(needs=Role.EDITOR) as (session, _):
        files = imports.unplaced(session, found, max_document_bytes=limit)
    reading = Progress("Reading: files")
    ahead = read_ahead(files, all_pages=all_pages, progress=reading)
    reading.end()
    progress = Progress("Importing: files")
    with context.writing(needs=Role.EDITOR) as (session, person):
        outcomes = imports.plan_or_import(
            session,
            found,
            by=person,
            at=context.at,
            dry_run=dry_run,
            all_pages=all_pages,
            visibility=visibility,
            progress=progress,
            max_document_bytes=limit,
            ahead=ahead,
        )
        if not dry_run:
            session.commit()
    progress.end()
    return outcomes


def exit_code(outcomes: Sequence[Outcome]) -> int:
    verbs = {one.verb for one in outcomes}
    if "refused" in verbs:
        return 2
    return 1 if "asks" in verbs or not verbs - {"skipped", "vanished"} else 0


def _say_how_many(outcomes: Sequence[Outcome], found: Sequence[Found], *, all_pages: bool, dry_run: bool) -> None:
    skipped = [one for one in outcomes if one.verb == "skipped"]
    files = [one for one in outcomes if one.verb != "vanished"]
    folders = any(not one.name for one in found)
    taken = len(files) - len(skipped) - sum(one.verb == "refused" for one in files)
    if folders and skipped and not all_pages:
        click.echo(f"{taken:,} of {counted(len(files), 'file')}; `--all` takes every Markdown file.")
    if not taken and not any(one.verb == "refused" for one in files):
        click.echo(f"No postmortem here: no timeline, no action items found in {counted(len(files), 'file')}.")
        return
    items = sum(one.items for one in outcomes if one.verb == "created")
    told = ("created", "changed", "merged", "renamed", "asks", "unchanged", "vanished", "refused")
    new = f"; {counted(items, 'action item')} in what is new" if items else ""
    click.echo(f"{'Would be: ' if dry_run else ''}{say_numbers(outcomes, told, WORDS)}{new}.")
