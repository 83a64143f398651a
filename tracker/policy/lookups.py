"""The names and variables in a check's texts (`{{ stage.url }}`, `${env:NAME}`), looked up for every stage it is for."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tracker.policy.kinds.context import Context
from tracker.policy.kinds.texts import NAME, VARIABLE, names
from tracker.policy.model import Check, Policy
from tracker.policy.problems import Path, Problem, Source, did_you_mean

AT_THE_GATE = "change."  # these have a value only while a change is judged


def texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text in a value, with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, (*path, key))
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value):
            yield from texts(one, (*path, n))


def wrong_lookups(policy: Policy, check: Check, at: Path, source: Source) -> Iterator[Problem]:
    """Names that are none, names without a value on a stage that the check is for, and braces that are never closed."""
    for path, text in texts(check.with_.model_dump(mode="json", by_alias=True), (*at, "with")):
        if check.kind == "command":  # its arguments may have braces of their own: `docker inspect -f {{.State}}`
            pass
        elif "{{" in NAME.sub("", text):
            written = re.search(r"\{\{.*?(\}\}|$)", NAME.sub("", text), re.DOTALL)
            fix = "Write a name such as {{ stage.url }}: a dotted look-up, and nothing else."
            yield source.error(path, f"`{written[0] if written else text}` is no look-up.", fix)
        elif "${" in VARIABLE.sub("", text):
            fix = "Write ${env:NAME} for CI or ${secret:NAME} for the server."
            yield source.error(path, "`${` begins a variable, and none follows.", fix)
        for name in dict.fromkeys(NAME.findall(text)):
            yield from _looked_up(policy, check, name, path, source)


def _looked_up(policy: Policy, check: Check, name: str, path: Path, source: Source) -> Iterator[Problem]:
    for deployment, stage in policy.places(check):
        table = names(_nothing_yet(policy, check, deployment, stage))
        if name not in table:
            yield source.error(path, f"there is no `{{{{ {name} }}}}`.", did_you_mean(name, table))
            return
        if table[name] is None and not name.startswith(AT_THE_GATE):
            message = f"`{{{{ {name} }}}}` is empty for {deployment.id}/{stage.id}."
            yield source.error(path, message, "Give that stage what is missing, or narrow `applies_to`.")


def _nothing_yet(policy: Policy, check: Check, deployment: Any, stage: Any) -> Context:
    now = datetime.fromtimestamp(0, UTC)
    return Context(policy=policy, deployment=deployment, stage=stage, check=check, now=now, deadline=0.0)
