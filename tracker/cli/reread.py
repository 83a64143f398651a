"""`tracker reread`: after an upgrade of the reader."""

import click

from tracker.cli.context import Context
from tracker.cli.progress import Progress
from tracker.cli.report import counted
from tracker.domain.claims import Role
from tracker.services import rereading


@click.command("reread")
@click.option("--all", "everything", is_flag=True, help="Also what today's reader has read already.")
@click.pass_obj
def reread(context: Context, everything: bool) -> None:
    """Read again what an older reader read, and say what is understood otherwise now.

    No decision changes. A claim that nobody made may be filled from the document; items that appear or vanish are named.

    \b
    Example:
      tracker reread
    """
    progress = Progress("Reading: documents")
    with context.writing(needs=Role.ADMIN) as (session, person):
        found = rereading.reread(session, by=person, at=context.at, everything=everything, progress=progress)
        session.commit()
    progress.end()
    for one in found:
        for word, keys in (("appeared", one.appeared), ("vanished", one.vanished), ("now stated", one.filled)):
            if keys:
                click.echo(f"{one.slug}: {counted(len(keys), 'item')} {word}: {', '.join(keys)}")
    changed = sum(one.changed for one in found)
    if found:
        click.echo(f"{counted(len(found), 'document')} read again, {changed:,} understood otherwise.")
    else:
        click.echo("Every document was read by today's reader. `tracker reread --all` reads them all the same.")
