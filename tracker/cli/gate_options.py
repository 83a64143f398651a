"""The options that the commands of the gate share, and what they amount to."""

import functools
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.domain.policy import ChangeType

if TYPE_CHECKING:
    from tracker.cli.gate_questions import Question
    from tracker.policy.banner import Look

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = ["text", "json", "github", "gitlab", "markdown"]
WIDEST = 120
OUT = click.Path(dir_okay=False, path_type=Path)


def named(command: Command) -> Command:
    """Which deployment and stage: never guessed unless asked to."""
    for option in (
        click.option("-s", "--stage", required=True, envvar="TRACKER_STAGE", help="Where it goes: staging, prod."),
        click.option(
            "-d",
            "--deployment",
            required=True,
            envvar="TRACKER_DEPLOYMENT",
            help="What is deployed; `auto`: the one that the change touches.",
        ),
    ):
        command = option(command)
    return command


def about_the_change(command: Command) -> Command:
    """What a CI says by itself, and a person may have to."""
    for option in (
        click.option("--policy-ref", help="Take the policy from this commit; else from where the branch is now."),
        click.option("--policy", help="The policy's name, where several have such a deployment."),
        click.option("--actor", help="Who merges or deploys; else whoever the CI names. [env: TRACKER_ACTOR]"),
        click.option("--new", metavar="COMMIT", help="The change; else what the CI builds, else HEAD."),
        click.option("--old", metavar="COMMIT", help="What the branch is on before it; else the CI knows, or the clone."),
        click.option("--ref", help="The branch that it goes to; else the CI's, or the stage's."),
    ):
        command = option(command)
    return command


def asking(command: Command) -> Command:
    """How it is asked and how the answer is told."""
    for option in (
        click.option(
            "--offline-file", type=OUT, help="Where a run goes that the server did not see; else tracker-gate-….json."
        ),
        click.option("--dotenv", type=OUT, help="Write NAME=value lines for later steps."),
        click.option("--json", "json_", type=OUT, help="Write everything as JSON."),
        click.option("--junit", type=OUT, help="Write JUnit XML."),
        click.option("--format", "format_", type=click.Choice(FORMATS), default="text", help="What is printed."),
        click.option(
            "--timeout", default="5m", help="The most time that it may take in all, such as 90s.", show_default=True
        ),
        click.option("--wait", default="0", help="Look again at what fails, for so long: 20m."),
        click.option("--break-glass", envvar="TRACKER_BREAK_GLASS", help="A code that a person was given to override."),
        click.option("--at", metavar="TIME", help="Ask about another time, such as 2026-11-26T19:05-08:00; --dry-run only."),
        click.option("--dry-run", is_flag=True, help="Only look: nothing counts, and the exit code is 0."),
        click.option("--reason", default="", help="Why it is a rollback or a recovery."),
        click.option(
            "--change-type", type=click.Choice(["normal", "rollback", "recovery"]), default="normal", help="What it is."
        ),
    ):
        command = option(command)
    return command


def question(given: Mapping[str, Any], *, phase: str) -> "Question":
    """From the options of a command. Raises click's usage errors for times that are none."""
    from tracker.cli.gate_questions import Question

    at = instant(given.get("at"))
    if at is not None and not given.get("dry_run"):
        raise click.UsageError("--at asks about another time, which would open every freeze: it needs --dry-run.")
    return Question(
        deployment=given["deployment"],
        stage=given["stage"],
        ref=given["ref"],
        old=given["old"],
        new=given["new"],
        actor=given["actor"],
        policy=given["policy"],
        policy_ref=given["policy_ref"],
        change_type=ChangeType(given.get("change_type", "normal")),
        reason=given.get("reason", ""),
        dry_run=bool(given.get("dry_run")),
        at=at,
        break_glass=given.get("break_glass") or None,
        phase=phase,
        deadline=time.monotonic()
        + seconds(given.get("timeout", "5m"), "--timeout")
        + seconds(given.get("wait", "0"), "--wait"),
        now=datetime.now(UTC),
    )


def seconds(text: str, option: str) -> float:
    from tracker.policy.durations import parse

    try:
        return parse(0 if text == "0" else text).total_seconds()
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}.") from None


def instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--at: {text!r} is no time: write it as 2026-11-26T19:05-08:00.") from None
    if at.tzinfo is None:
        raise click.UsageError("--at: say the zone, too, as in 2026-11-26T19:05-08:00 or …T03:05Z.")
    return at.astimezone(UTC)


@functools.cache
def look(stream_is_terminal: bool) -> "Look":
    """As wide as the terminal (or COLUMNS) says, within reason; colour only for a terminal that wants it (no-color.org)."""
    import shutil

    from tracker.policy.banner import Look

    width = min(WIDEST, max(60, shutil.get_terminal_size((100, 24)).columns))
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Look(
        width=width,
        terminal=stream_is_terminal and os.environ.get("TERM") != "dumb",
        colour=stream_is_terminal and not plain,
    )
