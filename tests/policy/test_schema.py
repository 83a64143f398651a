"""The JSON Schema of policy files: current, and never stricter than the models."""

import copy
import json
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.policy.test_load import EXAMPLE, ROOT
from tracker.policy.checks import Check
from tracker.policy.model import policy_from
from tracker.policy.problems import kinds
from tracker.policy.schema import schema, schema_text
from tracker.policy.yaml_tree import parse

FILE = ROOT / "policy" / "policy.schema.json"
SCHEMA = jsonschema.Draft202012Validator(schema())
POLICY: dict[str, Any] = parse(EXAMPLE.decode(), "p").value
# every kind, with every key of its parameters
EVERY_KIND: dict[str, dict[str, Any]] = {
    "http": {
        "url": "{{ stage.url }}",
        "method": "HEAD",
        "headers": {"Accept": "*/*"},
        "expect": {
            "status": [200, 204],
            "body_contains": "ok",
            "body_not_contains": "sign in",
            "json": {"status": "ok", "n": 1},
            "max_ms": 500,
            "cert_days_left": 7,
        },
        "follow_redirects": True,
        "attempts": 2,
        "wait": 0,
        "need": 2,
    },
    "deployed_on": {"stage": "staging", "min_age": "1h30m", "max_age": "2w", "match": "tree", "source": "records"},
    "attestation": {
        "statement": "s",
        "subject": "content",
        "max_age": "1d",
        "by_roles": ["editor"],
        "count": 2,
        "not_author": True,
    },
    "acknowledged": {"document": "d", "who": "all-with-role", "role": "admin", "every": "180d"},
    "window": {"windows": ["lab-hours"]},
    "target": {
        "must_name": ["stage"],
        "confirm": "always",
        "forbid_ambiguous": False,
        "allow_shared": True,
        "allow": ["a"],
        "max_files": 3,
    },
    "branch_rules": {
        "forge": "gitlab",
        "repo": "a/b/c",
        "branch": "prod",
        "required_checks": ["x"],
        "expected_app_id": 1,
        "require_pull_request": True,
        "forbid_force_push": True,
        "forbid_bypass_actors": True,
    },
    "commit_status": {"forge": "github", "repo": "a/b", "branch": "prod", "contexts": ["x"], "on": "merged-parent"},
    "action_items": {"priorities": ["P0", "P1"], "state": "regressed", "grace": "7d"},
    "no_open_incident": {"min_severity": "SEV 1"},
    "command": {"argv": ["x"], "cwd": ".", "env": ["A"], "pass_codes": [0], "fail_codes": [], "output": "json"},
    "pushed": {"source": "the nightly restore"},
}


def of_kind(kind: str) -> dict[str, Any]:
    policy = copy.deepcopy(POLICY)
    policy["checks"].append({"id": "another", "kind": kind, "with": copy.deepcopy(EVERY_KIND[kind])})
    return policy


def test_the_schema_in_the_repo_is_that_of_the_models() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run: tracker policy schema > policy/policy.schema.json"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_example_fits_the_schema_for_others_too() -> None:
    files = [str(FILE), str(ROOT / "policy" / "datahub.yaml")]
    checked = [sys.executable, "-m", "check_jsonschema", "--schemafile", *files]
    done = subprocess.run(checked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", kinds())
def test_every_key_of_every_kind_is_in_the_schema(kind: str) -> None:
    policy = of_kind(kind)
    assert not list(SCHEMA.iter_errors(policy))
    made = policy_from(policy).checks[-1].with_
    assert {field.alias or name for name, field in type(made).model_fields.items()} == set(EVERY_KIND[kind])
    policy["checks"][-1]["with"] = {**EVERY_KIND[kind], "nonsense": 1}
    assert list(SCHEMA.iter_errors(policy))


def test_the_schema_explains_each_key() -> None:
    for name, definition in schema()["$defs"].items():
        for key, said in definition.get("properties", {}).items():
            if "$ref" not in said and key not in ("kind", "with", "fail_after", "pass_after"):
                assert said.get("description"), f"{name}.{key}"
    assert all(field.description for field in Check.model_fields.values())


# Values that a person might write in place of any other.
VALUES = st.sampled_from(
    [None, True, 0, 1, -1, 3, 2.5, "", "x", "prod", "staging", "30m", "0", "1h30m", "2018-01-16", "2018-01-16T08:00:00",
     "2018-01-16 08:00", "refs/heads/x", "https://example.org", "A7 Words of it", "A7", "term", "FREQ=DAILY", "hard",
     "advisory", "condition", "cli", "a/b", [], ["x"], ["prod"], [0], ["A1 x", "A2"], {}, {"x": "y"}, [["x"]]]
)  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += places(value[key], (*path, key))
    return found


@given(st.sampled_from(kinds()), st.data())
def test_the_schema_accepts_whatever_the_models_accept(kind: str, data: st.DataObject) -> None:
    policy = of_kind(kind)
    policy["checks"][-1].update(
        data.draw(st.sampled_from([{}, {"fresh_for": "2d", "was": "old", "why": "w", "grace": "1d"}]))
    )
    for _ in range(data.draw(st.integers(1, 3))):
        *inside, last = data.draw(st.sampled_from(places(policy)))
        holder = policy
        for step in inside:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[last] = copy.deepcopy(data.draw(VALUES))
        else:
            del holder[last]
    try:
        policy_from(policy)
    except ValidationError:
        assume(False)
    assert [error.message for error in SCHEMA.iter_errors(policy)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("naem",), "x"),
        (("name",), 3),
        (("deployments",), []),
        (("deployments", 0, "stages", 0, "protected"), "yes"),
        (("checks", 0, "kind"), "nonsense"),
        (("checks", 0, "proves"), ["2"]),
        (("checks", 0, "timeout"), "soon"),
        (("checks", 3, "with", "urll"), "x"),
        (("windows", "lab-hours", "rules", 0, "start"), "8:00"),
    ],
)
def test_the_schema_refuses_what_editors_should_mark(path: tuple, value: Any) -> None:
    policy = copy.deepcopy(POLICY)
    holder: Any = policy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert list(SCHEMA.iter_errors(policy))
    with pytest.raises(ValidationError):
        policy_from(policy)


def test_the_schema_is_printed_by_the_command() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tracker", "policy", "schema"], capture_output=True, check=True, cwd=ROOT
    )
    assert json.loads(printed.stdout) == schema()
