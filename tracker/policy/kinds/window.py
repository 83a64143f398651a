"""`window`: whether changes may be made at this time, and when that changes next. Needs a clock and nothing else."""

from typing import TYPE_CHECKING

from tracker.policy.kinds.context import Context, failed, passed
from tracker.policy.values import Observation

if TYPE_CHECKING:
    from tracker.policy.parameters import WindowParams


def run(ctx: Context, params: "WindowParams") -> Observation:
    """Which clock: that of the server where it was reached (the gate sets `ctx.now` by it), else this machine's."""
    from tracker.policy.windows import freeze, in_words

    found = freeze(ctx.policy, params.windows, ctx.now)
    evidence = {
        "at": ctx.now.isoformat(),
        "windows": list(params.windows),
        "opens_at": found.opens_at.isoformat() if found.opens_at else None,
        "closes_at": found.closes_at.isoformat() if found.closes_at else None,
    }
    zone = ctx.policy.zone
    if not found.blocked:
        until = f" until {in_words(found.closes_at, zone, ctx.now)}" if found.closes_at else ""
        return passed(f"open{until}", **evidence)
    until = f" until {in_words(found.opens_at, zone, ctx.now)}" if found.opens_at else ", and it does not open by itself"
    return failed(f"inside freeze ({'; '.join(found.reasons)}){until}", **evidence)
