"""What templates can use beyond Flask's own: filters for days and durations, addresses of static files with their hash."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import Field

from tracker.domain.claims import Claim
from tracker.domain.durations import age_words, duration_words
from tracker.policy.windows import in_words
from tracker.postmortem.html import render, render_inline
from tracker.web import scope
from tracker.web.filters import address, editing, staying
from tracker.web.wording import event_sentence


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, long_day=long_day, instant=instant, age=age_words, count=count, initials=initials)
    app.jinja_env.filters.update(minutes=duration_words, event_sentence=event_sentence, document=document, inline=inline)
    app.jinja_env.filters.update(local_day=local_day, fragment=fragment, wall=wall)
    settings = scope.settings_of(app)
    app.jinja_env.globals.update(Claim=Claim, site_title=settings.title, public_read=settings.public_read)
    app.jinja_env.globals.update(
        blueprints=app.blueprints, token=token, described=described, address=address, editing=editing, staying=staying
    )
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            values["v"] = content_hash(folder / values["filename"], app.debug)

    @app.context_processor
    def context() -> dict[str, Any]:
        return {"person": g.get("asker"), "today": g.get("today"), "now": g.get("at"), "here": request.full_path.rstrip("?")}


def content_hash(path: Path, fresh: bool = False) -> str | None:
    """Ten hex digits of the file's SHA-256, so that a changed file has a new address; None where there is no file."""
    return _hash(path, path.stat().st_mtime if fresh and path.is_file() else 0)


@cache
def _hash(path: Path, _modified: float) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None


def day(value: date | str | None) -> str:
    """“25 Jan 2018”; an ISO day is taken too; empty for None. Not `strftime`: that follows the process's locale."""
    value = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}" if value else ""


def long_day(value: date | str | None) -> str:
    """“25 January 2018”."""
    value = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value else ""


def instant(value: datetime | None) -> str:
    """“24 Nov 2026, 14:05” in the team's zone."""
    if value is None:
        return ""
    local = value.astimezone(scope.settings().zone)
    return f"{day(local.date())}, {local:%H:%M}"


def wall(value: datetime, zone: ZoneInfo) -> str:
    """“Thu 19:00 PST”: a moment by the clock of a policy's zone, seen from the moment of this request."""
    return in_words(value, zone, g.at)


def local_day(value: datetime) -> str:
    """“24 Nov 2026”: the day of an instant in the team's zone."""
    return day(value.astimezone(scope.settings().zone).date())


def count(n: int, one: str, many: str | None = None) -> str:
    """“1 item”, “3 items”."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def document(data: bytes) -> Markup:
    """A whole document as HTML, made harmless by the renderer."""
    return Markup(render(data))


def fragment(markdown: str | bytes) -> Markup:
    """A part of a document (a section, a timeline entry) as HTML, without anchors."""
    return Markup(render(markdown.encode() if isinstance(markdown, str) else markdown, anchors=False))


def inline(markdown: str) -> Markup:
    """One line of Markdown as HTML, for a sentence in a list."""
    return Markup(render_inline(markdown))


def initials(name: str) -> str:
    """Two letters that stand for a person: “Ada Lovelace” is AL, “ada” is AD."""
    words = name.replace("@", " ").replace(".", " ").replace("-", " ").split()
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]).upper()


def token() -> Markup:
    """The hidden field that every form which changes something carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def described(field: Field) -> dict[str, str]:
    """Attributes that tie a field to its hint and its errors."""
    parts = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-errors"] * bool(field.errors)
    return {
        **({"aria-describedby": " ".join(parts)} if parts else {}),
        **({"aria-invalid": "true"} if field.errors else {}),
    }


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
