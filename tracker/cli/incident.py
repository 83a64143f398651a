"""`tracker incident`: one that is going on, said from a terminal while there is no time for pages."""

import click

from tracker.cli import address
from tracker.cli.context import Context
from tracker.domain.claims import Role
from tracker.services import incidents, outages


@click.group("incident")
def incident() -> None:
    """Declare an incident that is going on, and say that it is over. A gate's recovery needs one that is open."""


@incident.command("declare")
@click.argument("title")
@click.option("-d", "--deployment", "deployments", multiple=True, metavar="NAME", help="What it hits: a hub, a service.")
@click.option("--severity", metavar="WORDS", help="In your team's words, such as SEV1.")
@click.pass_obj
def declare(context: Context, title: str, deployments: tuple[str, ...], severity: str | None) -> None:
    """Begin an incident called TITLE, with an empty document to write the postmortem in.

    \b
    Example:
      tracker incident declare "Hub is down" -d datahub --severity SEV1
    """
    with context.writing(needs=Role.EDITOR) as (session, person):
        made = outages.declare(
            session,
            title,
            deployments=deployments,
            severity=severity,
            by=person,
            at=context.at,
            today=context.today,
        )
        slug = made.slug
        session.commit()
    click.echo(f"{slug} is going on: {address.reached_at(context.settings).rstrip('/')}/incidents/{slug}")


@incident.command("resolve")
@click.argument("slug")
@click.option("--undo", is_flag=True, help="It is going on again.")
@click.pass_obj
def resolve(context: Context, slug: str, undo: bool) -> None:
    """Say that the incident SLUG is over.

    \b
    Example:
      tracker incident resolve 2026-11-24-hub-is-down
    """
    with context.writing(needs=Role.EDITOR) as (session, person):
        found = incidents.find(session, slug, person)
        (outages.reopen if undo else outages.resolve)(session, found, by=person, at=context.at)
        session.commit()
    click.echo(f"{slug} is going on again." if undo else f"{slug} is over.")
