"""`tracker tick`: what happens by itself, once; and the thread of `tracker serve` that does it again and again."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from tracker.cli.context import Context
from tracker.cli.report import printable
from tracker.config import Settings
from tracker.services import server_checks, ticks
from tracker.store.engine import Sessions

EVERY_SECONDS = 15.0
log = logging.getLogger(__name__)


@click.command("tick")
@click.pass_obj
def tick(context: Context) -> None:
    """Run what is due now: scheduled checks, questions to forges, evidence that goes with time; sweep old results.

    Run it from cron every few minutes (`tracker serve` does it by itself). Several at once do nothing twice.

    \b
    Example:
      */5 * * * *  tracker tick
    """
    for line in once(context.settings, context.sessions):
        click.echo(printable(line))


def once(settings: Settings, sessions: Sessions) -> list[str]:
    return ticks.tick(
        sessions,
        at=_now(),
        clock=_now,
        around=server_checks.surroundings(settings),
        tick_minutes=settings.tick_minutes,
    )


@contextmanager
def by_itself(settings: Settings, sessions: Sessions, *, every_seconds: float = EVERY_SECONDS) -> Generator[None]:
    """Tick beside whatever the block does, and end with it. What goes wrong is logged, and does not end it."""
    ended = threading.Event()

    def work() -> None:
        pause = min(1.0, every_seconds)  # soon after the start, so that a silence is known as one
        while not ended.wait(pause):
            pause = every_seconds
            try:
                once(settings, sessions)
            except Exception:
                log.exception("a tick failed")

    thread = threading.Thread(target=work, name="tick", daemon=True)  # a check that hangs must not keep the process
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=2)


def _now() -> datetime:
    return datetime.now(UTC)
