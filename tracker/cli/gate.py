"""`tracker gate`: may this change go to this stage of this deployment now?"""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import gate_options as options
from tracker.cli.gate_history import history, sync

if TYPE_CHECKING:
    from tracker.cli.gate_answers import Opened
    from tracker.policy.banner import Look
    from tracker.policy.outputs import Report


@click.group("gate")
def gate() -> None:
    """Ask whether a change may go to a stage of a deployment now.

    \b
    Example:
      tracker gate check -d datahub -s prod                 ask; 0 yes, 1 no, 3 could not find out
      tracker gate exec -d datahub -s prod -- ./deploy      ask, then deploy, and say how it went

    TRACKER_SERVER and TRACKER_TOKEN say where the tracker is. docs/gate.md has the whole of it.
    """


gate.add_command(history)
gate.add_command(sync)


@gate.command("check")
@options.named
@options.about_the_change
@options.asking
def check(**given: Any) -> None:
    """Say which deployment is managed, run all checks, and give the verdict.

    Exit codes: 0 allowed, overridden or a dry run; 1 denied; 2 wrong usage or policy; 3 could not find out.

    \b
    Example:
      tracker gate check -d datahub -s prod --junit gate.xml
      tracker gate check -d datahub -s prod --change-type recovery --reason "puts the old image back"
    """
    _, report = ask(given, phase="check")
    raise SystemExit(report.exit_code)


@gate.command("exec", context_settings={"ignore_unknown_options": False})
@options.named
@options.about_the_change
@options.asking
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_(command: Sequence[str], **given: Any) -> None:
    """Ask, and only where it is allowed run COMMAND, then record the deployment; exit with COMMAND's own code.

    \b
    Example:
      tracker gate exec -d datahub -s prod -- ./deploy.sh prod
    """
    from tracker.cli.gate_deploys import deploy

    if given["dry_run"]:
        raise click.UsageError("With --dry-run nothing is deployed: use `tracker gate check --dry-run`.")
    opened, report = ask(given, phase="exec")
    if not report.verdict.lets_through:
        raise SystemExit(report.exit_code)
    report = deploy(opened, report, list(command), given["offline_file"])
    write(report, given)
    raise SystemExit(report.exit_code)


def ask(given: dict[str, Any], *, phase: str) -> "tuple[Opened, Report]":
    """Ask and tell, for `check` and `exec`."""
    from tracker.cli.gate_answers import answer, open_gate
    from tracker.cli.gate_files import keep_for_later
    from tracker.cli.gate_questions import confirm, must_confirm, prepare
    from tracker.policy.banner import beginning, rest

    end_with_us()
    question = options.question(given, phase=phase)
    prepared = prepare(question)
    to_stderr = given["format_"] in ("json", "markdown")
    look = options.look((sys.stderr if to_stderr else sys.stdout).isatty())
    click.echo(beginning(prepared.heading, look), nl=False, err=to_stderr)
    somebody = sys.stdin.isatty() and sys.stderr.isatty()
    if somebody and must_confirm(prepared):
        prepared = confirm(prepared, lambda text: str(click.prompt(text, default="", show_default=False, err=True)))
    opened = open_gate(prepared)
    click.echo(rest(opened.heading, look), nl=False, err=to_stderr)
    wait = options.seconds(given["wait"], "--wait")
    report = answer(opened, wait_until=time.monotonic() + wait if wait else 0.0, waiting=_waiting)
    tell(report, given["format_"], look)
    write(report, given)
    if not report.online and not report.dry_run and phase == "check" and (prepared.server or given["offline_file"]):
        path = keep_for_later(opened, report, given["offline_file"], [])
        click.echo(f"tracker: the run is kept in {path}: `tracker gate sync {path}` hands it in.", err=True)
    return opened, report


def tell(report: "Report", format_: str, look: "Look") -> None:
    """Print the answer in one of the formats."""
    from tracker.policy.outputs import text

    if format_ == "json":
        import json

        from tracker.policy.outputs import as_json

        click.echo(json.dumps(as_json(report), indent=1))
    elif format_ == "markdown":
        from tracker.policy.outputs.markdown import markdown

        click.echo(markdown(report), nl=False)
    elif format_ == "gitlab":
        click.echo(text.gitlab(report, look), nl=False, color=True)
    else:
        click.echo(text.below_the_banner(report, look), nl=False)
    if format_ == "github":
        from tracker.cli.gate_files import write_for_github
        from tracker.policy.outputs.github import annotations

        click.echo(annotations(report), nl=False)
        write_for_github(report)


def write(report: "Report", given: dict[str, Any]) -> None:
    from tracker.cli.gate_files import write_files

    write_files(report, junit=given["junit"], json_=given["json_"], dotenv=given["dotenv"])


def end_with_us() -> None:
    """Let a job that is cancelled end our checks' programs, too: being terminated is leaving, not vanishing."""
    import atexit
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    atexit.register(_end_programs)


def _end_programs() -> None:
    if "tracker.policy.programs" in sys.modules:
        sys.modules["tracker.policy.programs"].end_all()


def _waiting(failing: Sequence[str]) -> None:
    click.echo(f"tracker: waiting for {', '.join(failing)} …", err=True)
