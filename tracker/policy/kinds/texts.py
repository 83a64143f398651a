"""What may stand in a check's texts: `{{ stage.url }}`, `${env:NAME}`, `${secret:NAME}`; and taking secrets out again.

There is no template engine: a dotted name is looked up in a fixed table, and that is all.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from tracker.policy.kinds.context import Context, CouldNotFindOut

NAME = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
VARIABLE = re.compile(r"\$\{(env|secret):([A-Za-z_][A-Za-z0-9_]*)\}")
HIDDEN = "•••"


def expand(value: Any, ctx: Context) -> Any:
    """`value` with its names and variables filled in; lists and mappings too. Raises `CouldNotFindOut` for what is not set.

    Names first, so that nothing which a variable holds is ever looked up as a name.
    """
    if isinstance(value, str):
        parts = VARIABLE.split(value)  # text, "env" or "secret", name, text, …
        texts = [_names(text, ctx) for text in parts[0::3]]
        values = [_variable(kind, name, ctx) for kind, name in zip(parts[1::3], parts[2::3], strict=True)]
        return "".join(text + held for text, held in zip(texts, [*values, ""], strict=True))
    if isinstance(value, Mapping):
        return {key: expand(one, ctx) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [expand(one, ctx) for one in value]
    return value


def _names(text: str, ctx: Context) -> str:
    table = names(ctx)

    def filled(match: re.Match[str]) -> str:
        name = match[1]
        if name not in table:
            raise CouldNotFindOut(f"{{{{ {name} }}}} is no name that a policy knows: {', '.join(sorted(table))}.")
        if (found := table[name]) is None:
            raise CouldNotFindOut(f"{{{{ {name} }}}} is empty: give it a value in the policy.")
        return found

    return NAME.sub(filled, text)


def names(ctx: Context) -> dict[str, str | None]:
    """Every name that `{{ … }}` knows, with its value; None where the policy leaves it out."""
    stage, deployment, change = ctx.stage, ctx.deployment, ctx.change
    before = next((one for one in deployment.stages if one.id == stage.promotes_from), None)
    return {
        "policy.name": ctx.policy.name,
        "deployment.id": deployment.id,
        "deployment.title": deployment.title,
        "deployment.repo": deployment.repo,
        "stage.id": stage.id,
        "stage.url": stage.url,
        "stage.promotes_from.id": before.id if before else None,
        "stage.promotes_from.url": before.url if before else None,
        "change.new": change.new if change else None,
        "change.content_id": change.content_id if change else None,
    }


def _variable(kind: str, name: str, ctx: Context) -> str:
    if ctx.change is not None and ctx.change.fork:
        raise CouldNotFindOut("The change comes from a fork: it is shown no secret.")
    held = (ctx.environ if kind == "env" else ctx.secrets).get(name)
    if not held:
        what = f"The environment variable {name}" if kind == "env" else f"The server's secret {name}"
        raise CouldNotFindOut(f"{what} is not set where this check runs.")
    ctx.revealed.add(held)
    return held


def redact(evidence: Any, secrets: Iterable[str]) -> Any:
    """`evidence` with every one of `secrets` hidden wherever it stands, as it is, in an address, or in JSON."""
    forms = {form for held in secrets if held for form in (held, quote(held, safe=""), json.dumps(held)[1:-1])}
    return _hide(evidence, sorted(forms, key=len, reverse=True)) if forms else evidence


def _hide(value: Any, forms: list[str]) -> Any:
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, HIDDEN)
        return value
    if isinstance(value, Mapping):
        return {_hide(key, forms): _hide(one, forms) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(one, forms) for one in value]
    return value
