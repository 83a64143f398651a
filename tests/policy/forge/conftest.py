import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.policy.servers.forge_stub import ForgeStub
from tracker.policy.addresses import Allowed
from tracker.policy.forge import Forges
from tracker.policy.http_client import Client


@pytest.fixture
def forge() -> Iterator[ForgeStub]:
    with ForgeStub() as forge:
        yield forge


@pytest.fixture
def forges(forge: ForgeStub) -> Callable[..., Forges]:
    """`forges(github_token="…")`: how the server reaches the stub."""
    client = Client(Allowed.parse("127.0.0.1"))
    return lambda **tokens: Forges(http=client, github_api=forge.github_api, gitlab_api=forge.gitlab_api, **tokens)


@pytest.fixture
def github(forges: Callable[..., Forges]) -> Callable[..., Any]:
    """`github(token="…", budget=5)`: acme/hub, ready to be asked."""

    def ask(token: str = "", budget: int = 50, **more: Any) -> Any:
        deadline = time.monotonic() + 5
        return forges(github_token=token).repo("github", "acme/hub", budget=budget, deadline=deadline, **more)

    return ask


@pytest.fixture
def gitlab(forges: Callable[..., Forges]) -> Callable[..., Any]:
    def ask(token: str = "member", budget: int = 50) -> Any:
        deadline = time.monotonic() + 5
        return forges(gitlab_token=token).repo("gitlab", "acme/infra/hub", budget=budget, deadline=deadline)

    return ask
