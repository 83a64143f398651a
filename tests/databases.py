"""Real databases for the tests: a migrated template made once, and a fresh copy of it for whoever asks.

SQLite is copied as a file. PostgreSQL is the system's own server, started in a temporary folder, reached by a Unix
socket only, and thrown away at the end; one per xdist worker, so that workers share nothing.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

HOW_TO_INSTALL = "no PostgreSQL server found: `apt-get install postgresql` brings one (no need to start it)"
# The server ends when its input does, so also when the tests are killed; at once, since nobody needs what is in it.
UNTIL_ITS_INPUT_ENDS = '"$@" & read line; kill -QUIT $!; wait; rm -rf "$0"'
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class Databases(Protocol):
    """Gives databases that are migrated to the newest revision, and empty."""

    def fresh(self) -> str:
        """The SQLAlchemy URL of one that nobody else uses."""

    def empty(self) -> str:
        """The URL of one without any table."""

    def drop(self, url: str) -> None: ...


class SqliteDatabases:
    """Files in `folder`; a fresh database is a copy of the template file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.numbers = folder, count(1)
        self.template: Path | None = None

    def fresh(self) -> str:
        if self.template is None:
            url = self.empty()
            _migrate(url)
            self.template = Path(url.removeprefix("sqlite:///"))
        path = self._path(next(self.numbers))
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        return f"sqlite:///{self._path(next(self.numbers))}"

    def drop(self, url: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.db"


class PostgresqlDatabases:
    """Databases of the server whose socket is in `socket`; a fresh one is a copy of the template database."""

    def __init__(self, socket: Path) -> None:
        self.socket, self.numbers = socket, count(1)
        self.template: str | None = None

    def fresh(self) -> str:
        if self.template is None:
            url = self.empty()
            _migrate(url)
            self.template = _name(url)
        return self._create(f"TEMPLATE {self.template}")

    def empty(self) -> str:
        return self._create("")

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _create(self, how: str) -> str:
        name = f"t{next(self.numbers)}"
        self._run(f"CREATE DATABASE {name} {how}")
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket}"

    def _run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(host=str(self.socket), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def postgresql_programs() -> Path | None:
    """The folder with initdb and postgres: on the PATH, or where Debian puts them. None where there is no server."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    return max(versions, key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def postgresql_server(programs: Path) -> Iterator[PostgresqlDatabases]:
    """Start a server of its own and stop it at the end. Root may not run PostgreSQL, so root becomes `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgresql-"))
    identity: dict[str, object] = {}
    if os.getuid() == 0:
        identity = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **identity}
    data = folder / "data"
    make = [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(make, check=True, **quiet)  # type: ignore[call-overload]
    options = [f"-c{option}" for option in (*FAST_AND_FORGETFUL, "listen_addresses=", f"unix_socket_directories={folder}")]
    with (folder / "log").open("wb") as log:
        command = ["sh", "-c", UNTIL_ITS_INPUT_ENDS, folder, programs / "postgres", "-D", data, *options]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log, **quiet)  # type: ignore[call-overload]
    try:
        _wait_for(server, folder)
        yield PostgresqlDatabases(folder)
    finally:
        server.stdin.close()
        server.wait(timeout=30)


def _wait_for(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")


def _migrate(url: str) -> None:
    from tracker.store import migrate

    migrate.upgrade(url)
