"""`tracker hook`: the gate before the protected branches of a git repo."""

import click


@click.group("hook")
def hook() -> None:
    """Put the gate before the protected branches of a git repo: a push that is denied does not arrive.

    \b
    Example:
      tracker hook install --bare /srv/git/hubs.git
    """
