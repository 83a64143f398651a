"""`tracker serve`: the pages on this machine, for one person or a look at it. `make run` calls this."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.orm import Session

from tracker.cli import address
from tracker.cli.context import Context
from tracker.cli.imports import find_all, take_in
from tracker.cli.people import sign_in_link
from tracker.cli.report import ALWAYS, printable, say_files, say_numbers
from tracker.cli.tick import by_itself
from tracker.domain.claims import Role, Visibility
from tracker.domain.errors import Invalid
from tracker.services import finding, people, sources
from tracker.services.found import Found
from tracker.services.places import Places
from tracker.store.models import Source

TAKEN = frozenset({"created", "changed", "unchanged", "merged", "renamed", "asks"})
LOOPBACK = "127.0.0.1"
WORDS = {"asks": "waiting for an answer", "vanished": "gone from their folder"}


@click.command("serve")
@click.option("--port", envvar="PORT", default="5000", show_default=True, metavar="N", help="Where to listen; also PORT.")
@click.option("--docs", default="", metavar="PATH", help="Take in these postmortems first; the examples leave.")
@click.option("--examples", default="", metavar="PATH", help="Take in these where there are no --docs; public.")
@click.pass_obj
def serve(context: Context, port: str, docs: str, examples: str) -> None:
    """Serve the pages on http://127.0.0.1:5000, and print a one-time sign-in link.

    For one machine: it listens on the loopback address only. For a team run `gunicorn 'tracker.factory:create_app()'`.

    \b
    Example:
      tracker serve
      tracker serve --port 8000 --docs ~/docs/incidents
    """
    listening = _listen(_port(port))
    with listening:
        if examples and not docs and _were_let_go(context, examples):
            examples = ""
        if "TRACKER_PUBLIC_READ" not in os.environ and examples and not docs:
            # A newcomer's first page shows the examples before any sign-in; only this machine can ask.
            context.settings = replace(context.settings, public_read=True)
        _take_in_first(context, docs, examples)
        with context.writing() as (session, person):
            token = people.make_link(session, person, at=context.at, hours=context.settings.link_hours)
            session.commit()
        url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        with address.left_for_others(context.settings, url):
            _run(context, listening, sign_in_link(token, url))


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise Invalid(f"PORT={text} is no port: use a number such as 5000.")
    return int(text)


def _listen(port: int) -> socket.socket:
    """Take the port before anything else is done, so that a used one costs nobody an import."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except OSError as why:
        listening.close()
        raise Invalid(f"Port {port} cannot be used ({(why.strerror or str(why)).lower()}): try PORT={port + 1}.") from None
    return listening


def _take_in_first(context: Context, docs: str, examples: str) -> None:
    """The team's own documents instead of the examples, or the examples. What is wrong with a file stops nothing."""
    path, visibility = (docs, Visibility.INTERNAL) if docs else (examples, Visibility.PUBLIC)
    if not path:
        return
    if docs and not Path(docs).expanduser().exists():
        raise Invalid(f"DOCS={docs} does not exist: name a folder, a file or a zip.")
    found = find_all(context, [path])
    outcomes = take_in(context, found, dry_run=False, all_pages=False, visibility=visibility)
    say_files(outcomes, verbose=False, always=ALWAYS)
    click.echo(f"{printable(path)}: {say_numbers(outcomes, words=WORDS)}.")
    if docs and examples and any(one.verb in TAKEN for one in outcomes):
        _let_go(context, examples, found)


def _were_let_go(context: Context, examples: str) -> bool:
    """Whether the examples were hidden, by a team's own documents or by hand: then they stay away."""
    with context.reading() as (session, _):
        home = _home(session, examples)
        return home is not None and home.removed_at is not None


def _home(session: Session, folder: str) -> Source | None:
    """The source that is exactly this folder."""
    ref = finding.source_of(Path(folder))
    return next((source for source in Places(session).sources if ref.within(source.location) == ""), None)


def _let_go(context: Context, examples: str, found: list[Found]) -> None:
    """Hide the examples once there is something else to look at; `tracker source restore` brings them back."""
    ref = finding.source_of(Path(examples))
    if any(one.source == ref for one in found):
        return
    with context.writing(needs=Role.ADMIN) as (session, person):
        home = _home(session, examples)
        if home is None or home.removed_at is not None:
            return
        sources.remove(session, home, by=person, at=context.at)
        click.echo(f"The examples are hidden; `tracker source restore {home.name}` brings them back.")
        session.commit()


def _run(context: Context, listening: socket.socket, link: str) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    from tracker.factory import create_app

    class Quiet(WSGIRequestHandler):
        """Errors are logged by the application; a line for every style sheet helps nobody."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    app = create_app(context.settings)
    server = make_server(
        LOOPBACK, listening.getsockname()[1], app, threaded=True, request_handler=Quiet, fd=listening.fileno()
    )
    click.echo(f"Sign in: {link}\nStop with Ctrl-C.")
    with by_itself(context.settings, app.extensions["sessions"]):
        server.serve_forever()  # until Ctrl-C, which it takes for its end
    click.echo("Stopped.")
