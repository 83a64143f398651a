"""Both changes of daylight saving time, at the gate: labs end at seven by the clock on the wall, on either side of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.policy_world import POLICY, change, make_policy_world, push
from tracker.domain.policy import Outcome
from tracker.services import gates, tokens

PACIFIC = ZoneInfo("America/Los_Angeles")
# labs, and a term, from January on
ALL_YEAR = POLICY.replace("start: 2026-08-24T", "start: 2026-01-12T").replace(
    "id: fall-2026, start: 2026-08-20", "id: fall-2026, start: 2026-01-01"
)
CHANGES = {
    "forward, 8 March": ("2026-03-06", "2026-03-09", -8, -7),
    "back, 1 November": ("2026-10-30", "2026-11-02", -7, -8),
}


@pytest.mark.parametrize("when", CHANGES)
def test_labs_end_at_seven_by_the_wall_before_and_after_the_clock_changes(session, cast, when):
    before, after, *offsets = CHANGES[when]
    world = make_policy_world(session, cast, at=datetime(2026, 1, 2, tzinfo=UTC))
    push(session, ALL_YEAR, by=cast.admin, at=datetime(2026, 1, 3, tzinfo=UTC))
    token = tokens.of(session, world.ci, datetime(2026, 1, 3, tzinfo=UTC))

    def labs(at):
        opened = gates.open(session, gates.GateRequest(change=change()), token=token, at=at)
        return next(one for one in opened.results if one.check == "labs")

    for day, offset in zip((before, after), offsets, strict=True):  # the Friday and the Monday around it
        seven = datetime.fromisoformat(f"{day}T19:00").replace(tzinfo=PACIFIC)
        assert seven.utcoffset() == timedelta(hours=offset)
        seven = seven.astimezone(UTC)
        shut = labs(seven - timedelta(seconds=1))
        assert shut.outcome is Outcome.FAIL and "19:00" in shut.summary, shut.summary
        assert labs(seven).outcome is Outcome.PASS
