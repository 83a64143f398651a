"""Every key of the policy language as Markdown tables, from the models: what docs/policy.md holds, and a test compares."""

from collections.abc import Iterator
from typing import Any

from tracker.policy.schema import schema

# (what the heading says, the definition in the schema): in the order in which a file has them
PARTS = (
    ("The file", ""),
    ("An entry of `terms`", "Term"),
    ("An entry of `deployments`", "Deployment"),
    ("An entry of `stages`", "Stage"),
    ("A window, under its id in `windows`", "Window"),
    ("An entry of `rules`", "Rule"),
    ("An entry of `checks`, whatever its kind", "Check"),
    ("`applies_to`", "AppliesTo"),
    ("`rollback`", "Rollback"),
    ("`recovery`", "Recovery"),
    ("`break_glass`", "BreakGlass"),
)
# Defaults of a check that depend on its kind, which no single schema says.
VARIES = {
    "fail_after": "3 for http, command, branch_rules, commit_status, pushed; else 1",
    "pass_after": "2 for http, command, branch_rules, commit_status, pushed; else 1",
    "grace": "0; 7d for acknowledged",
    "runs_on": "either; some kinds always run on the server, or in CI",
    "mode": "guard; condition for what only watches (see below)",
}


def parts() -> str:
    """The tables of everything but the parameters of kinds."""
    whole = schema()
    definitions = {"": whole, **whole["$defs"]}
    return "\n".join(f"### {heading}\n\n{_table(definitions[name], whole)}" for heading, name in PARTS)


def kinds() -> str:
    """One table for each kind of check: what stands under `with`."""
    whole = schema()
    tables = []
    for kind, reference in whole["properties"]["checks"]["items"]["discriminator"]["mapping"].items():
        check = _resolved({"$ref": reference}, whole)
        params = _resolved(check["properties"]["with"], whole)
        tables.append(f"### `{kind}`\n\n{params['description']}\n\n{_table(params, whole)}")
        for name, said in params["properties"].items():
            if "$ref" in said and (inner := _resolved(said, whole)).get("properties"):
                tables.append(f"Under `{name}`:\n\n{_table(inner, whole)}")
    return "\n".join(tables)


def _table(definition: dict[str, Any], whole: dict[str, Any]) -> str:
    rows = [["key", "takes", "default", "meaning"], ["---", "---", "---", "---"]]
    for name, said in definition["properties"].items():
        meaning = said.get("description") or _resolved(said, whole).get("description", "")
        default = VARIES.get(name) if "kind" in definition.get("properties", {}) or name == "mode" else None
        if default is None:
            default = "must be stated" if name in definition.get("required", ()) else _default(said.get("default"))
        rows.append([f"`{name}`", _takes(said, whole), default, meaning])
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)


def _default(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return "see its keys" if isinstance(value, dict) else str(value)


def _takes(said: dict[str, Any], whole: dict[str, Any]) -> str:
    """“text”, “length of time”, “list of text”, “soft, hard or advisory”."""
    said = _resolved(said, whole)
    if said.get("examples") == ["30m"]:
        return "length of time"
    if "anyOf" in said:
        return " or ".join(dict.fromkeys(word for one in said["anyOf"] if (word := _takes(one, whole)) != "nothing"))
    if "const" in said:
        return f"`{said['const']}`"
    if "enum" in said:
        return ", ".join(f"`{one}`" for one in said["enum"])
    if said.get("type") == "array":
        return f"list of {_takes(said['items'], whole)}" if "items" in said else "list"
    if said.get("type") == "object" and "properties" not in said:
        return "keys and values"
    if said.get("format") == "date":
        return "day"
    words = {"string": "text", "integer": "number", "boolean": "true or false", "null": "nothing", "object": "keys"}
    return words.get(str(said.get("type")), "keys")


def _resolved(said: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in said and said["$ref"].startswith("#/"):
        here: Any = whole
        for step in said["$ref"][2:].split("/"):
            here = here[step]
        said = here
    return said


def everything() -> Iterator[str]:
    """The two blocks as they stand in docs/policy.md."""
    yield parts()
    yield kinds()
