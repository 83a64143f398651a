"""Where the tracker is reached: what links are made with by a command that serves nothing itself."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tracker.config import Settings

WAIT = 0.5  # seconds for an answer of this machine to itself


def reached_at(settings: Settings) -> str:
    """The setting `TRACKER_URL`; else where `tracker serve` listens with this data folder; else its usual address."""
    if settings.url:
        return settings.url
    with suppress(OSError, ValueError):
        served = _file(settings).read_text(encoding="utf-8").strip()
        if _answers(served):
            return served
    return f"http://127.0.0.1:{os.environ.get('PORT') or 5000}"


@contextmanager
def left_for_others(settings: Settings, url: str) -> Iterator[None]:
    """Let other commands find this server by its data folder while it runs; a read-only folder is no harm."""
    file = _file(settings)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(url + "\n", encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            if file.read_text(encoding="utf-8").strip() == url:  # else a second server has begun meanwhile
                file.unlink()


def _file(settings: Settings) -> Path:
    return settings.data_dir.expanduser() / "address"


def _answers(url: str) -> bool:
    """Whether anything listens there: a server that was killed could not take its address away."""
    where = urlsplit(url)
    if not where.hostname or not where.port:
        return False
    with socket.create_connection((where.hostname, where.port), timeout=WAIT):
        return True
