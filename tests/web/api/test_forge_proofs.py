"""Proving an item by a forge through the API: what is told, and who may make this server ask."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.policy.servers.forge_stub import ForgeStub
from tests.policy_world import PolicyWorld
from tests.web.api.conftest import Api
from tracker.config import Settings

DAY = timedelta(days=1)


@pytest.fixture
def forge() -> Iterator[ForgeStub]:
    with ForgeStub() as forge:
        repo, now = forge.github("acme/hub"), datetime.now(UTC)
        repo.push("prod", at=now - 30 * DAY)
        repo.require("prod", "staging-online")
        pull = repo.open("prod", at=now - DAY)
        repo.check(pull["head"]["sha"], "staging-online", "success", at=now - DAY)
        repo.merge(pull, at=now - DAY)
        yield forge


@pytest.fixture
def settings(settings: Settings, forge: ForgeStub) -> Settings:
    from dataclasses import replace

    return replace(settings, github_api=forge.github_api)


def test_an_item_is_proven_and_the_answers_come_back(api: Api, world: PolicyWorld) -> None:
    body = {"item": world.keys[1], "repo": "acme/hub", "branch": "prod", "contexts": ["staging-online"]}
    told = api.told("POST", "/proofs/forge", body, token=world.editor, status=201)
    (proof,) = told["proofs"]
    assert proof["standing"] == "holding" and proof["answers"]["required"]["answer"] == "yes"
    assert api.ask("POST", "/proofs/forge", body, token=world.editor).status_code == 409
    shown = api.told("GET", f"/action-items/{world.keys[1]}/verification", token=world.editor)
    assert "staging-online" in str(shown)


@pytest.mark.parametrize("who", ["reader", "ci", None])
def test_nobody_else_makes_this_server_ask(api: Api, world: PolicyWorld, forge: ForgeStub, who: str | None) -> None:
    body = {"item": world.keys[1], "repo": "acme/hub", "branch": "prod", "contexts": ["staging-online"]}
    answer = api.ask("POST", "/proofs/forge", body, token=getattr(world, who) if who else None)
    assert answer.status_code == (403 if who else 401) and forge.asked == []


def test_what_is_wrong_is_said(api: Api, world: PolicyWorld, forge: ForgeStub) -> None:
    body = {"item": world.keys[1], "repo": "acme/none", "branch": "prod", "contexts": ["staging-online"]}
    assert api.ask("POST", "/proofs/forge", body, token=world.editor).status_code == 404
    assert api.ask("POST", "/proofs/forge", {**body, "repo": "hub"}, token=world.editor).status_code == 422
    assert api.ask("POST", "/proofs/forge", {**body, "item": "A999"}, token=world.editor).status_code == 404


def test_the_command_prints_the_answers(
    api: Api, world: PolicyWorld, monkeypatch: pytest.MonkeyPatch, app: Flask, settings: Settings
) -> None:
    from tracker.cli.context import Context
    from tracker.cli.prove_forge import prove_by_forge

    def lines(key: str) -> str:
        context = Context()
        found: Any = prove_by_forge(context, key, repo="acme/hub", branch="prod", contexts=["staging-online"])
        try:
            return "\n".join(found)
        finally:
            context.close()

    monkeypatch.setenv("TRACKER_SERVER", api.url)
    monkeypatch.setenv("TRACKER_TOKEN", world.editor)
    through_the_server = lines(world.keys[1])
    monkeypatch.delenv("TRACKER_SERVER")
    monkeypatch.setenv("TRACKER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TRACKER_GITHUB_API", settings.github_api)
    on_the_database = lines(world.keys[2])
    assert "required      yes: prod of acme/hub requires staging-online" in through_the_server
    assert "It holds" in through_the_server
    assert on_the_database == through_the_server.replace(world.keys[1], world.keys[2])
