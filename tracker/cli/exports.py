"""`tracker export`: the documents back to where people keep them."""

from pathlib import Path

import click

from tracker.cli.context import Context
from tracker.cli.progress import Progress
from tracker.cli.report import counted, printable, say_files, say_numbers
from tracker.domain.claims import Role
from tracker.services import exports

WORDS = {"created": "written", "changed": "written over", "skipped": "left out"}


@click.command("export")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--restricted", multiple=True, metavar="SLUG", help="Write this restricted incident, too.")
@click.option(
    "--all", "everything", is_flag=True, help="Also what came from other folders, or was taken away from this one."
)
@click.option("--verbose", "-v", is_flag=True, help="Name every file.")
@click.pass_obj
def export_documents(
    context: Context, directory: Path, restricted: tuple[str, ...], everything: bool, verbose: bool
) -> None:
    """Write the documents to DIR, byte for byte as they are kept.

    A folder that documents came from gets its own files back, at their own paths, and what was written here; any other
    folder gets everything. A file that says something we neither wrote nor read is never overwritten: it is named, the
    others are written, and the exit code is 1.

    \b
    Example:
      tracker export ~/docs/incidents
      tracker export backup --restricted 2026-03-01-leaked-key
    """
    progress = Progress("Writing: files")
    folder = directory.expanduser()
    with context.reading(needs=Role.EDITOR) as (session, person):
        outcomes, written = exports.write_documents(
            session, folder, by=person, restricted=restricted, everything=everything, progress=progress
        )
    progress.end()
    with context.writing(needs=Role.EDITOR) as (session, _):
        exports.remember(session, folder, written)
        session.commit()
    refused = [one for one in outcomes if one.verb == "refused"]
    say_files(outcomes, verbose=verbose, always=frozenset({"refused", "changed"}))
    numbers = say_numbers(outcomes, ("created", "changed", "unchanged", "refused", "skipped"), WORDS)
    click.echo(f"{printable(str(directory))}: {numbers}." if outcomes else "There is nothing to write.")
    if left := [one for one in outcomes if one.verb == "skipped"]:
        click.echo(f"{counted(len(left), 'incident')} left out: `--all` writes what belongs elsewhere or was taken away.")
    raise SystemExit(1 if refused else 0)
