"""`no_open_incident`: no incident of this deployment is open that is this severe or worse."""

import re
from typing import TYPE_CHECKING

from tracker.policy.kinds.context import Context, CouldNotFindOut, failed, passed
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import NoOpenIncidentParams


def run(ctx: Context, params: "NoOpenIncidentParams") -> Observation:
    """An open incident that has no severity yet counts: nobody has said that it is a small one."""
    limit = _grade(params.min_severity)
    if limit is None:
        raise CouldNotFindOut(f"{params.min_severity} is no severity: use one such as SEV2.")
    grades = [(one, _grade(one.severity)) for one in ctx.given_facts().incidents]
    found = [f"{one.slug} ({one.severity or 'no severity yet'})" for one, grade in grades if grade is None or grade <= limit]
    if not found:
        return passed(f"no open incident of {params.min_severity} or worse for {ctx.deployment.id}", incidents=[])
    return failed(f"open for {ctx.deployment.id}: {', '.join(found[:5])}", incidents=found[:20])


def _grade(severity: str | None) -> int | None:
    """1 for SEV1, which is the worst; None where there is no number."""
    found = re.search(r"\d+", severity or "")
    return int(found[0]) if found else None
