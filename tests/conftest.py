"""What every test can ask for.

    corpus         the folder of real documents (../shared/corpus), read-only; the test is skipped where it is missing
    make_database  a function: each call gives the URL of a fresh, migrated, empty database
    database_url   one of those
    engine         an engine on it
    session        a writing session on it, rolled back unless the test commits. It holds SQLite's one write lock from its
                   first statement to its commit: commit before a client or a command is to write
    cast           the same people everywhere: admin, editor, reader, stranger (a reader whom nothing names); committed
    settings       Settings for database_url and a temporary data folder
    app, client    the application on these settings, and Flask's test client

Every test that asks for a database, directly or not, runs on SQLite and on PostgreSQL: `--database both` (what
`make test` says), or only on the one named; without the option on SQLite. `@pytest.mark.databases("sqlite")` keeps a
test to one of them for a reason that it states.

Where something is missing tests are skipped and say how to get it; with CI=true in the environment a skip is a failure.
"""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.databases import HOW_TO_INSTALL, Databases, SqliteDatabases, postgresql_programs, postgresql_server

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tracker.config import Settings
    from tracker.store.models import Person

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
IN_CI = os.environ.get("CI") == "true"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)

hypothesis.settings.register_profile("dev", deadline=None, max_examples=40)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=80, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql", "both"), default="sqlite", help="what to run on")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "databases(*names): run on these databases only, for a reason that the test states")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "dialect" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("database")
        names = ["sqlite", "postgresql"] if chosen == "both" else [chosen]
        marker = metafunc.definition.get_closest_marker("databases")
        metafunc.parametrize("dialect", [n for n in names if marker is None or n in marker.args], scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that the chosen database leaves without a case is not selected, rather than skipped."""
    empty = [
        item
        for item in items
        if any(mark.name == "skip" and "empty parameter set" in str(mark) for mark in item.own_markers)
    ]
    if empty:
        config.hook.pytest_deselected(items=empty)
        items[:] = [item for item in items if item not in empty]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _no_skips_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _no_skips_in_ci(report)


def _no_skips_in_ci(report: Any) -> Any:
    """CI has everything, so a test that is skipped there has not been run, and that is a failure."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {reason}"
    return report


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip(f"no real documents beside the checkout ({CORPUS})")
    return CORPUS


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Databases]:
    programs = postgresql_programs()
    if programs is None:
        pytest.skip(HOW_TO_INSTALL)
    with postgresql_server(programs) as server:
        yield server


@pytest.fixture(scope="session")
def databases(dialect: str, request: pytest.FixtureRequest) -> Databases:
    """By name, so that going from one to the other and back does not start the server anew."""
    found: Databases = request.getfixturevalue(dialect)
    return found


@pytest.fixture
def make_database(databases: Databases) -> Iterator[Callable[[], str]]:
    made: list[str] = []

    def make() -> str:
        made.append(databases.fresh())
        return made[-1]

    yield make
    for url in made:
        databases.drop(url)


@pytest.fixture
def database_url(make_database: Callable[[], str]) -> str:
    return make_database()


@pytest.fixture
def engine(database_url: str) -> Iterator["Engine"]:
    from tracker.store.engine import make_engine

    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: "Engine") -> Iterator["Session"]:
    from tracker.store.engine import sessions

    with sessions(engine).writing() as session:
        yield session


@dataclass(frozen=True)
class Cast:
    """The same people in every test that asks who may do what."""

    admin: "Person"
    editor: "Person"
    reader: "Person"
    stranger: "Person"


@pytest.fixture
def cast(session: "Session") -> Cast:
    from tracker.domain.claims import Role
    from tracker.store.models import Person

    def person(name: str, role: Role) -> "Person":
        return Person(name=name, email=f"{name.lower()}@example.org", role=role, created_at=NOW)

    cast = Cast(
        admin=person("Ada", Role.ADMIN),
        editor=person("Edith", Role.EDITOR),
        reader=person("Rosa", Role.READER),
        stranger=person("Sam", Role.READER),
    )
    session.add_all([cast.admin, cast.editor, cast.reader, cast.stranger])
    session.commit()
    return cast


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> "Settings":
    from tracker.config import Settings

    return Settings(data_dir=tmp_path / "instance", database_url=database_url, secret_key="a secret for tests only")


@pytest.fixture
def app(settings: "Settings") -> Iterator["Flask"]:
    from tracker.factory import create_app

    app = create_app(settings)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    return app.test_client()
