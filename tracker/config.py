"""Every setting: its name, type, default and meaning, in one table, from which the docs are written.

Each is read from the environment as `TRACKER_` and its name in capitals.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracker.domain.errors import Invalid


def setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Settings:
    data_dir: Path = setting(Path("instance"), "The folder that holds the SQLite database and the secret key.")
    database_url: str = setting("", "Where the data is: empty for SQLite in the data folder, or postgresql+psycopg://…")
    url: str = setting(
        "", "Where people reach the tracker, for links. Empty: what the browser asked for, or `tracker serve` says."
    )
    secret_key: str = setting("", "Signs forms and cookies. Empty: one is made and kept in the data folder.")
    timezone: str = setting("UTC", "The team's time zone by its IANA name; it decides what “today” is.")
    public_read: bool = setting(False, "People who are not signed in may read what is public.")
    title: str = setting("Postmortems", "What the pages call themselves.")
    max_document_bytes: int = setting(256 * 1024, "The largest document that is taken, in bytes.")
    max_upload_bytes: int = setting(50 * 1024 * 1024, "The most that one upload or archive may unpack to, in bytes.")
    max_upload_files: int = setting(2000, "The most files in one upload or archive.")
    session_days: int = setting(30, "A sign-in ends after so many days.")
    idle_days: int = setting(14, "A sign-in also ends if nothing was changed with it for so many days.")
    link_hours: int = setting(72, "A one-time sign-in link is good for so many hours.")
    tick_minutes: int = setting(
        5, "How often `tracker tick` is run, at the latest. After three times that the tracker knows that it was away."
    )
    https: bool = setting(False, "The site is reached over https only: cookies are marked secure, HSTS is sent.")
    allowed_hosts: str = setting(
        "", "Hosts and nets that checks may ask although they are not public: hub.internal, *.hub.internal, 10.1.0.0/16."
    )
    allowed_hosts_only: bool = setting(False, "Checks that this server runs ask nothing but the allowed hosts.")
    github_token: str = setting("", "Read access to GitHub: 5,000 requests an hour instead of 60, and private repos.")
    github_api: str = setting("https://api.github.com", "Where GitHub's API is; another one for GitHub Enterprise.")
    gitlab_token: str = setting("", "Read access (read_api) to GitLab, which tells little without one.")
    gitlab_api: str = setting("https://gitlab.com/api/v4", "Where GitLab's API is; another one for a GitLab of your own.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, **changes: Any) -> "Settings":
        """Read the environment; `changes` win over it. Raises `Invalid` naming the variable and what it takes."""
        values: dict[str, Any] = {}
        for one in fields(cls):
            name = f"TRACKER_{one.name.upper()}"
            if (raw := environ.get(name, "")) != "":
                values[one.name] = _parse(name, raw, type(one.default))
        settings = cls(**{**values, **changes})
        try:
            ZoneInfo(settings.timezone)
        except (KeyError, ValueError, OSError):
            raise Invalid(f"TRACKER_TIMEZONE={settings.timezone} is no time zone: use a name such as Europe/Oslo.") from None
        if settings.url and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", settings.url):
            raise Invalid(f"TRACKER_URL={settings.url} is no address: use one such as https://tracker.example.org.")
        if "://" in settings.allowed_hosts:
            raise Invalid(f"TRACKER_ALLOWED_HOSTS={settings.allowed_hosts}: name hosts and nets, without https://.")
        return settings

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The database's URL for SQLAlchemy."""
        return self.database_url or f"sqlite:///{self.data_dir.expanduser().absolute() / 'tracker.db'}"


def _parse(name: str, raw: str, kind: type) -> Any:
    if kind is bool:
        if raw.lower() in ("1", "true", "yes", "on"):
            return True
        if raw.lower() in ("0", "false", "no", "off"):
            return False
        raise Invalid(f"{name}={raw} is neither yes nor no: use 1 or 0.")
    if kind is int:
        if raw.isdecimal() and int(raw) > 0:
            return int(raw)
        raise Invalid(f"{name}={raw} is not a whole number above zero.")
    return Path(raw).expanduser() if issubclass(kind, Path) else raw
