"""Old observations go; those that hold up a state stay for ever."""

from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.models import CheckState, Observation

KEPT_FOR = timedelta(days=90)
IN_A_ROW = 100  # the most that `fail_after` and `pass_after` may be (tracker.policy.checks)


def sweep(session: Session, *, at: datetime) -> int:
    """Delete observations older than 90 days that cannot have turned a state; returns how many.

    That is: the 100 observations of the check and stage before it had the same outcome, so that whatever turned had turned
    before. The newest one of each state stays, and so does what a gate run refers to.
    """
    earlier = sa.func.lag(Observation.outcome).over(
        partition_by=(Observation.check_id, Observation.stage_id), order_by=(Observation.observed_at, Observation.id)
    )
    turned = sa.case((earlier.is_distinct_from(Observation.outcome), 1), else_=0).label("turned")
    columns = (Observation.id, Observation.check_id, Observation.stage_id, Observation.observed_at, Observation.gate_run_id)
    inner = sa.select(*columns, turned).subquery()
    turns = (
        sa.func.sum(inner.c.turned)
        .over(
            partition_by=(inner.c.check_id, inner.c.stage_id),
            order_by=(inner.c.observed_at, inner.c.id),
            rows=(-IN_A_ROW + 1, 0),
        )
        .label("turns")
    )
    numbered = sa.select(inner.c.id, inner.c.observed_at, inner.c.gate_run_id, turns).subquery()
    kept = sa.select(CheckState.last_id).where(CheckState.last_id.is_not(None))
    old = sa.select(numbered.c.id).where(
        numbered.c.observed_at < at - KEPT_FOR,
        numbered.c.turns == 0,
        numbered.c.gate_run_id.is_(None),
        numbered.c.id.not_in(kept),
    )
    done = session.execute(
        sa.delete(Observation).where(Observation.id.in_(old)).execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", done).rowcount
