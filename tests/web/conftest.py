"""What the tests of pages share: a small world of incidents, seen by different people."""

import pytest

from tests.web.world import World, make_world


@pytest.fixture
def world(session, cast) -> World:
    return make_world(session, cast)
