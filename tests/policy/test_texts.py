"""Names and variables in a check's texts, and that no secret comes out of it again."""

import json
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.policy.kinds import Context, CouldNotFindOut, expand, redact
from tracker.policy.values import Change


def context(**more: Any) -> Context:
    staging = SimpleNamespace(id="staging", url="https://staging.example.org", promotes_from=None)
    prod = SimpleNamespace(id="prod", url=None, promotes_from="staging")
    hub = SimpleNamespace(id="datahub", title="Hub", repo=None, stages=[staging, prod])
    given: dict[str, Any] = {
        "policy": SimpleNamespace(name="hubs"),
        "deployment": hub,
        "stage": prod,
        "check": SimpleNamespace(id="one"),
        "now": datetime(2026, 11, 24, tzinfo=UTC),
        "deadline": time.monotonic() + 5,
        "environ": {"TOKEN": "s3cr3t/+x", "BRACES": "{{ stage.id }}"},
        "secrets": {"FORGE": "f0rg3"},
    }
    return Context(**given | more)


def test_names_and_variables_are_filled_in_wherever_they_stand() -> None:
    value = {"url": "{{ stage.promotes_from.url }}/hub/health", "headers": ["token ${env:TOKEN}", 7], "on": True}
    assert expand(value, context()) == {
        "url": "https://staging.example.org/hub/health",
        "headers": ["token s3cr3t/+x", 7],
        "on": True,
    }


def test_what_a_variable_holds_is_not_looked_up_again() -> None:
    assert expand("${env:BRACES}", context()) == "{{ stage.id }}"


@pytest.mark.parametrize("text", ["{{ stage.url }}", "{{ nobody.knows }}", "${env:NOT_SET}", "${secret:TOKEN}"])
def test_what_is_not_set_could_not_be_found_out(text: str) -> None:
    with pytest.raises(CouldNotFindOut):
        expand(text, context())


def test_a_change_from_a_fork_is_shown_no_secret() -> None:
    with pytest.raises(CouldNotFindOut, match="fork"):
        expand("${env:TOKEN}", context(change=Change(deployment="datahub", stage="prod", fork=True)))


def test_what_was_looked_up_is_remembered_so_that_it_can_be_hidden() -> None:
    ctx = context()
    expand(["${env:TOKEN}", "${secret:FORGE}"], ctx)
    assert ctx.revealed == {"s3cr3t/+x", "f0rg3"}
    shown = redact({"s3cr3t/+x": ["in f0rg3 here", "?t=s3cr3t%2F%2Bx", 3]}, ctx.revealed)
    assert shown == {"•••": ["in ••• here", "?t=•••", 3]}


secrets = st.text(min_size=1, max_size=12).filter(lambda text: "•" not in text)


@given(secret=secrets, before=st.text(max_size=5), after=st.text(max_size=5))
def test_a_secret_never_stays_in_evidence(secret: str, before: str, after: str) -> None:
    evidence = {"a": [before + secret + after, {"b": json.dumps(secret)}]}
    hidden = redact(evidence, [secret])
    assert secret not in hidden["a"][0] and secret not in hidden["a"][1]["b"]
