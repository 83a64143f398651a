"""What the tests of pages share: a small world of incidents, seen by different people."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.web.world import World, make_world
from tracker.config import Settings
from tracker.factory import create_app


@pytest.fixture
def world(session, cast) -> World:
    return make_world(session, cast)


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Build the application with some settings changed; its connections are closed when the test ends."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        made.append(create_app(replace(settings, **changes)))
        return made[-1]

    yield make
    for app in made:
        app.extensions["engine"].dispose()
