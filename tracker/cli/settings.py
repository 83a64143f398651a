"""`tracker settings`: the table of `tracker.config.Settings`, which is also what the docs show."""

import os
from dataclasses import fields

import click

from tracker.config import Settings

SECRET = {"secret_key", "database_url", "github_token", "gitlab_token"}  # may hold a password


@click.command("settings")
@click.option("--format", "shape", type=click.Choice(["table", "md"]), default="table", help="How to print it.")
def settings(shape: str) -> None:
    """Print every setting, its default and its meaning.

    Each is an environment variable; what is set now is marked.

    \b
    Example:
      tracker settings
      TRACKER_TIMEZONE=Europe/Oslo tracker items
    """
    rows = [(f"TRACKER_{one.name.upper()}", _default(one.default), str(one.metadata["help"])) for one in fields(Settings)]
    if shape == "md":
        click.echo("| variable | default | meaning |\n|---|---|---|")
        for variable, default, meaning in rows:
            click.echo(f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |")
        return
    for variable, default, meaning in rows:
        click.echo(f"{variable}  (default: {default or 'empty'}{_now(variable)})\n    {meaning}")


def _default(value: object) -> str:
    return {True: "1", False: "0"}[value] if isinstance(value, bool) else str(value)


def _now(variable: str) -> str:
    if not (value := os.environ.get(variable)):
        return ""
    return "; set now" if variable.removeprefix("TRACKER_").lower() in SECRET else f"; now: {value}"
