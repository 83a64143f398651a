"""The command line: `tracker`. One file per command; each is imported when it is called, and no sooner.

`tracker --help` and `tracker read` answer without Flask and SQLAlchemy, which take longer to load than they to run. Exit
codes are promises: 0 fine, 1 the answer is no, 2 wrong usage or unreadable input, 3 could not find out.
"""

import importlib
import io
import sys
from typing import Any

import click

from tracker import __version__
from tracker.cli.errors import explained

# name: (where its click command is, what `tracker --help` says of it)
COMMANDS: dict[str, tuple[str, str]] = {
    "import": ("tracker.cli.imports:import_paths", "Take in postmortems from files, folders, zips, standard input."),
    "items": ("tracker.cli.items:items", "Print the action items that remain."),
    "incidents": ("tracker.cli.items:incidents", "Print the incidents, newest first."),
    "item": ("tracker.cli.item:item", "Decide on an action item: done, open, won't do, owner, due."),
    "incident": ("tracker.cli.incident:incident", "Declare an incident that is going on, and say that it is over."),
    "prove": ("tracker.cli.prove:prove", "Tie an action item to the check that holds it in force."),
    "undo": ("tracker.cli.item:undo", "Take back the last decision."),
    "questions": ("tracker.cli.questions:ask", "Print what only a person can decide, and answer it."),
    "export": ("tracker.cli.exports:export_documents", "Write the documents back, byte for byte."),
    "gate": ("tracker.cli.gate:gate", "Ask whether a change may go to a stage now; deploy behind the gate."),
    "context": ("tracker.cli.context_banner:context", "Say which deployment is being managed, and nothing else."),
    "hook": ("tracker.cli.hook:hook", "Put the gate before the protected branches of a git repo."),
    "policy": ("tracker.cli.policy:policy", "Check deployment policies, print their schema, put them in force."),
    "read": ("tracker.cli.read:read", "Say what a postmortem is understood to say; needs no database."),
    "reread": ("tracker.cli.reread:reread", "Read all documents again after an upgrade of the reader."),
    "source": ("tracker.cli.sources:source", "List, remove, restore the places that documents come from."),
    "purge": ("tracker.cli.sources:purge", "Delete what was removed, for good."),
    "attest": ("tracker.cli.said:attest", "Say that you tried this content on its stage."),
    "ack": ("tracker.cli.said:acknowledge", "Say that you have read the deployment policy."),
    "waive": ("tracker.cli.said:waive", "Let a check not block for some days, with a reason."),
    "break-glass": ("tracker.cli.said:break_glass", "Print a code that overrides one gate, with a reason."),
    "token": ("tracker.cli.token:token", "Make, list and revoke the tokens of CI jobs and command lines."),
    "tick": ("tracker.cli.tick:tick", "Run what is due: scheduled checks, forges, evidence; for cron."),
    "user": ("tracker.cli.people:user", "Invite people, list them, change their role."),
    "serve": ("tracker.cli.serve:serve", "Serve the pages on this machine, with a sign-in link."),
    "settings": ("tracker.cli.settings:settings", "Print every setting, its default and its meaning."),
}


class Commands(click.Group):
    """A group that knows its commands by name, and turns expected failures into one sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, SystemExit, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("trace"):
                raise
            text, code = explained(error)
            click.echo(f"tracker: {text}", err=True)
            raise click.exceptions.Exit(code) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tracker", message="%(prog)s %(version)s")
@click.option("--as", "as_", metavar="EMAIL_OR_NAME", help="Act as this person; else as the first admin.")
@click.option("--trace", is_flag=True, hidden=True, help="Show where an error comes from.")
@click.pass_context
def main(ctx: click.Context, as_: str | None, trace: bool) -> None:
    """Keep incident postmortems as Markdown, and follow the action items that come out of them.

    \b
    Example:
      tracker import ~/docs/incidents    take in a folder of postmortems
      tracker items                      what remains to be done
      tracker item A47 done              decide on one
      tracker export ~/docs/incidents    write the documents back

    Settings come from the environment: `tracker settings` prints them.
    """
    from tracker.cli.context import Context

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter gets a mark for it, not an error
    ctx.obj = Context(as_)
    ctx.call_on_close(ctx.obj.close)
