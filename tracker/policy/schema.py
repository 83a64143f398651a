"""The JSON Schema of policy files, for editors: they complete keys, show what each means and mark what is none."""

import json
import re
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from tracker.policy.checks import Check
from tracker.policy.durations import written
from tracker.policy.model import Policy

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LENGTH = TypeAdapter(timedelta)
ISO_LENGTH = re.compile(r"P(\d+D)?(T[\dHMS]+)?")


def schema() -> dict[str, Any]:
    """The schema as a value. It accepts whatever the models accept; they alone refuse what takes a look at two places."""
    whole = _tidied(Policy.model_json_schema(by_alias=True))
    common = _tidied(Check.model_json_schema(by_alias=True))
    shared = {**common["properties"], "with": True, "kind": True}
    for definition in whole["$defs"].values():
        if "kind" in definition.get("properties", {}):
            definition["properties"] = {
                name: {"$ref": f"#/$defs/Check/properties/{name}"} if said == shared.get(name) else said
                for name, said in definition["properties"].items()
            }
    whole["$defs"]["Check"] = {
        "required": ["id"],
        "properties": {name: said for name, said in shared.items() if said is not True},
    }
    return {"$schema": DIALECT, "title": "Deployment policy", **whole}


def schema_text() -> str:
    """As it stands in policy/policy.schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _tidied(said: Any) -> Any:
    """Without the titles that pydantic makes of names, and with lengths of time as the language writes them (P7D is 7d)."""
    if isinstance(said, list):
        return [_tidied(one) for one in said]
    if not isinstance(said, dict):
        return said
    tidy = {name: _tidied(one) for name, one in said.items() if name != "title" or not isinstance(one, str)}
    if ISO_LENGTH.fullmatch(str(said.get("default"))):
        tidy["default"] = written(LENGTH.validate_python(said["default"]))
    return tidy
