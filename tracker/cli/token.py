"""`tracker token`: what CI jobs, hooks and people's own command lines show to the server."""

import click

from tracker.cli.context import Context
from tracker.domain.claims import Role
from tracker.services import shapes, tokens

DEFAULT_SCOPES = (tokens.GATE, tokens.OBSERVE, tokens.RECORD)


@click.group("token")
def token() -> None:
    """Make, list and revoke tokens: what TRACKER_TOKEN holds where the server is asked."""


@token.command("create")
@click.argument("name")
@click.option("--me", is_flag=True, help="Your own: it may do what you may. Without it the token is for CI.")
@click.option("--policy", metavar="NAME", help="The only policy that it is for.")
@click.option(
    "-d", "--deployment", "deployments", multiple=True, metavar="ID", help="A deployment that it is for; else all."
)
@click.option("-s", "--stage", "stages", multiple=True, metavar="ID", help="A stage that it is for; else all.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(tokens.SCOPES),
    help="What it may do; else all but policy:write.",
)
@click.option("--days", type=int, help="How long it is good; else 365 days, your own 90.")
@click.pass_obj
def create(
    context: Context,
    name: str,
    me: bool,
    policy: str | None,
    deployments: tuple[str, ...],
    stages: tuple[str, ...],
    scopes: tuple[str, ...],
    days: int | None,
) -> None:
    """Make a token called NAME and print it, this once: it is kept as a hash.

    \b
    Example:
      tracker token create "CI of datahub" --policy datahub -d datahub
      tracker token create laptop --me
    """
    if me and (policy or deployments or stages or scopes):
        raise click.UsageError("Your own token may do what you may: --me takes no policy, deployment, stage or scope.")
    with context.writing(needs=None if me else Role.ADMIN) as (session, person):
        if me:
            secret = tokens.make_own(session, person, name=name, days=90 if days is None else days, at=context.at)
        else:
            secret = tokens.make(
                session,
                by=person,
                name=name,
                policy=policy,
                deployments=deployments,
                stages=stages,
                scopes=scopes or DEFAULT_SCOPES,
                days=365 if days is None else days,
                at=context.at,
            )
        session.commit()
    click.echo(secret)


@token.command("list")
@click.pass_obj
def list_tokens(context: Context) -> None:
    """Print the tokens: all of them for an admin, else your own. The secret itself is nowhere.

    \b
    Example:
      tracker token list
    """
    with context.reading() as (session, person):
        rows = tokens.everything(session, only=None if person.role is Role.ADMIN else person)
    columns = [
        ("id", "Id"), ("name", "Name"), ("kind", "Kind"), ("policy", "Policy"), ("deployments", "Deployments"),
        ("scopes", "Scopes"), ("person", "Person"), ("expires_at", "Good until"), ("last_used_at", "Last used"),
        ("revoked_at", "Revoked"),
    ]  # fmt: skip
    click.echo(shapes.to_table(columns, rows), nl=False)


@token.command("revoke")
@click.argument("token_id", metavar="ID", type=int)
@click.pass_obj
def revoke(context: Context, token_id: int) -> None:
    """End the token of that ID (see the list) at once.

    \b
    Example:
      tracker token revoke 3
    """
    with context.writing() as (session, person):
        name = tokens.revoke(session, token_id, by=person, at=context.at).name
        session.commit()
    click.echo(f"The token {name} is revoked: whoever shows it is turned away from now on.")
