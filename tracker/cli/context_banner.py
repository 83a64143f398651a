"""`tracker context`: the banner alone, as the first step of a job."""

import sys
from typing import Any

import click

from tracker.cli import gate_options as options


@click.command("context")
@options.named
@options.about_the_change
@click.option("--one-line", is_flag=True, help="Print the headline only, for a run's name.")
def context(one_line: bool, **given: Any) -> None:
    """Say which deployment and stage are being managed, for which change. Asks the server what runs there now, if it can.

    \b
    Example:
      tracker context -d datahub -s prod
      tracker context -d datahub -s prod --one-line      PROD <- datahub (Data 8 / DataHub hub)
    """
    from dataclasses import replace

    from tracker.cli.gate_questions import prepare
    from tracker.policy.banner import headline, top

    prepared = prepare(options.question({**given, "timeout": "20s"}, phase="check"))
    head = prepared.heading
    if one_line:
        click.echo(headline(head.change, protected=head.protected, title=head.title))
        return
    if prepared.server is not None:
        head = replace(head, **_of_the_server(prepared))
    click.echo(top(head, options.look(sys.stdout.isatty())), nl=False)


def _of_the_server(prepared: Any) -> dict[str, Any]:
    """What runs there now and how many waivers there are; a server that is away is no reason to fail here."""
    from tracker.cli.server import segment
    from tracker.domain.errors import TrackerError
    from tracker.policy.values import Ran
    from tracker.policy.wire import from_json

    path = f"/api/v1/deployments/{segment(prepared.deployment.id)}/{segment(prepared.stage.id)}"
    try:
        said = prepared.server.get(path, deadline=prepared.question.deadline)
        now = from_json(Ran, said["now"]) if said["now"] is not None else None
        return {"now": now, "waivers": len(said["waivers"])}
    except TrackerError as error:
        return {"notes": (f"the tracker was not asked what runs there: {error}",)}
