"""`tracker source` and `tracker purge`: where documents come from."""

import click

from tracker.cli.context import Context
from tracker.cli.report import counted, printable
from tracker.domain.claims import Role
from tracker.services import shapes, sources


@click.group("source")
def source() -> None:
    """List, remove and restore the folders and repositories that documents come from."""


@source.command("list")
@click.pass_obj
def list_sources(context: Context) -> None:
    """Print the sources: name, files, whether decisions are written into their documents, where they are.

    \b
    Example:
      tracker source list
    """
    with context.reading() as (session, _):
        rows = sources.listing(session)
    columns = [
        ("name", "Name"),
        ("files", "Files"),
        ("writes", "Written to"),
        ("removed_at", "Removed"),
        ("where", "Where"),
    ]
    click.echo(shapes.to_table(columns, rows) or "No sources. `tracker import PATH…` makes one.\n", nl=False)


@source.command("remove")
@click.argument("name")
@click.pass_obj
def remove(context: Context, name: str) -> None:
    """Hide everything that came from the source NAME and from nowhere else. `restore` brings it back.

    \b
    Example:
      tracker source remove incidents
    """
    with context.writing(needs=Role.ADMIN) as (session, person):
        found = sources.find(session, name)
        hidden = sources.remove(session, found, by=person, at=context.at)
        session.commit()
    click.echo(
        f"{printable(name)} is removed: {counted(hidden, 'incident')} hidden. `tracker source restore` brings it back."
    )


@source.command("restore")
@click.argument("name")
@click.pass_obj
def restore(context: Context, name: str) -> None:
    """Show again what came from the source NAME.

    \b
    Example:
      tracker source restore incidents
    """
    with context.writing(needs=Role.ADMIN) as (session, person):
        shown = sources.restore(session, sources.find(session, name), by=person, at=context.at)
        session.commit()
    click.echo(f"{printable(name)} is back, with {counted(shown, 'incident')}.")


@source.command("writes")
@click.argument("name")
@click.argument("when", type=click.Choice(["always", "never"]))
@click.pass_obj
def writes(context: Context, name: str, when: str) -> None:
    """Say whether decisions are written into the documents of the source NAME: always, or never.

    \b
    Example:
      tracker source writes datahub/docs/incidents never
    """
    with context.writing(needs=Role.ADMIN) as (session, person):
        sources.set_writes(session, sources.find(session, name), when, by=person, at=context.at)
        session.commit()
    click.echo(f"{printable(name)} is {when} written to.")


@click.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def purge(context: Context, name: str, yes: bool) -> None:
    """Delete a removed source NAME, its documents with their history, and their action items, for good.

    What came from another source, too, stays. This cannot be undone.

    \b
    Example:
      tracker source remove incidents
      tracker purge incidents
    """
    with context.reading(needs=Role.ADMIN) as (session, _):
        found = sources.find(session, name)
        number = sources.would_purge(session, found)
        if found.removed_at is not None and not yes:
            what = counted(number, "incident")
            click.confirm(f"Delete {printable(name)} and {what} with all history, for good?", abort=True)
    with context.writing(needs=Role.ADMIN) as (session, person):
        deleted = sources.purge(session, sources.find(session, name), by=person, at=context.at)
        session.commit()
    click.echo(f"{printable(name)} and {counted(deleted, 'incident')} are deleted.")
