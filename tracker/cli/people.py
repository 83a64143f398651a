"""`tracker user`: people and their way in."""

import click

from tracker.cli import address
from tracker.cli.context import Context
from tracker.domain.claims import Role
from tracker.domain.errors import Forbidden
from tracker.services import people, shapes

url_option = click.option(
    "--url",
    metavar="URL",
    help="Where the tracker is reached, for the link; else TRACKER_URL, or where `tracker serve` runs.",
)


def sign_in_link(token: str, url: str) -> str:
    return f"{url.rstrip('/')}/sign-in/{token}"


@click.group("user")
def user() -> None:
    """Invite people, list them, change their role, shut them out."""


@user.command("invite")
@click.argument("name")
@click.option("--email", help="Names the person, too; nothing is sent to it.")
@click.option("--role", type=click.Choice([one.value for one in Role]), default=Role.EDITOR.value, show_default=True)
@url_option
@click.pass_obj
def invite(context: Context, name: str, email: str | None, role: str, url: str | None) -> None:
    """Add the person NAME and print a one-time sign-in link to hand over.

    Readers read, editors change, admins manage people. Of two people of one name the second needs an e-mail.

    \b
    Example:
      tracker user invite "Ada Lovelace" --email ada@example.org
    """
    with context.writing(needs=Role.ADMIN) as (session, person):
        namesakes = people.namesakes(session, name)
        new = people.invite(session, name, email, Role(role), by=person, at=context.at)
        token = people.make_link(session, new, at=context.at, hours=context.settings.link_hours)
        session.commit()
    for namesake in namesakes:
        click.echo(f"Note: there is already somebody called {namesake}; the e-mail tells the two apart.")
    click.echo(f"{name} is invited as {role}. This link works once, for {context.settings.link_hours} hours:")
    click.echo(sign_in_link(token, url or address.reached_at(context.settings)))


@user.command("link")
@click.argument("who", metavar="EMAIL_OR_NAME")
@url_option
@click.pass_obj
def link(context: Context, who: str, url: str | None) -> None:
    """Print a fresh one-time sign-in link for somebody.

    \b
    Example:
      tracker user link ada@example.org
    """
    with context.writing() as (session, person):
        found = people.find(session, who)
        if found.id != person.id and person.role is not Role.ADMIN:
            raise Forbidden("Only an admin can make a link for somebody else.")
        token = people.make_link(session, found, at=context.at, hours=context.settings.link_hours)
        session.commit()
    click.echo(sign_in_link(token, url or address.reached_at(context.settings)))


@user.command("list")
@click.pass_obj
def list_people(context: Context) -> None:
    """Print everybody: name, e-mail, role, how many browsers they are signed in with.

    \b
    Example:
      tracker user list
    """
    with context.reading(needs=Role.ADMIN) as (session, _):
        rows = people.everybody(session, at=context.at)
    columns = [
        ("name", "Name"), ("email", "E-mail"), ("role", "Role"), ("sign_ins", "Sign-ins"), ("disabled_at", "Shut out"),
    ]  # fmt: skip
    click.echo(shapes.to_table(columns, rows), nl=False)


@user.command("role")
@click.argument("who", metavar="EMAIL_OR_NAME")
@click.argument("role", type=click.Choice([one.value for one in Role]))
@click.pass_obj
def set_role(context: Context, who: str, role: str) -> None:
    """Change what somebody may do, from their next click on.

    \b
    Example:
      tracker user role ada@example.org admin
    """
    with context.writing(needs=Role.ADMIN) as (session, person):
        found = people.find(session, who)
        people.set_role(session, found, Role(role), by=person, at=context.at)
        name = found.name
        session.commit()
    click.echo(f"{name} is {'an' if role[0] in 'ae' else 'a'} {role} now.")


@user.command("disable")
@click.argument("who", metavar="EMAIL_OR_NAME")
@click.option("--undo", is_flag=True, help="Let them in again.")
@click.pass_obj
def disable(context: Context, who: str, undo: bool) -> None:
    """Shut somebody out: their sign-ins and links end at once; what they did keeps their name.

    \b
    Example:
      tracker user disable ada@example.org
      tracker user disable ada@example.org --undo
    """
    with context.writing(needs=Role.ADMIN) as (session, person):
        found = people.find(session, who)
        (people.enable if undo else people.disable)(session, found, by=person, at=context.at)
        name = found.name
        session.commit()
    click.echo(f"{name} may sign in again: `tracker user link` makes a link." if undo else f"{name} is shut out.")


@user.command("logins")
@click.argument("who", metavar="EMAIL_OR_NAME")
@click.argument("logins", nargs=-1, metavar="[FORGE:LOGIN]...")
@click.option("--none", is_flag=True, help="They have none.")
@click.pass_obj
def set_logins(context: Context, who: str, logins: tuple[str, ...], none: bool) -> None:
    """Say what somebody is called on the forges, so that the gate knows who deploys; without any, print them.

    \b
    Example:
      tracker user logins ada@example.org github:ada gitlab:lovelace
    """
    from tracker.services.logins import logins_of
    from tracker.services.logins import set_logins as keep

    with context.writing(needs=Role.ADMIN) as (session, person):
        found = people.find(session, who)
        if logins or none:
            keep(session, found, logins, by=person, at=context.at)
        name, known = found.name, logins_of(session, found)
        session.commit()
    click.echo(f"{name} is {', '.join(known)}." if known else f"{name} is known on no forge.")
