"""`action_items`: no item of this deployment, of these priorities, is overdue (open, regressed)."""

from typing import TYPE_CHECKING

from tracker.policy.kinds.context import Context, failed, passed
from tracker.policy.values import Observation, OpenItem

if TYPE_CHECKING:
    from tracker.policy.parameters import ActionItemsParams


def run(ctx: Context, params: "ActionItemsParams") -> Observation:
    today = ctx.now.astimezone(ctx.policy.zone).date()

    def stands_out(item: OpenItem) -> bool:
        if item.priority not in params.priorities:
            return False
        if params.state == "regressed":
            return item.regressed
        return params.state == "open" or (item.due is not None and item.due + params.grace < today)

    found = [item.key for item in ctx.given_facts().items if stands_out(item)]
    what = f"{params.state} {'/'.join(params.priorities)}"
    if not found:
        return passed(f"no {what} action item for {ctx.deployment.id}", items=[])
    count = f"{len(found)} {what} action {'item' if len(found) == 1 else 'items'} for {ctx.deployment.id}"
    return failed(f"{count}: {', '.join(found[:10])}{' …' if len(found) > 10 else ''}", items=found[:50])
